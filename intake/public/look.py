"""The municipality's colours and logo, from the organisation file."""

from typing import Any

from flask import Blueprint, Response, abort

from intake.directory.organisation import logo as stored_logo
from intake.directory.organisation import organisation

bp = Blueprint("look", __name__)


@bp.url_defaults
def _version(endpoint: str, values: dict[str, Any]) -> None:
    """Give what browsers may keep another address when the file has changed."""
    values.setdefault("v", organisation().version)


@bp.get("/theme.css")
def theme() -> Response:
    """The colours as custom properties, for ``static/app.css`` to use."""
    look = organisation().facts["look"]
    names = {
        "brand": "--brand",
        "brand_dark": "--brand-dark",
        "accent": "--accent",
        "accent_dark": "--accent-dark",
    }
    rules = "".join(f"{names[key]}:{look[key]};" for key in names)
    return _for_a_day(Response(f":root{{{rules}}}\n", mimetype="text/css"))


@bp.get("/logo")
def logo() -> Response:
    """The logo as it was loaded. It may be SVG, so nothing in it may run."""
    found = stored_logo()
    if found is None:
        abort(404)
    response = Response(found[0], mimetype=found[1])
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    return _for_a_day(response)


def _for_a_day(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
