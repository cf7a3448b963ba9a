"""Each shipped scenario is recorded with an office at work, and its run file replayed."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from office_day import Office, Plan
from replay_harness import WHOLE, decisions, gone, recorded, replayed, run_of
from siaksim import data
from siaksim.core.plan import FaultPlan
from siaksim.worlds import world_fingerprint

OF_BATCHES = ("field-offline-then-sync", "stored-recordings-burst")
"""Their faults are met by kits that send batches, of which this office has none."""
WORK = Plan(visits=20, kiosk=True, pupils=5, lookups=5)


@pytest.mark.parametrize("name", data.scenario_names())
def test_an_office_lives_the_same_day_again(name: str) -> None:
    first = recorded(data.scenario_text(name))
    office = Office(WHOLE, first)
    office.work({1: WORK})
    run = run_of(first)
    struck = run.happenings or [d for d in decisions(run).values() if d.effects]
    scenario = first.scenario
    if name not in OF_BATCHES and not scenario.by_sockets:
        assert bool(struck) == bool(scenario.faults or scenario.capacity)  # one day is without any
    with patch.object(FaultPlan, "decide", lambda *_: pytest.fail("the plan was asked")):
        again = replayed(run)
        other = Office(WHOLE, again)
        other.work({1: WORK})
    assert again.replay is not None
    told = again.replay.as_dict()
    assert (told["known"], told["unknown"], told["unused"]) == (len(run.calls), 0, 0)
    assert other.outcomes == office.outcomes
    assert world_fingerprint(again) == world_fingerprint(first)
    assert decisions(run_of(again)) == decisions(run)
    gone(first, again)
