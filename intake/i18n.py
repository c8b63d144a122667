"""Languages: which there are, which one a reader gets, and how dates are written in it.

A language is one catalogue: ``<folder>/<code>/LC_MESSAGES/messages.po``. English is the language
of the source and needs none. Put a folder with more in ``INTAKE_TRANSLATIONS``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.support import Translations
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, Domain
from werkzeug.routing import BaseConverter

from intake.clock import local, today

SOURCE_LANGUAGE = "en"
LANGUAGE_COOKIE = "language"
ONE_YEAR = 365 * 24 * 3600  # seconds

#: A text in one or more languages, by code; :func:`pick` chooses.
Localised = dict[str, str]

_NEAR = 180  # days

# English without a country is American to Babel, with the month before the day.
_EUROPEAN = {SOURCE_LANGUAGE: "en_GB"}

# In a Swedish sentence: "senast måndagen den 30 november 2026".
_FULL = {"sv": "EEEE'en' 'den' d MMMM y"}

_catalogues = Path(__file__).parent / "translations"


def init_app(app: Flask) -> None:
    """Find the catalogues and teach the URL map what a language code is."""
    folders = [_catalogues, app.config["TRANSLATIONS"]]
    found = {
        catalogue.parent.parent.name
        for folder in folders
        if folder
        for catalogue in folder.glob("*/LC_MESSAGES/messages.mo")
    }
    app.config["LANGUAGES"] = sorted(
        found | {SOURCE_LANGUAGE}, key=lambda code: (code != "sv", code)
    )
    app.url_map.converters["language"] = type(
        "LanguageConverter",
        (BaseConverter,),
        {"regex": "|".join(app.config["LANGUAGES"]), "part_isolating": True},
    )
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_keep_language)
    app.after_request(_remember_language)
    babel = Babel(app, locale_selector=language)
    babel.domain_instance = _Catalogues([str(folder) for folder in folders if folder])
    app.jinja_env.globals.update(
        language=language, language_name=language_name, direction=direction, pick=pick
    )
    app.jinja_env.filters.update(day=day, clock_time=clock_time)


def languages() -> list[str]:
    """Codes of every language that pages can be read in, Swedish first."""
    return list(current_app.config["LANGUAGES"])


def reader_language() -> str:
    """The language of this request: the address says, else the cookie, else the browser."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    return g.get("lang") or preferred_language()


def preferred_language() -> str:
    """What to answer in when the address names no language: the remembered choice comes first.

    Found once a request: a page for staff, whose address names none, asks some five hundred times.
    """
    if "preferred" not in g:
        chosen, known = request.cookies.get(LANGUAGE_COOKIE, ""), languages()
        best = request.accept_languages.best_match(known, default=known[0])
        g.preferred = chosen if chosen in known else best
    return str(g.preferred)


def _take_language(endpoint: str | None, values: dict[str, str] | None) -> None:
    """Views need not know that their address begins with a language."""
    g.lang = (values or {}).pop("lang", None)
    g.pop("preferred", None)  # whoever asks twice in one context is another reader the second time


def _keep_language(endpoint: str, values: dict[str, str]) -> None:
    """Addresses stay in the language of the page that they stand on."""
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = reader_language()


def _remember_language(response: Response) -> Response:
    """Keep the language that was read last, for addresses that name none."""
    if g.get("lang") and g.lang != preferred_language():
        response.set_cookie(
            LANGUAGE_COOKIE,
            g.lang,
            max_age=ONE_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def language() -> str:
    """The language that is being written right now, in a page or in a letter."""
    here = g._get_current_object()  # asked some sixty times a page
    return here.get("speaking") or here.get("lang") or reader_language()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in the language *code* inside the block: for letters, whose reader is somebody else."""
    before = g.get("speaking")
    g.speaking = code if code in languages() else languages()[0]
    try:
        yield
    finally:
        g.speaking = before


@lru_cache(maxsize=128)
def language_name(code: str, reader: str | None = None) -> str:
    """A language's name: in itself, as a language switch shows it, or in the *reader*'s."""
    name = _locale(code).get_display_name(reader or code) or code
    return name if reader else name.capitalize()


@lru_cache(maxsize=32)
def direction(code: str) -> str:
    """``ltr`` or ``rtl``."""
    return str(_locale(code).text_direction)


def pick(text: Localised | None, code: str | None = None) -> tuple[str, str]:
    """*text* in the language *code* (the current one if not given), with the language it is in.

    What the organisation wrote is not in every language; the page then marks the part's own
    language (W4). English stands in for languages other than Swedish, then whatever comes first.
    """
    if not text:
        return "", code or language()
    for candidate in (code or language(), SOURCE_LANGUAGE, *text):
        if candidate in text:
            return text[candidate], candidate
    raise AssertionError("unreachable: text is not empty")


def day(value: date | datetime | str, form: str = "long") -> str:
    """A date as people write it: ``23 november 2026``. Moments are dated as in Sweden.

    :param value: text is an ISO date, as facts in JSON have it.
    :param form: ``long``, ``full`` (with the weekday), ``short``, or ``near``: without the year,
        while the day is not far off.
    """
    if isinstance(value, str):
        value = date.fromisoformat(value)
    written = local(value) if isinstance(value, datetime) else value
    if form == "near":
        form = "d MMMM" if abs((written - today()).days) < _NEAR else "long"
    pattern = _FULL.get(language(), form) if form == "full" else form
    return _written(written, pattern, language())


@lru_cache(maxsize=512)
def _written(day: date, pattern: str, code: str) -> str:
    """The same few dates stand on every page; Babel takes a tenth of a millisecond for each."""
    return format_date(day, pattern, _EUROPEAN.get(code, code))


def clock_time(value: datetime) -> str:
    """The time of day in Sweden: ``14:05``."""
    here = local(value)
    return _written_time(here.hour, here.minute, language())


@lru_cache(maxsize=2048)
def _written_time(hour: int, minute: int, code: str) -> str:
    return format_time(time(hour, minute), "HH:mm", locale=code)


class _Catalogues(Domain):
    """Where Flask-Babel finds texts: in the catalogues of all folders, by :func:`language`.

    Its own way there takes five times as long, and a page asks for some sixty texts.
    """

    def __init__(self, folders: list[str]) -> None:
        super().__init__()
        self._folders = tuple(folders)

    def get_translations(self) -> Translations:
        """The texts in the current language; what is missing is said in English."""
        return _texts(self._folders, language())


@lru_cache(maxsize=32)
def _texts(folders: tuple[str, ...], code: str) -> Translations:
    found = [Translations.load(folder, [code]) for folder in folders]
    known = [catalogue for catalogue in found if isinstance(catalogue, Translations)]
    first, *others = known or [Translations()]
    for catalogue in others:
        first.merge(catalogue)
    return first


@lru_cache(maxsize=32)
def _locale(code: str) -> Locale:
    return Locale.parse(code)
