"""``flask enquiry ...``: what the operator can do for the coordinator from the command line."""

import click
import sqlalchemy as sa

from intake import links
from intake.db import Commands, db
from intake.directory.organisation import organisation
from intake.enquiries import access, story, wording
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, record
from intake.i18n import speaking

SECRET = {"submission_id", "browser_hash", "link_seed", "token_hash", "network"}

cli = Commands("enquiry", help="Show an enquiry, or replace its secret link.")


@cli.command()
@click.argument("reference")
def show(reference: str) -> None:
    """Print everything about one enquiry: what was written, the routing slip, the history."""
    enquiry = _get(reference)

    for name in (column.key for column in sa.inspect(Enquiry).column_attrs):
        value = getattr(enquiry, name)
        if value and name not in SECRET:
            click.echo(f"{name}: {value}")

    house = organisation()
    with speaking(house.staff_language):
        for slip in enquiry.suggestions:
            click.echo(f"\n{slip.sure} ({slip.rules})")
            click.echo(wording.slip(story.decision_of(slip), house))
    click.echo("\n" + "\n".join(story.staff_story(enquiry)))


@cli.command()
@click.argument("reference")
@click.argument("text")
def share(reference: str, text: str) -> None:
    """Show TEXT on the status page: the way to answer somebody who gave no address."""
    enquiry = _get(reference)
    record(enquiry, Act.SHARED, by="operator", text=text)
    db.session.commit()
    click.echo("It stands on the status page now. Nobody was mailed.")


@cli.command("replace-link")
@click.argument("reference")
@click.option("--why", required=True, help="The reason, for the history.")
def replace_link(reference: str, why: str) -> None:
    """Replace the link to the status page, when it went astray. The sender gets the new one."""
    enquiry = _get(reference)
    access.replace_link(enquiry, by="operator", why=why)
    token = links.status_token(enquiry.link_seed)
    mailed = enquiry.email and not enquiry.suspected
    db.session.commit()

    click.echo("Replaced. The old link opens nothing any more.")
    if not mailed:
        address = links.link("status.show", lang=enquiry.language, token=token)
        click.echo(f"Nobody was mailed. Hand this to the sender, and keep it nowhere: {address}")


def _get(reference: str) -> Enquiry:
    enquiry = access.by_reference(reference)
    if enquiry is None:
        raise click.ClickException(f"There is no enquiry {reference}.")
    return enquiry
