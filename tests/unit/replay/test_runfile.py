"""Run files: what they hold, what of a killed run is read, and what is refused, and how."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replay_harness import WHOLE, Visitor, gone, recorded, written
from siaksim import __version__
from siaksim.replay.runfile import RunError, read_run, scenario_of


def a_run() -> bytes:
    """Return the run file of some calls under faults, and of everybody being logged out."""
    world = recorded(written(["error", "latency", "session_expiry"]))
    visitor = Visitor(world, 1)
    for step in ("register", "scan", "search", "search"):
        visitor.step(step)
    world.advance(3 * 3600)
    visitor.step("search")
    assert world.recorder is not None
    raw = world.recorder.read()
    gone(world)
    return raw


RAW = a_run()
LINES = RAW.splitlines(keepends=True)
HEADER = orjson.loads(LINES[0])


def test_a_run_file_says_what_world_it_was_and_what_was_decided() -> None:
    assert HEADER["siaksim_run"] == 1
    assert HEADER["siaksim"] == __version__
    assert HEADER["seed"] == 11
    assert HEADER["day"] == "2024-07-11"
    assert HEADER["clock"] == {"mode": "auto", "speed": 1.0, "shorten": 1.0, "begin": 0.0}
    run = read_run(RAW, "run.json")
    assert [key.attempt for key in run.calls if key.operation == "siak.search"] == [1, 2, 3]
    (happened,) = run.happenings
    assert happened.data["sessions"] == [["petugas02", 1]]
    assert not run.torn
    kinds = [orjson.loads(line).get("kind") for line in LINES[1:]]
    assert kinds == ["call"] * 5 + ["happening", "call"]


@settings(max_examples=200)
@given(st.integers(0, len(RAW)))
def test_a_file_that_was_cut_anywhere_has_all_whole_lines_or_says_that_it_has_none(
    size: int,
) -> None:
    whole = RAW[:size].count(b"\n")
    if whole == 0:
        with pytest.raises(RunError):
            read_run(RAW[:size], "run.json")
        return
    run = read_run(RAW[:size], "run.json")
    assert len(run.calls) + len(run.happenings) == whole - 1
    assert run.torn == (not RAW[:size].endswith(b"\n"))


def changed(**fields: Any) -> bytes:
    return orjson.dumps({**HEADER, **fields}) + b"\n"


def lacking(name: str) -> bytes:
    return orjson.dumps({k: v for k, v in HEADER.items() if k != name}) + b"\n"


def with_line(data: Any) -> bytes:
    return LINES[0] + orjson.dumps(data) + b"\n"


CALL: dict[str, Any] = {
    "kind": "call",
    "at": "2024-07-11T08:00:00.000+07:00",
    "client": "counter.1",
}
CALL |= {"operation": "siak.search", "subject": "-", "attempt": 1, "call": 1}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "run.json: this file is empty. `siaksim serve --record FILE` writes one."),
        (b"\n\n", "run.json: this file is empty."),
        (b"scenario: x\n", "run.json:1: this is no run file. Such files come from"),
        (b"\xff\xfe\x00", "run.json:1: this is no run file."),
        (b"[1, 2]\n", "run.json:1: this is no run file."),
        (b'{"n":1,"kind":"world"}\n', "no run file. It looks like a journal. Such files come"),
        (LINES[0][:60], "run.json:1: the header is cut off: the run ended before it began. There"),
        (LINES[0][:9], "run.json:1: this is no run file."),
        (
            changed(siaksim_run=2),
            f"run.json:1: run file format 2; this siaksim {__version__} reads 1. Replay it with "
            "the siaksim that recorded it, or a newer one.",
        ),
        (changed(siaksim_run="new"), "run file format new; this siaksim"),
        (changed(draws=7), "draws of scheme 7, and this siaksim makes those of 1: people, codes"),
        (changed(seed="x"), "the header: seed: Input should be a valid integer."),
        (changed(clock={"mode": "late"}), "the header: clock.mode: Input should be 'real'"),
        (changed(day="yesterday"), "the header: day: Invalid isoformat string"),
        (changed(more=1), "the header: more: Extra inputs are not permitted."),
        (lacking("people"), "the header: people: Field required."),
        (LINES[0] + b"{\n" + LINES[1], "run.json:2: this line is no JSON object. Record the run"),
        (LINES[0] + b"7\n", "run.json:2: this line is no JSON object."),
        (with_line({"kind": "dream"}), "run.json:2: a line of kind 'dream' is unknown to siaksim"),
        (with_line({"no": "kind"}), "a line of kind 'None' is unknown"),
        (
            with_line({**CALL, "effects": [{"effect": "melt"}]}),
            f"run.json:2: the effect 'melt' is unknown; recorded by siaksim {__version__}, this is "
            f"{__version__}. Replay it with the siaksim that recorded it.",
        ),
        (with_line({"kind": "call"}), "run.json:2: a line of kind 'call' lacks 'client'."),
        (with_line({**CALL, "attempt": 0}), "attempt is a whole number from 1."),
        (with_line({**CALL, "attempt": "1"}), "attempt is a whole number from 1."),
        (with_line({**CALL, "client": 1}), "client is no text."),
        (with_line({**CALL, "at": "08:00"}), "a line of kind 'call': Invalid isoformat string"),
        (with_line({**CALL, "at": "2024-07-11T08:00:00"}), "at has no time zone."),
        (LINES[0] + LINES[1] * 2, "run.json:3: a line of kind 'call': the same call is recorded"),
        (RAW + RAW, "run.json:9: a line of kind 'None' is unknown"),
        (
            with_line({"kind": "happening", "at": CALL["at"], "entry": "flood", "data": {}}),
            "run.json:2: the happening 'flood' is unknown;",
        ),
        (
            with_line({"kind": "happening", "at": CALL["at"], "entry": "sessions_ended"}),
            "a line of kind 'happening' lacks 'data'.",
        ),
        (
            with_line(
                {"kind": "happening", "at": CALL["at"], "entry": "sessions_ended", "data": {}}
            ),
            "a line of kind 'happening': fault: Field required.",
        ),
    ],
)
def test_what_cannot_be_replayed_is_refused_with_place_and_remedy(raw: bytes, said: str) -> None:
    with pytest.raises(RunError) as error:
        read_run(raw, "run.json")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@settings(max_examples=200)
@given(st.binary(max_size=80) | st.builds(lambda a, b: LINES[0] + a + b, *[st.binary()] * 2))
def test_noise_is_refused_and_never_a_traceback(raw: bytes) -> None:
    with suppress(RunError):
        assert read_run(raw, "run.json").calls == {}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda h: h["population"].update(size=30000),
            "run.json:1: the scenario's population is not the recorded one (size differ). Record",
        ),
        (
            lambda h: h["population"].pop("under_17"),
            "the recorded one (under_17 differ).",
        ),
        (lambda h: h.update(people="other"), "has other people for this seed than"),
        (lambda h: h.update(seed=12), "has other people for this seed than"),
    ],
)
def test_a_world_of_other_people_is_refused(
    spoil: Callable[[dict[str, Any]], Any], said: str
) -> None:
    header = orjson.loads(LINES[0])
    spoil(header)
    run = read_run(orjson.dumps(header) + b"\n", "run.json")
    with pytest.raises(RunError) as error:
        scenario_of(run, WHOLE.worlds.inline)
    assert said in str(error.value)
