"""``flask routing explain``: what the rules say of a text, and why."""

from collections.abc import Iterator

import click

from intake.db import Commands, only_read
from intake.directory.organisation import organisation
from intake.programmes.catalogue import catalogue
from intake.routing.decide import decide, rules_of
from intake.routing.programmes import AS_APPLICANT, Fit, propose

cli = Commands("routing", help="Try out where an idea would go.")


@cli.command()
@click.argument("text")
@click.option("--chosen", metavar="ID", help="The department that the sender chose.")
@click.option("--sender", type=click.Choice(list(AS_APPLICANT)), help="As what the sender writes.")
@click.option(
    "--goal", type=click.IntRange(1, 17), multiple=True, help="A global goal; repeatable."
)
def explain(text: str, chosen: str | None, sender: str | None, goal: tuple[int, ...]) -> None:
    """Print the decision for one TEXT, the programmes that may pay, and everything that counted."""
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

    proposal = propose(
        {"description": text},
        catalogue(),
        sender_kind=sender or "",
        departments=decision.likely,
        goals=goal,
    )
    click.echo(f"\nprogrammes (rules {proposal.rules})")
    for heading in ("suggested", "next_best", "not_possible"):
        for fit in getattr(proposal, heading):
            click.echo(f"\n{fit.score:6.2f}  {fit.programme} ({heading.replace('_', ' ')})")
            for what in _counted(fit):
                click.echo(f"          {what}")


def _counted(fit: Fit) -> Iterator[str]:
    yield f"words: {', '.join(fit.words)}"
    if fit.departments:
        yield f"often owned by {', '.join(fit.departments)}"
    if fit.goals:
        yield f"goals in common: {', '.join(str(number) for number in fit.goals)}"
    if fit.may_apply:
        yield f"the sender may apply as {fit.applicant}"
    elif fit.others:
        yield f"may apply: {', '.join(fit.others)}"
