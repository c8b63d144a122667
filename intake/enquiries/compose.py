"""How a letter is made from its template, in the language that is being spoken.

A file in ``templates/letters`` is one letter: the first line is the subject, then follow paragraphs
of plain text. The HTML part is made from the text part, so the two agree.
"""

import re
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup, escape

from intake import clock
from intake.directory import posts
from intake.directory.values import Organisation
from intake.enquiries import wording
from intake.i18n import direction, language, pick
from intake.outbox.letter import Letter

_REFERENCE = re.compile(r"EU-\d{4}-\d{4,}")  # is not to be broken at the end of a line


def compose(
    name: str, to: str, house: Organisation, *, seed: str | None = None, **facts: Any
) -> Letter:
    """The letter *name* from its template: subject, text, and the HTML that is made of the text."""
    rendered = render_template(
        f"letters/{name}.txt",
        house=house,
        name=wording.name,
        as_subject=wording.as_subject,
        signs=wording.signs,
        **facts,
    )
    subject, text = rendered.strip().split("\n", 1)
    text = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"
    sender_name = pick(house.name)[0]
    return Letter(
        to=to,
        subject=subject,
        text=re.sub(r"^# ", "", text, flags=re.MULTILINE),
        html=_html(subject, text, sender_name),
        language=language(),
        reply_to=_reply_to(house),
        sender_name=sender_name,
        seed=seed,
    )


def _reply_to(house: Organisation) -> str:
    """Where an answer to any letter goes: the role address of whoever coordinates today."""
    return posts.coordinator(house, clock.today()).person.email


def _html(subject: str, text: str, sender_name: str) -> str:
    """*text* as a simple page: headings (``# ``), paragraphs, quotes, lists, our own links."""
    return render_template(
        "letters/layout.html",
        subject=subject,
        sender_name=sender_name,
        language=language(),
        direction=direction(language()),
        blocks=[_block(block) for block in text.strip().split("\n\n")],
    )


def _block(block: str) -> Markup:
    lines = str(escape(block)).split("\n")
    if block.startswith("# "):
        html = f"<h2>{lines[0][2:]}</h2>"
    elif all(line.startswith("- ") for line in lines):
        html = "".join(f"<li>{_inline(line[2:])}</li>" for line in lines)
        html = f"<ul>{html}</ul>"
    elif all(line.startswith("&gt; ") for line in lines):
        html = "<br>".join(line[5:] for line in lines)
        html = f"<blockquote>{html}</blockquote>"
    else:
        html = "<br>".join(_inline(line) for line in lines)
        html = f"<p>{html}</p>"
    return Markup(html)  # noqa: S704 - escaped above


def _inline(line: str) -> str:
    """An escaped line, with an address of ours as a link. What others wrote never becomes one."""
    ours = str(current_app.config["BASE_URL"]) + "/"
    if line.startswith(ours) and " " not in line:
        return f'<a href="{line}">{line}</a>'
    return _REFERENCE.sub(r"<bdi>\g<0></bdi>", line)
