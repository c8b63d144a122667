"""A client whose every page is checked: what holds for all pages is tested by all tests."""

import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

_SPACE = re.compile(r"\s+")
_NOTHING = Element("html")  # what a redirect or a file shows


class Page:
    """Fetches pages as a browser without JavaScript does, and checks each one it gets."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, code: int = 200, **options: Any) -> "Fetched":
        return self._checked(self.client.get(path, **options), code)

    def post(self, path: str, data: dict[str, Any], code: int = 200, **options: Any) -> "Fetched":
        return self._checked(self.client.post(path, data=data, **options), code)

    def _checked(self, response: TestResponse, code: int) -> "Fetched":
        assert response.status_code == code, f"{response.status_code}: {response.text[:2000]}"
        check_headers(response)
        is_page = response.mimetype == "text/html" and not 300 <= code < 400
        return Fetched(response, check_html(response.text) if is_page else _NOTHING)


class Fetched:
    """A page that was fetched: its words, its form, its links."""

    def __init__(self, response: TestResponse, tree: Element) -> None:
        self.response = response
        self.html = _unbroken(response.text)
        self.tree = tree

    @property
    def text(self) -> str:
        """Everything that can be read in the page's main part, spaces made one."""
        main = self.tree.find(".//main")
        return _SPACE.sub(" ", " ".join((main if main is not None else self.tree).itertext()))

    @property
    def location(self) -> str:
        """Where a redirect leads: path and query."""
        parts = urlsplit(self.response.headers["Location"])
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def fields(self, form_id: str = "enquiry") -> dict[str, Any]:
        """What the form with that id would send if nothing more were typed."""
        form = next(f for f in self.tree.iter("form") if f.get("id") == form_id)
        return dict(_fields(form))


def _fields(form: Element) -> list[tuple[str, Any]]:
    found: dict[str, Any] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.tag == "button":
            continue
        if element.tag == "textarea":
            found[name] = "".join(element.itertext())
        elif element.tag == "select":
            chosen = [o for o in element.iter("option") if o.get("selected") is not None]
            found[name] = (chosen or list(element.iter("option")))[0].get("value")
        elif element.get("type") in ("radio", "checkbox"):
            if element.get("checked") is not None:
                found.setdefault(name, []).append(element.get("value"))
        elif element.tag == "input":
            known = found.get(name)
            value = element.get("value", "")
            found[name] = (
                value if known is None else [*([known] if isinstance(known, str) else known), value]
            )
    return list(found.items())


def check_headers(response: TestResponse) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors" in policy
    assert "unsafe-inline" not in policy or "sandbox" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Cache-Control" in headers


def _unbroken(html: str) -> str:
    """*html* without the places where a line may end: no word ends there."""
    return html.replace("<wbr>", "")


def check_html(html: str) -> Element:
    """What every page must hold; see also the journeys, where axe reads them in a browser.

    :return: the page, parsed.
    """
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(_unbroken(html))

    root_language = tree.get("lang")
    assert root_language, "html without lang"
    assert tree.get("dir") in ("ltr", "rtl")

    headings = ["".join(h.itertext()).strip() for h in tree.iter("h1")]
    assert len(headings) == 1, f"h1: {headings}"
    title = "".join(tree.find(".//title").itertext()).strip()
    assert _SPACE.sub(" ", headings[0]) in _SPACE.sub(" ", title), (
        f"{title!r} without {headings[0]!r}"
    )

    order = [
        element for element in tree.iter() if element.tag == "h1" or element.get("id") == "problem"
    ]
    assert order[-1].tag == "h1", "what is wrong stands above the heading"

    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), (
        f"ids used twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    )

    labelled = {label.get("for") for label in tree.iter("label")}
    for element in tree.iter():
        assert element.get("style") is None, "inline style"
        assert not any(name.startswith("on") for name in element.attrib), "inline handler"
        assert element.get("placeholder") is None, "placeholder instead of label"
        for name in ("for", "aria-describedby", "aria-labelledby", "form"):
            for target in (element.get(name) or "").split():
                assert target in ids, f"{name}={target!r} points nowhere"
        if element.tag in ("input", "select", "textarea") and element.get("type") != "hidden":
            assert element.get("id") in labelled, f"{element.get('name')} has no label"
        if element.tag == "a" and (element.get("href") or "").startswith("#"):
            assert element.get("href")[1:] in ids, f"{element.get('href')} leads nowhere"
        for name in ("src", "href"):
            value = element.get(name) or ""
            if element.tag in ("script", "link", "img"):
                assert not urlsplit(value).netloc or element.get("rel") == "canonical", value
    for script in tree.iter("script"):
        assert script.get("src"), "inline script"
    return tree
