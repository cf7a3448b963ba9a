"""A world that is moved to another day says so in its journal; one on its own day does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from siaksim.core.clock import office_date
from siaksim.edges.assembly import placed
from siaksim.edges.choosing import chosen_scenario
from siaksim.edges.holidays import today
from siaksim.edges.serve import ServeOptions, check_options
from siaksim.errors import UserError
from siaksim.verdict.history import read_history
from siaksim.worlds import Worlds

DAY = date(2026, 12, 27)  # a Sunday


def made_on(day: date | None, near: date | None = None) -> tuple[str, date]:
    """Return the date that a world's journal tells, and that of its clock."""
    scenario, _ = chosen_scenario("session-expiry")
    worlds = Worlds(lambda: 0.0)
    world = worlds.create("w", placed(scenario, day, near), mode="manual")
    return read_history(world.journal.lines).date, office_date(world.clock.now()).date()


def test_a_date_is_taken_as_it_is() -> None:
    assert made_on(DAY) == ("2026-12-27", DAY)
    assert made_on(DAY, near=date(2025, 1, 1)) == ("2026-12-27", DAY)


def test_the_nearest_like_weekday_is_told_too() -> None:
    told, day = made_on(None, near=DAY)
    assert (told, day.strftime("%a")) == (day.isoformat(), "Thu")
    assert abs(day - DAY) < timedelta(days=11)


def test_a_world_on_its_own_day_tells_none() -> None:
    scenario, _ = chosen_scenario("session-expiry")
    own = office_date(scenario.start).date()
    assert made_on(None) == ("", own)
    assert made_on(own) == ("", own)


def test_today_and_a_date_are_not_given_both() -> None:
    with pytest.raises(UserError, match="--today and --date name a day each"):
        check_options(ServeOptions("normal-day", 0, "127.0.0.1", today=True, day=today()))
