"""Hunts in process with a small budget: planted bugs are found, good clients are spared."""

from __future__ import annotations

import pytest
import yaml
from planted import BUGS, bug_named
from planted.bug import by_manners
from siaksim.edges.choosing import known_operations
from siaksim.example_clients.manners import GOOD
from siaksim.hunting.saved import scenario_with
from siaksim.hunting.schedule import EVERY, Schedule, Strike
from siaksim.hunting.search import Limits
from siaksim.hunting.tried import CRASH
from siaksim.scenario.build import load
from siaksim.stage.hunting import StageHunt

SMALL = Limits(budget=40)
QUICK = ("crash-on-502", "queue-lost", "session-gives-up", "soft-error-loop", "trusts-200")
"""Bugs that a hunt finds in a second; all ten: `python tools/write_hunts.py`."""


def test_there_are_ten_bugs_in_clients_of_two_kinds() -> None:
    assert len({bug.name for bug in BUGS}) == 10
    assert {bug.kind for bug in BUGS} == {"counter", "kiosk"}
    with pytest.raises(KeyError, match="crash-on-502"):
        bug_named(BUGS, "none-such")


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found_made_simple_and_saved(name: str) -> None:
    bug = bug_named(BUGS, name)
    lair = StageHunt(bug.kind, bug.careless, residents=2)
    (broken,) = lair.hunt(SMALL).broken
    assert broken.failure.rule in bug.rules
    assert len(broken.simplest) == 1
    assert not broken.flaky
    text = lair.saved(broken, "pytest -k it")
    scenario = load(text, "saved.yaml", operations=known_operations())
    assert scenario.story == broken.simplest.story()
    careful = StageHunt(bug.kind, bug.careful, residents=2)
    for draws in ("one", "two"):
        again = lair.run(text, draws)
        assert broken.failure.rule in again.failed | ({CRASH} if again.crash else set())
        assert not careful.run(text, draws).failed


@pytest.mark.parametrize("kind", ["counter", "kiosk"])
def test_a_good_client_survives(kind: str) -> None:
    found = StageHunt(kind, by_manners(kind), residents=1).hunt(Limits(budget=16))
    assert found.tries == 16
    assert not found.fails_already
    assert not found.broken


@pytest.mark.parametrize(
    ("kind", "seed", "strikes"),
    [
        # asked for the mail again after a refusal
        (
            "counter",
            5,
            [
                Strike("siak.scan_qr", 1, "mail-lost"),
                Strike("siak.resend_mail", 1, "refused-409"),
            ],
        ),
        # took the session of its first log-in again when that had ended, and had no PIN set
        ("kiosk", 6, [Strike("ikd.set_pin", 2, "hang", 3)]),
        # probed a service that answers 500, which is no retry
        ("counter", 5, [Strike("siak.search", EVERY, "error-500")]),
    ],
)
def test_what_hunts_have_found_stays_mended(kind: str, seed: int, strikes: list[Strike]) -> None:
    schedule = Schedule.of(strikes)
    (tried,) = StageHunt(kind, by_manners(kind), seed=seed).play([schedule])
    assert tried.fired == schedule
    assert not tried.failures


def test_the_same_schedule_and_seed_play_the_same_and_other_draws_play_otherwise() -> None:
    lair = StageHunt("counter", by_manners("counter"), residents=1)
    text = StageHunt("counter", by_manners("counter")).day
    base = yaml.load(text, Loader=yaml.BaseLoader)
    assert "faults" not in base
    struck = Schedule((Strike("siak.search", 1, "error-503", 2),))
    one, two = lair.play([struck, struck])
    assert one == two
    assert one.fired == struck

    def times(draws: str) -> list[float]:
        faulty = lair.run(scenario(lair.day, struck), draws)
        return [call.at_s for call in faulty.history.judged if call.operation == "siak.search"]

    assert times("a") == times("a") != times("b")


def scenario(day: str, schedule: Schedule) -> str:
    return scenario_with(day, schedule.faults())


def test_a_day_without_room_for_a_strike_is_not_played() -> None:
    full = "  - {target: siak.search, kind: error, status: 503, share: 100%}\n"
    day = (
        "scenario: full\nstory: All searches fail.\nseed: 1\nclock: {start: 2024-07-10T08:00}\n"
        f"faults:\n{full}"
        'check: {from: "09:00", until: "09:10", residents: 1, shorten: 10}\n'
    )
    lair = StageHunt("counter", by_manners("counter", GOOD), day)
    (tried,) = lair.play([Schedule((Strike("siak.search", 1, "gateway-502"),))])
    assert not tried.fired
    assert not tried.spots
