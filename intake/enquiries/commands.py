"""``flask enquiry ...``: what the operator can do for the coordinator from the command line."""

import textwrap
from datetime import datetime

import click
import sqlalchemy as sa

from intake import clock, links
from intake.db import Commands, db, only_read
from intake.directory.organisation import organisation
from intake.enquiries import access, diagram, lost_link, search, slips, wording
from intake.enquiries.chronicle import chronicle
from intake.enquiries.models import Enquiry, PageComment
from intake.enquiries.release import NotHeldBack
from intake.enquiries.release import release as release_enquiry
from intake.enquiries.steps import Act, record
from intake.i18n import speaking

SECRET = {"submission_id", "browser_hash", "link_seed", "token_hash", "network"}

cli = Commands("enquiry", help="Show an enquiry, answer on its page, release it, replace its link.")


@cli.command()
@click.argument("reference")
def show(reference: str) -> None:
    """Print everything about one enquiry: what was written, the routing slip, the history.

    Times are Swedish. "mailed" means that a letter was queued; "flask mail status" tells what
    still waits.
    """
    only_read()
    enquiry = _get(reference)

    for name in (column.key for column in sa.inspect(Enquiry).column_attrs):
        value = getattr(enquiry, name)
        if isinstance(value, datetime):
            value = f"{clock.local(value):%Y-%m-%d %H:%M:%S}"
        if value and name not in SECRET:
            click.echo(f"{name}: {value}")

    house = organisation()
    with speaking(house.staff_language):
        for slip in enquiry.suggestions:
            click.echo(f"\n{slip.sure} ({slip.rules})")
            click.echo("\n".join(wording.slip(slips.decision_of(slip), house)))
    click.echo("\n" + "\n".join(chronicle(enquiry)))


@cli.command()
@click.argument("reference")
@click.argument("text")
@click.option("--yes", is_flag=True, help="Do not ask before it is shown.")
def share(reference: str, text: str, yes: bool) -> None:
    """Show TEXT on the status page: the way to answer somebody who gave no address."""
    reference = _get(reference).reference
    db.session.rollback()  # nobody waits for us while we wait for an answer
    text = text.strip()
    if not text:
        raise click.ClickException("Write what the sender is to read.")
    if not _is_text(text):
        raise click.ClickException("These bytes are no UTF-8; set the terminal to it.")
    if not yes:
        click.confirm(f"{text}\n\nShow this to the sender of {reference}, for good?", abort=True)
    record(_get(reference), Act.SHARED, by="operator", text=text)
    db.session.commit()
    click.echo("It stands on the status page now. Nobody was mailed.")


@cli.command()
@click.argument("reference")
@click.option("--why", required=True, help="Why it is no spam, for the history.")
def release(reference: str, why: str) -> None:
    """Send an idea on its way that was kept apart as possible spam."""
    enquiry = _get(reference)
    try:
        release_enquiry(enquiry, by="operator", why=why)
    except NotHeldBack as problem:
        raise click.ClickException(str(problem)) from None
    department = enquiry.department_id
    db.session.commit()
    click.echo(
        f"Released. It is with {department or 'the coordinator'} now, and the mails are queued."
    )


@cli.command("moves")
def show_moves() -> None:
    """Print the page of the documentation that draws which status can follow which."""
    click.echo(diagram.page())


@cli.command("comments")
@click.option("--most", default=20, help="How many, the latest first.")
def show_comments(most: int) -> None:
    """Print what visitors have said of our pages."""
    only_read()
    latest = sa.select(PageComment).order_by(PageComment.id.desc()).limit(most)
    for said in db.session.scalars(latest):
        spam = " (possible spam)" if said.suspected else ""
        click.echo(f"{clock.local(said.at):%Y-%m-%d %H:%M}  {said.page}{spam}  {said.contact}")
        click.echo(textwrap.indent(said.text, "  "))


@cli.command()
def reindex() -> None:
    """Make the index of the search anew: after an upgrade that changed what is found."""
    done = max(search.reindex(db.session.connection()), default=0)
    db.session.commit()
    click.echo(f"{done} enquiries can be found.")


@cli.command("replace-link")
@click.argument("reference")
@click.option("--why", required=True, help="The reason, for the history.")
@click.option(
    "--wrong-address", is_flag=True, help="The mail went to a stranger: send no link there."
)
def replace_link(reference: str, why: str, wrong_address: bool) -> None:
    """Replace the link to the status page, when it went astray. The sender gets the new one."""
    enquiry = _get(reference)
    mailed = lost_link.replace(enquiry, by="operator", why=why, wrong_address=wrong_address)
    token = links.status_token(enquiry.link_seed)
    db.session.commit()

    click.echo("Replaced. The old link opens nothing any more.")
    if not mailed:
        address = links.link("status.show", lang=enquiry.language, token=token)
        click.echo(f"Nobody was mailed. Hand this to the sender, and keep it nowhere: {address}")


def _is_text(typed: str) -> bool:
    """Bytes that are no UTF-8 come from the command line as half surrogate pairs."""
    try:
        typed.encode()
    except UnicodeEncodeError:
        return False
    return True


def _get(reference: str) -> Enquiry:
    enquiry = access.by_reference(reference)
    if enquiry is None:
        raise click.ClickException(f"There is no enquiry {reference}.")
    return enquiry
