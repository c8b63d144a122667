import os

from intake import create_app

os.umask(0o077)  # keys, database and mails are nobody else's to read
app = create_app()
