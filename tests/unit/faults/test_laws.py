"""Delay laws: each by the inverse of its distribution, from one draw; mistakes are told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.faults.laws import Law
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors

HEAD = "scenario: x\nstory: y\nseed: 7\nclock: {start: 2024-07-11T08:00}\nfaults:\n"


def law(text: str, read_file: Callable[[str], str] | None = None) -> Law:
    scenario = _loaded(text, read_file)
    found: Any = scenario.faults[0].fault
    assert isinstance(found.delay, Law)
    return found.delay


def _loaded(text: str, read_file: Callable[[str], str] | None = None) -> Scenario:
    line = f"  - {{target: all, kind: latency, delay: {text}}}"
    return load(HEAD + line, "x.yaml", read_file=read_file)


def told(text: str, read_file: Callable[[str], str] | None = None) -> str:
    with pytest.raises(ScenarioErrors) as caught:
        _loaded(text, read_file)
    return str(caught.value)


LAWS = [
    "2s",
    "{uniform: {min: 1s, max: 3s}}",
    "{normal: {mean: 1s, sd: 800ms}}",
    "{normal: {mean: 1s, sd: 0s}}",
    "{lognormal: {median: 4s, p99: 30s}}",
    "{percentiles: {p50: 350ms, p90: 900ms, p99: 2500ms, max: 8s}}",
    "{trace: {values: [120ms, 340ms, 2s, 90ms]}}",
]
SLOW = "{lognormal: {median: 12s, p99: 60s}}"
MIXED = f"{{mixture: [{{weight: 85, law: 350ms}}, {{weight: 15, law: {SLOW}}}]}}"


@pytest.mark.parametrize("text", LAWS)
def test_every_law_rises_from_its_least_to_its_most(text: str) -> None:
    found = law(text)
    marks = [n / 1000 for n in range(1000)]
    values = [found.at(u) for u in marks]
    assert all(0.0 <= low <= high for low, high in pairwise(values))


@pytest.mark.parametrize("text", [*LAWS, MIXED])
@pytest.mark.parametrize("u", [0.0, 2.0**-53, 0.5, 1 - 2.0**-53])
def test_no_draw_is_too_extreme_for_a_law(text: str, u: float) -> None:
    assert 0.0 <= law(text).at(u) <= 7 * 86400


def test_a_normal_law_is_cut_off_at_nothing_and_keeps_its_shape_above() -> None:
    found, bell = law("{normal: {mean: 1s, sd: 800ms}}"), NormalDist(1.0, 0.8)
    cut = bell.cdf(0.0)
    for u in (0.01, 0.3, 0.5, 0.9, 0.999):
        assert (bell.cdf(found.at(u)) - cut) / (1 - cut) == pytest.approx(u)


def test_percentiles_are_met_and_between_them_lines_are_straight() -> None:
    found = law("{percentiles: {min: 100ms, p50: 1s, p90: 3s, p99.9: 5s, max: 9s}}")
    for u, seconds in ((0.0, 0.1), (0.5, 1.0), (0.7, 2.0), (0.9, 3.0), (0.999, 5.0)):
        assert found.at(u) == pytest.approx(seconds)
    assert found.at(0.99999) < 9.0
    low = law("{percentiles: {p50: 1s, p90: 3s}}")
    assert (low.at(0.0), low.at(0.25), low.at(0.95)) == (0.0, 0.5, 3.0)


def test_a_trace_gives_each_of_its_durations_as_often_as_the_others() -> None:
    found = law("{trace: {values: [3s, 1s, 2s, 2s]}}")
    values = [found.at((n + 0.5) / 8) for n in range(8)]
    assert values == [1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0]


def test_a_mixture_has_the_weights_of_its_laws_and_their_shapes() -> None:
    found, slow = law(MIXED), law(SLOW)
    assert [found.at(u) for u in (0.0, 0.5, 0.8499)] == pytest.approx([0.35] * 3)
    for inner in (0.1, 0.5, 0.99):
        assert found.at(0.85 + 0.15 * inner) == pytest.approx(slow.at(inner))


def test_mixtures_may_hold_mixtures() -> None:
    half = "{mixture: [{weight: 1, law: 1s}, {weight: 1, law: 2s}]}"
    found = law(f"{{mixture: [{{weight: 1, law: {half}}}, {{weight: 1, law: 3s}}]}}")
    assert [found.at(u) for u in (0.1, 0.3, 0.7)] == [1.0, 2.0, 3.0]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.floats(0, 1, exclude_max=True))
def test_a_mixtures_one_draw_serves_any_weights(weights: list[int], u: float) -> None:
    parts = [{"weight": weight, "law": f"{n + 1}s"} for n, weight in enumerate(weights)]
    found = Law.model_validate({"mixture": parts}).at(u)
    place = int(found) - 1
    below = sum(weights[:place]) / sum(weights)
    assert below - 1e-9 <= u <= below + weights[place] / sum(weights) + 1e-9


# -- traces in files -------------------------------------------------------------------------

CSV = "time,took\n08:00,120ms\n08:01,2s\n\n08:02,340ms\n"


def test_a_trace_is_read_from_a_file_beside_the_scenario(tmp_path: Path) -> None:
    from siaksim.edges.choosing import chosen_scenario

    (tmp_path / "monday.csv").write_text(CSV, encoding="utf-8")
    file = tmp_path / "day.yaml"
    line = "  - {target: all, kind: latency, delay: {trace: {file: monday.csv, column: took}}}"
    file.write_text(HEAD + line, encoding="utf-8")
    scenario, _ = chosen_scenario(str(file))
    found: Any = scenario.faults[0].fault
    assert [found.delay.at(u) for u in (0.1, 0.5, 0.9)] == [0.12, 0.34, 2.0]
    assert scenario.traces == {"monday.csv": CSV}
    assert load(HEAD + line, "x", read_file=scenario.traces.__getitem__).faults == scenario.faults


@pytest.mark.parametrize(
    ("content", "options", "values"),
    [
        ("120ms\n2s\n", "", [0.12, 2.0]),
        ("took\n120\n2000\n", ", unit: ms", [0.12, 2.0]),
        ("120\n2000\n", ", unit: ms", [0.12, 2.0]),
        ("a;b,took\nx,1.5\n", ", column: took, unit: s", [1.5, 1.5]),
    ],
)
def test_traces_with_and_without_header_and_units(
    content: str, options: str, values: list[float]
) -> None:
    found = law(f"{{trace: {{file: t.csv{options}}}}}", lambda name: content)
    assert [found.at(0.0), found.at(0.99)] == values


def _missing(name: str) -> str:
    raise FileNotFoundError(2, "No such file or directory")


@pytest.mark.parametrize(
    ("content", "options", "what"),
    [
        ("120\n", "", "the trace 't.csv' has no durations"),
        ("1s\n120\n", "", "line 2 of the trace 't.csv': '120' is no duration; give `unit`"),
        ("1s\n-3s\n", "", "line 2 of the trace 't.csv': '-3s' is no duration"),
        ("took\n1s\n", ", column: tok", "has no column 'tok': took"),
        ("", "", "has no durations"),
        ("1\n", ", unit: min", "'min' is no unit; units: ms, s, m, h, d"),
        ("181d\n", "", "'181d' is no duration"),
    ],
)
def test_what_is_wrong_with_a_trace_is_told(content: str, options: str, what: str) -> None:
    assert what in told(f"{{trace: {{file: t.csv{options}}}}}", lambda name: content)


def test_a_trace_that_cannot_be_read_is_told_and_without_files_values_are_asked_for() -> None:
    assert "cannot be read: No such file" in told("{trace: {file: t.csv}}", _missing)
    assert "give the durations as `values`" in told("{trace: {file: t.csv}}")
    for name in ("/etc/passwd", "../t.csv", "a\\\\..\\\\t.csv", "C:t.csv"):
        text = told(f'{{trace: {{file: "{name}"}}}}', lambda name: "1s\n")
        assert "is not beside the scenario" in text


def test_a_law_for_mail_may_be_any_too() -> None:
    text = HEAD.replace("faults:\n", "") + "settings: {mail_delay: {normal: {mean: 9s, sd: 1s}}}"
    assert load(text, "x").settings.mail_delay.at(0.5) == pytest.approx(9.0)
