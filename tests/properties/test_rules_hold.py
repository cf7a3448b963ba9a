"""What holds of the rules of retries and outages in any history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from siaksim.verdict.base import Ruling
from siaksim.verdict.history import Entry, History, Hit, HttpCall, Window
from siaksim.verdict.rules import rules

NAMES = (
    "circuit_breaker",
    "deadline_kept",
    "no_herd_on_recovery",
    "no_retry_on_permanent",
    "retry_after_obeyed",
    "retry_budget",
    "retry_jitter",
    "retry_spacing",
)
STRICT: dict[str, dict[str, Any]] = {
    "circuit_breaker": {"failures": 1},
    "no_herd_on_recovery": {"clients": 2, "burst": 1},
    "retry_budget": {"calls": 2, "most": 1.2},
    "retry_jitter": {"samples": 3, "spread": 0.5},
}
"""Limits under which short histories breach as well as pass."""
RULES = [rules()[name](rule=name, **STRICT.get(name, {})) for name in NAMES]
ENDS = [(0, "hang"), (0, "client_left"), (0, "open"), (200, "sent"), (404, "sent"), (503, "sent")]
DARK = Hit("hang#1", "hang", "transport")


def rulings(history: History) -> list[Ruling]:
    return [rule.judge(history) for rule in RULES]


@st.composite
def calls(draw: st.DrawFn, ends: list[tuple[int, str]] = ENDS) -> tuple[HttpCall, ...]:
    """Draw calls, sorted by time; times are whole 64ths of a second, so that shifts are exact."""
    made, at = [], 0.0
    for number in range(draw(st.integers(0, 25))):
        at += draw(st.integers(0, 1500)) / 64
        status, end = draw(st.sampled_from(ends))
        made.append(
            HttpCall(
                id=f"t-{number}",
                client=draw(st.sampled_from(["a.1", "a.2", "a.3"])),
                actor=False,
                operation=draw(
                    st.sampled_from(["siak.search", "siak.scan_qr", "dukcapil.call_nik"])
                ),
                subject=draw(st.sampled_from(["x", "y", "z"])),
                attempt=1,
                method="POST",
                path="/",
                at_s=at,
                key="",
                body=None,
                hits=() if status in (200, 404) else (DARK,),
                problems=(),
                leaks=(),
                end=end,
                status=status,
                code=draw(st.sampled_from(["", "13"])) if status == 200 else "",
                retry_after=draw(st.sampled_from(["", "7"])) if status == 503 else "",
                took_s=draw(st.integers(0, 2500)) / 64,
            )
        )
    return tuple(made)


def told(made: tuple[HttpCall, ...], shift: float = 0.0) -> History:
    """Return the run; the office's time does not move when the client's seconds do."""
    return History(
        calls=tuple(replace(call, at_s=call.at_s + shift) for call in made),
        windows=(Window("hang#1", "hang", 10.0 + shift, 90.0 + shift),),
        faults={"hang#1": "hang"},
        start=1720663200.0 - shift,
        until_s=shift + max((call.ended_s for call in made), default=0.0),
    )


@given(calls())
def test_findings_name_calls_of_the_run_and_come_only_of_a_test(made: tuple[HttpCall, ...]) -> None:
    known = {call.id for call in made}
    for ruling in rulings(told(made)):
        assert (ruling.value == "FAIL") == bool(ruling.findings)
        assert ruling.exercised >= bool(ruling.findings), ruling
        for found in ruling.findings:
            assert found.calls
            assert set(found.calls) <= known
            assert found.text


@given(calls(ends=[(200, "sent")]))
def test_where_nothing_fails_no_retry_is_judged(made: tuple[HttpCall, ...]) -> None:
    calm = tuple(replace(call, code="", took_s=min(call.took_s, 30.0)) for call in made)
    assert [(r.value, r.exercised) for r in rulings(told(calm))] == [("PASS", 0)] * len(RULES)


@given(calls(), st.integers(1, 100_000))
def test_when_the_day_begins_changes_no_ruling(made: tuple[HttpCall, ...], shift: int) -> None:
    before, after = rulings(told(made)), rulings(told(made, float(shift)))
    for one, two in zip(before, after, strict=True):
        assert (one.value, one.exercised) == (two.value, two.exercised)
        assert [f.calls for f in one.findings] == [f.calls for f in two.findings]


@given(calls(), calls())
def test_the_calls_of_actors_never_matter(
    made: tuple[HttpCall, ...], others: tuple[HttpCall, ...]
) -> None:
    acted = tuple(replace(call, id=f"actor {call.id}", actor=True) for call in others)
    alone = told(made)
    among = replace(alone, calls=tuple(sorted((*made, *acted), key=lambda call: call.at_s)))
    assert rulings(alone) == rulings(among)


@given(calls(), st.permutations(["a.1", "a.2", "a.3"]))
def test_what_a_client_is_called_changes_no_ruling(
    made: tuple[HttpCall, ...], names: list[str]
) -> None:
    other = dict(zip(["a.1", "a.2", "a.3"], names, strict=True))
    renamed = tuple(replace(call, client=other[call.client]) for call in made)
    for one, two in zip(rulings(told(made)), rulings(told(renamed)), strict=True):
        assert (one.value, one.exercised) == (two.value, two.exercised)
        assert sorted(f.calls for f in one.findings) == sorted(f.calls for f in two.findings)


@given(calls())
def test_a_change_in_the_ledger_only_ever_excuses(made: tuple[HttpCall, ...]) -> None:
    plain = told(made)
    entries = tuple(
        Entry("noted", c.subject, n, 0.0, c.ended_s + 0.01, {}, "other") for n, c in enumerate(made)
    )
    (rule,) = (r for r in RULES if r.rule == "no_retry_on_permanent")
    without = {f.calls for f in rule.findings(plain)}
    assert {f.calls for f in rule.findings(replace(plain, entries=entries))} <= without
