"""Headers that every answer carries, and the fingerprint that lets browsers keep static files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

_CONTENT_SECURITY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_ALWAYS = {
    "Content-Security-Policy": _CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the status page's address is its key
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_TWO_YEARS = 63_072_000  # seconds


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)
    app.url_defaults(_fingerprint)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _TWO_YEARS


def _add_headers(response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={_TWO_YEARS}, immutable"
    if current_app.config["ENV"] == "production":
        response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
    return response


def _fingerprint(endpoint: str, values: dict[str, str]) -> None:
    if endpoint == "static" and "v" not in values:
        values["v"] = _hash(str(current_app.static_folder), values["filename"])


@lru_cache(maxsize=64)
def _hash(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
