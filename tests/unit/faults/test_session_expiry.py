"""session_expiry: everyone is logged out, once."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import EndSessions
from siaksim.core.plan import Timed
from siaksim.happenings import Starts
from siaksim.scenario.problems import ScenarioErrors

TEN = 'at: "10:15", for: 1m'


def test_no_call_is_struck_and_no_room_in_the_layer_is_taken(bench: Any) -> None:
    told = "{target: all, kind: session_expiry, " + TEN + "}"
    planned = bench.planned(told)
    assert not planned.on_calls
    assert planned.targets == ("ikd.login", "siak.login")
    scenario = bench.example("session_expiry")
    quarter_past = scenario.start + 2.25 * 3600
    assert scenario.plan().active(quarter_past) == scenario.faults
    decision = scenario.plan().decide(bench.call(1, "siak.login"), quarter_past)
    assert (decision.effects, decision.reasons) == ((), ())


def test_it_is_the_start_of_the_window_that_does_it(bench: Any) -> None:
    fault = bench.planned("{target: siak.*, kind: session_expiry, " + TEN + "}").fault
    assert fault.effects(lambda _: 0.5, None) == ()
    assert not isinstance(fault, Timed)
    assert isinstance(fault, Starts)
    assert fault.at_start() == EndSessions()


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ("", "session_expiry needs a time here: give `at` with `for` or `until`"),
        (TEN + ", client: kiosk", "happens once, to everyone"),
        (TEN + ", nth: 3", "happens once, to everyone"),
        (TEN + ", subject: petugas01", "happens once, to everyone"),
    ],
)
def test_what_makes_no_sense_for_session_expiry_is_a_mistake(
    bench: Any, more: str, match: str
) -> None:
    with pytest.raises(ScenarioErrors, match=match):
        bench.planned("{target: siak.*, kind: session_expiry, " + more + "}")
