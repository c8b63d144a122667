"""The figures, as the coordinator and others who may see them meet them."""

from datetime import timedelta

from intake import clock
from tests.browser import Visit
from tests.staff.desk import COORDINATOR, READER
from tests.states.inbox import fill
from tests.states.table import met

FIGURES = "staff.figures.show"


@met("figures", who=COORDINATOR, endpoint=FIGURES, is_main=True)
def _(visit: Visit) -> None:
    fill(visit)
    visit.open_desk("/figures")


@met("figures-of-days", who=COORDINATOR, endpoint=FIGURES)
def _(visit: Visit) -> None:
    fill(visit)
    visit.open_desk(f"/figures?since={clock.today() - timedelta(days=900)}&until={clock.today()}")


@met("figures-as-reader", who=READER, endpoint=FIGURES)
def _(visit: Visit) -> None:
    fill(visit)
    visit.open_desk("/figures")


@met("figures-of-few", who=COORDINATOR, endpoint=FIGURES)
def _(visit: Visit) -> None:
    """The demo's ideas came in twenty days apart."""
    fill(visit)
    last = clock.today() - timedelta(days=400)
    visit.open_desk(f"/figures?since={last - timedelta(days=45)}&until={last}")


@met("figures-empty", who=COORDINATOR, endpoint=FIGURES)
def _(visit: Visit) -> None:
    visit.open_desk("/figures?since=2010-01-01&until=2010-12-31")


@met("figures-wrong-period", who=COORDINATOR, endpoint=FIGURES)
def _(visit: Visit) -> None:
    visit.open_desk("/figures?since=2026-06-01&until=2026-05-01")


@met("figures-days-as-reader", who=READER, endpoint=FIGURES)
def _(visit: Visit) -> None:
    visit.open_desk("/figures?since=2026-05-01")
