"""Numbers and days as shapes: nothing is drawn outside, nothing is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from siaksim.edges.control.panel.bands import WIDTH as BAND
from siaksim.edges.control.panel.bands import band
from siaksim.edges.control.panel.charts import (
    HEIGHT,
    WIDTH,
    ceiling,
    lines,
    seconds_text,
    stacked,
)
from siaksim.edges.control.panel.words import panel_words

KINDS = ("ok", "refused", "errors")
SECONDS = st.lists(
    st.fixed_dictionaries({kind: st.integers(0, 5000) for kind in KINDS}), min_size=1, max_size=60
)


@given(SECONDS)
def test_columns_stay_inside_and_their_heights_add_up(seconds: list[dict[str, Any]]) -> None:
    top = ceiling(max(1, *(sum(s.values()) for s in seconds)))
    bars = stacked(seconds, KINDS, top)
    assert all(b.y >= -0.1 and b.y + b.height <= HEIGHT + 0.1 for b in bars)
    assert all(b.x >= 0 and b.x + b.width <= WIDTH + 0.1 for b in bars)
    drawn = sum(b.height for b in bars)
    meant = sum(sum(s.values()) for s in seconds) * HEIGHT / top
    assert abs(drawn - meant) < 0.01 * len(bars) + 0.01
    assert len(bars) == sum(s[k] > 0 for s in seconds for k in KINDS)


@given(st.floats(0, 1e9))
def test_a_ceiling_is_round_and_not_far_above(value: float) -> None:
    top = ceiling(value)
    assert top >= value
    assert value <= 0.001 or top <= 2.5001 * value
    assert f"{top:.0e}"[0] in "125"


@given(st.lists(st.none() | st.floats(0, 100), max_size=60))
def test_a_line_breaks_where_nothing_was_measured(values: list[float | None]) -> None:
    found = lines([{"x": v} for v in values], "x", "given", 100)
    assert sum(len(line.points.split()) // 2 for line in found) == sum(
        v is not None for v in values
    )


def test_times_are_written_as_people_do() -> None:
    shown = [seconds_text(v) for v in (None, 0.085, 2.44, 130.0)]
    assert shown == ["-", "85 ms", "2.4 s", "130 s"]


def test_a_band_keeps_everything_between_its_ends() -> None:
    day = "2024-07-11T{}:00.000+07:00".format
    found = {
        "from": day("08:00"),
        "until": day("16:00"),
        "now": day("12:00"),
        "open": [[day("08:00"), day("15:30")]],
        "faults": [
            {
                "id": "hang#1",
                "state": "active",
                "always": False,
                "times": [[day("07:00"), day("09:00")], [day("15:59"), day("23:00")]],
            }
        ],
    }
    drawn = band(found, panel_words("en"))
    assert drawn["now"] == BAND / 2
    assert drawn["rows"][0]["spans"][0] == (0.0, BAND / 8)
    assert all(0 <= x <= x + width <= BAND + 3 for x, width in drawn["rows"][0]["spans"])
    assert drawn["hours"][0] == "08"
    assert drawn["said"] == "hang#1: 07:00-09:00, 15:59-23:00"
