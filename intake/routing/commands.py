"""``flask routing explain``: what the rules say of a text, and why."""

import click

from intake.db import Commands, only_read
from intake.directory.organisation import organisation
from intake.routing.decide import decide, rules_of

cli = Commands("routing", help="Try out where an idea would go.")


@cli.command()
@click.argument("text")
@click.option("--chosen", metavar="ID", help="The department that the sender chose.")
def explain(text: str, chosen: str | None) -> None:
    """Print the decision for one TEXT and everything that counted."""
    only_read()
    house = organisation()
    known = [department.id for department in house.departments]
    if chosen and chosen not in known:
        raise click.ClickException(
            f"There is no department {chosen}; there are {', '.join(known)}."
        )
    decision = decide({"description": text}, chosen, rules_of(house))

    click.echo(f"{decision.department or 'coordinator'} ({decision.sure}; rules {decision.rules})")
    for candidate in decision.ranked:
        click.echo(f"\n{candidate.score:6.2f}  {candidate.department}")
        for reason in decision.reasons:
            if reason.department == candidate.department:
                what = f"{reason.word!r} fits {reason.pattern!r}" if reason.word else "chosen"
                click.echo(f"{reason.weight:6.2f}    {what}")
