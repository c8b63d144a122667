"""The programmes that may pay for an idea: a file that is read when the service starts."""

from functools import lru_cache
from pathlib import Path

from flask import Flask

from intake.programmes.read import ProgrammesError, read

#: The file that is used when the settings name no other: what reaches Ljungby.
SHIPPED = Path(__file__).with_name("programmes.toml")


def init_app(app: Flask) -> None:
    """Read the catalogue.

    :raises SystemExit: the file has faults; the message names each with its line.
    """
    try:
        app.extensions["programmes"] = _once(app.config["PROGRAMMES"] or SHIPPED)
    except ProgrammesError as faults:
        raise SystemExit(str(faults)) from None


_once = lru_cache(read)
