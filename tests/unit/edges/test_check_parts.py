"""Every shipped scenario says which part of its day a check plays, and something is wrong in it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from siaksim import data
from siaksim.cli import cli
from siaksim.core.clock import office_date
from siaksim.core.units import time_of_day
from siaksim.edges.checks.options import QUICK, CheckOptions
from siaksim.edges.checks.parts import SPEED, START_S, Part, chosen_parts, lasting, left_out_of
from siaksim.edges.choosing import chosen_scenario
from siaksim.errors import UserError
from siaksim.verdict.clients import load_terms, shipped

TODAY = date(2026, 11, 25)
COUNTER = shipped("counter")
SCALING = replace(COUNTER, scales_with_speed=True)
ASKED = CheckOptions("counter", ("./app", "--till", "two words"))


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


def test_the_quick_suite_side_by_side_takes_a_minute_and_a_half_at_most() -> None:
    parts = chosen_parts(replace(ASKED, suite="quick"), COUNTER, TODAY)
    assert [part.name for part in parts] == [*QUICK]
    assert max(part.lasts_s for part in parts) <= 80
    assert lasting(parts, 6) == max(part.lasts_s for part in parts) + START_S


def test_the_full_suite_has_all_but_what_proves_nothing_of_such_a_client() -> None:
    full = replace(ASKED, suite="full")
    for terms in (COUNTER, shipped("kiosk")):
        left_out = left_out_of(full, terms)
        parts = chosen_parts(full, terms, TODAY)
        assert [p.name for p in parts] == [n for n in data.scenario_names() if n not in left_out]
    assert left_out_of(full, COUNTER) == (
        "captcha-service-down",
        "clock-skew",
        "face-match-degraded",
        "field-offline-then-sync",
        "stored-recordings-burst",
    )
    assert "siak-blackout-25min" in left_out_of(full, shipped("kiosk"))
    calls_all = load_terms("client: any\nabout: Calls all.\n", "any.yaml")
    assert set(left_out_of(full, calls_all)) == {"clock-skew"}


def test_who_names_a_scenario_has_it_played_whatever_it_proves() -> None:
    asked = replace(ASKED, scenarios=("captcha-service-down",))
    assert left_out_of(asked, COUNTER) == ()
    assert [p.name for p in chosen_parts(asked, COUNTER, TODAY)] == ["captcha-service-down"]


@given(st.integers(1, 40), st.lists(st.integers(1, 90), min_size=1, max_size=30))
def test_the_estimate_is_no_less_than_the_longest_and_no_more_than_all(
    jobs: int, minutes: list[int]
) -> None:
    scenario, _ = chosen_scenario("normal-day")
    parts = [
        Part(str(n), scenario, TODAY, "09:00", f"{9 + m // 60:02d}:{m % 60:02d}", 8, 20)
        for n, m in enumerate(minutes)
    ]
    each = [part.lasts_s + START_S for part in parts]
    assert max(each) <= lasting(parts, jobs) <= sum(each) + 1e-9
    assert lasting(parts, 1) == pytest.approx(sum(each))
    assert lasting(parts, jobs) >= sum(each) / jobs - 1e-9


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_day_is_of_the_scenarios_weekday_unless_a_date_is_given(today: date) -> None:
    (part,) = chosen_parts(replace(ASKED, scenarios=("siak-brownout",)), COUNTER, today)
    assert part.day.weekday() == office_date(part.scenario.start).weekday()
    given = replace(ASKED, scenarios=("siak-brownout",), day=today)
    assert [p.day for p in chosen_parts(given, COUNTER, TODAY)] == [today]


def test_from_and_until_stand_in_for_the_stanzas() -> None:
    asked = replace(ASKED, scenarios=("siak-brownout",), begin="08:30", until="10:10")
    (part,) = chosen_parts(asked, COUNTER, TODAY)
    assert (part.begin, part.end) == ("08:30", "10:10")
    assert part.lasts_s == pytest.approx(100 * 60 / part.shorten)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"until": "9"}, "--until: '9' is no time of day; write it like \"09:10\""),
        ({"begin": "25:00"}, "--from: '25:00' is no time of day"),
        ({"begin": "07:00"}, "--from: 07:00 is before 'siak-brownout' begins at 08:00."),
        ({"until": "09:00"}, "--until: 'siak-brownout' would end at 09:00, and not after"),
        ({"begin": "12:00"}, "--from: 'siak-brownout' would end at 09:25, and not after"),
        ({"speed": 2.0}, "--speed: 'counter' does not say that its waits scale"),
        ({"scenarios": ("siak-brownout",) * 2}, "two scenarios are called 'siak-brownout'"),
        ({"scenarios": ("siak-brown",)}, "Did you mean"),
    ],
)
def test_what_cannot_be_played_is_refused(more: dict[str, Any], said: str) -> None:
    asked = replace(ASKED, **{"scenarios": ("siak-brownout",), **more})
    with pytest.raises(UserError) as refused:
        chosen_parts(asked, COUNTER, TODAY)
    assert said in str(refused.value)


def test_a_client_that_scales_is_played_faster() -> None:
    asked = replace(ASKED, scenarios=("siak-brownout",))
    (plain,) = chosen_parts(asked, COUNTER, TODAY)
    (fast,) = chosen_parts(asked, SCALING, TODAY)
    (faster,) = chosen_parts(replace(asked, speed=10.0), SCALING, TODAY)
    assert (plain.speed, fast.speed, faster.speed) == (1.0, SPEED, 10.0)
    assert plain.lasts_s == pytest.approx(fast.lasts_s * SPEED)
    assert plain.lasts_s == pytest.approx(faster.lasts_s * 10)


def test_the_command_again_has_all_that_the_verdict_hangs_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken: list[CheckOptions] = []

    def note(options: CheckOptions, out: Any) -> int:
        taken.append(options)
        return 0

    monkeypatch.setattr("siaksim.edges.checking.check", note)
    terms = tmp_path / "my client.yaml"
    asked = replace(ASKED, client=str(terms), begin="09:00", until="10:00", speed=2.5, suite="full")
    lines = (asked.again_one("./my day.yaml", 7, TODAY), asked.again())
    for line in lines:
        found = CliRunner().invoke(cli, shlex.split(line)[1:])
        assert found.exit_code == 0, found.output
    one, all_of_them = taken
    assert replace(one, width=80) == replace(
        asked, suite="quick", scenarios=("./my day.yaml",), seed=7, day=TODAY
    )
    assert replace(all_of_them, width=80) == asked


def test_a_world_begins_where_its_part_does() -> None:
    (part,) = chosen_parts(replace(ASKED, scenarios=("session-expiry",)), COUNTER, TODAY)
    moved = part.scenario.shifted(part.day).from_time(part.begin)
    began = office_date(moved.start + moved.begin_s)
    assert (began.date(), f"{began:%H:%M}") == (part.day, part.begin)
    assert time_of_day(part.begin) < time_of_day(part.end)
