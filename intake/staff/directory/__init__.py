"""The pages where the administrator and the coordinator keep the organisation in order."""

from intake.staff.directory import file as file
from intake.staff.directory.pages import bp as bp
