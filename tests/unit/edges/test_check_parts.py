"""Every shipped scenario says which part of its day a check plays, and something is wrong in it."""

from __future__ import annotations

import pytest
from siaksim import data
from siaksim.core.clock import office_date
from siaksim.edges.checks.options import QUICK
from siaksim.edges.choosing import chosen_scenario


@pytest.mark.parametrize("name", data.scenario_names())
def test_a_part_is_of_the_day_and_meets_its_faults(name: str) -> None:
    scenario, _ = chosen_scenario(name)
    part = scenario.check
    assert part is not None
    start = office_date(scenario.start)
    midnight = start.replace(hour=0, minute=0).timestamp()
    first, last = midnight + part.begin, midnight + part.end
    assert scenario.start <= first
    assert (last - first) / part.shorten <= 180, "a check is to take minutes"
    struck = [
        fault.id
        for fault in scenario.faults
        if fault.windows is None
        or any(window.start < last and first < window.end for window in fault.windows)
    ]
    assert bool(struck) is bool(scenario.faults)


def test_the_quick_suite_is_of_shipped_scenarios() -> None:
    assert set(QUICK) <= set(data.scenario_names())
