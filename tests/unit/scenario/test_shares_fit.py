"""Shares of one layer that may fall on one call come to 100% at most."""

from __future__ import annotations

import time

import pytest
from siaksim.scenario.build import load
from siaksim.scenario.problems import ScenarioErrors

OPERATIONS = ("ikd.status", "mail.activate", "siak.scan_qr", "siak.search")
HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n"


def problems(*faults: str) -> list[str]:
    text = HEAD + "".join(f"  - {{target: siak.*, kind: {fault}}}\n" for fault in faults)
    try:
        load(text, "x", OPERATIONS)
    except ScenarioErrors as errors:
        return [mistake.path for mistake in errors.mistakes]
    return []


FIT = {
    "just 100%": ("hang, share: 50%", "reset, share: 50%"),
    "ten tenths": tuple("hang, share: 10%" for _ in range(10)),
    "two layers": ("hang", "error, status: 503", "latency, delay: 1s"),
    "other times": (
        'hang, at: "09:00", for: 1h',
        'reset, at: "10:00", until: "11:00"',
    ),
    "other kinds of client": ("hang, client: counter", "reset, client: [kiosk, field_kit]"),
    "other counters": ("hang, client: counter.1", "reset, client: counter.2"),
    "actors and the rest": ("hang, client: actor", "reset"),
    "other numbers": ("hang, first: 2", "reset, nth: 3", "hang, nth: 4"),
    "other subjects": ('hang, subject: "3576014107079000"', 'reset, subject: "3576014107079001"'),
}
TOO_MUCH = {
    "always": ("hang, share: 60%", "reset, share: 50%"),
    "a window on a fault of all day": ("hang, share: 60%", 'reset, at: "09:00", for: 1h'),
    "windows that overlap for a minute": (
        'hang, at: "09:00", for: 61m',
        'reset, at: "10:00", until: "11:00"',
    ),
    "one client in both": ("hang, client: counter", "reset, client: [kiosk, counter.3]"),
    "a client and everybody": ("hang, client: counter", "reset, share: 1%"),
    "actors twice": ("hang, client: actor", "reset, client: actor.citizen"),
    "the second call": ("hang, first: 2", "reset, nth: 2"),
    "a subject and a glob": ('hang, subject: "3576014107079000"', 'reset, subject: "3576*"'),
    "a client and a subject": ("hang, client: counter", 'reset, subject: "3576*"'),
}


@pytest.mark.parametrize("faults", FIT.values(), ids=FIT)
def test_what_cannot_fall_on_one_call_is_not_added_up(faults: tuple[str, ...]) -> None:
    assert problems(*faults) == []


@pytest.mark.parametrize("faults", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_may_fall_on_one_call_is_added_up(faults: tuple[str, ...]) -> None:
    (path,) = problems(*faults)
    assert path.startswith("faults[1]")


def test_faults_of_other_operations_are_not_added_up() -> None:
    lines = ["{target: siak.search, kind: hang}", "{target: siak.scan_qr, kind: reset}"]
    assert load(HEAD + "".join(f"  - {line}\n" for line in lines), "x", OPERATIONS).name == "x"


def test_every_fault_that_does_not_fit_is_told_of() -> None:
    shares = ('hang, share: 60%, at: "09:00", for: 3h', 'reset, share: 50%, at: "10:00", for: 1h')
    assert problems(*shares, 'hang, share: 50%, at: "11:00", for: 1h') == [
        "faults[1].share",
        "faults[2].share",
    ]


@pytest.mark.parametrize("client", ["c{0}.*", "'c*'", "[c, c{0}]"])
def test_an_absurd_file_does_not_hold_up_the_server(client: str) -> None:
    faults = [f"hang, share: 0.3%, client: {client.format(n)}" for n in range(200)]
    begin = time.process_time()
    problems(*faults)
    assert time.process_time() - begin < 10  # seconds; far more if every pair were compared
