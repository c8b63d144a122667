"""What the service is measured against: the least that a Flask application can do for the same.

One row and two mail rows, written with plain sqlite3 in one transaction, no checks, no routing, no
languages; and plain Jinja pages of about the same size.
"""

import secrets
import sys
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, g, redirect, render_template, request
from jinja2 import DictLoader
from werkzeug.wrappers import Response

from intake.sqlite import driver, journal_mode

LAYOUT = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/app.css"></head><body><header><a href="/">Ljungby</a></header>
<main><h1>{{ title }}</h1>BODY</main><footer>{% for line in foot %}<p>{{ line }}</p>{% endfor %}
</footer></body></html>"""

FORM = LAYOUT.replace(
    "BODY",
    """<form method="post"><input type="hidden" name="submission_id" value="{{ id }}">
{% for name in names %}<div class="field"><label for="{{ name }}">{{ name }}</label>
<p class="hint" id="{{ name }}-hint">{{ hint }}</p>
<textarea id="{{ name }}" name="{{ name }}" aria-describedby="{{ name }}-hint"></textarea></div>
{% endfor %}{% for number in range(17) %}<label><input type="checkbox" name="goals"
value="{{ number }}"> {{ hint }}</label>{% endfor %}<button>Send</button></form>""",
)
STATUS = LAYOUT.replace(
    "BODY",
    """<p>{{ row[1] }}</p><ol>{% for step in names[:5] %}<li>{{ step }}</li>{% endfor %}</ol>
<dl>{% for name in names %}<dt>{{ name }}</dt><dd>{{ hint }}</dd>{% endfor %}</dl>""",
)
NAMES = [f"field_{number}" for number in range(20)]
HINT = "What do you want to do, and what should become better? A few sentences are enough."


def create_app(folder: Path) -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"form.html": FORM, "status.html": STATUS})
    path = str(folder / "bare.sqlite")
    setup = driver.connect(path, isolation_level=None)
    setup.execute(f"PRAGMA journal_mode={journal_mode()}")
    setup.execute("CREATE TABLE idea (id INTEGER PRIMARY KEY, token TEXT UNIQUE, text TEXT)")
    setup.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, recipient TEXT, text TEXT)")
    setup.close()

    def connection() -> Any:
        if "connection" not in g:
            g.connection = driver.connect(path, isolation_level=None, timeout=10)
            g.connection.execute("PRAGMA synchronous=FULL")
        return g.connection

    @app.teardown_appcontext
    def close(error: BaseException | None) -> None:
        if "connection" in g:
            g.connection.close()

    @app.get("/sv/enquiry")
    def form() -> str:
        return render_template(
            "form.html",
            title="Idea",
            names=NAMES,
            hint=HINT,
            foot=NAMES[:6],
            id=secrets.token_urlsafe(24),
        )

    @app.post("/sv/enquiry/submit")
    def submit() -> Response:
        token = secrets.token_urlsafe(24)
        text = "\n".join(request.form.values())
        database = connection()
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO idea (token, text) VALUES (?, ?)", (token, text))
        database.executemany(
            "INSERT INTO mail (recipient, text) VALUES (?, ?)",
            [(request.form["email"], text), ("contact@ljungby.example", text)],
        )
        database.execute("COMMIT")
        return redirect(f"/sv/status/{token}", 303)

    @app.get("/sv/status/<token>")
    def status(token: str) -> str:
        row = connection().execute("SELECT id, text FROM idea WHERE token = ?", (token,)).fetchone()
        return render_template(
            "status.html", title="Idea", row=row, names=NAMES, hint=HINT, foot=NAMES[:6]
        )

    return app


if __name__ == "__main__":
    waitress.serve(create_app(Path(sys.argv[1])), port=int(sys.argv[2]), threads=8, ident=None)
