"""In the part of a day that a check plays a good client meets each fault that is for it."""

from __future__ import annotations

import pytest
from siaksim import data
from siaksim.example_clients.manners import GOOD
from siaksim.stage.playing import run, scenario_of

PLAYED = [
    name
    for name in data.scenario_names()
    # What strikes connections is met by sockets only.
    if scenario_of(name).check is not None and not scenario_of(name).by_sockets
]


@pytest.mark.parametrize("kind", ["counter", "kiosk"])
@pytest.mark.parametrize("scenario", PLAYED)
def test_each_fault_that_is_for_it_reaches_a_good_client(scenario: str, kind: str) -> None:
    verdict = run(kind, GOOD, scenario).verdict
    assert verdict.missed == ()
    assert not verdict.failed
