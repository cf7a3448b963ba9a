"""`scenarios show`: the days as bars, the rates in words, no line too wide."""

from __future__ import annotations

import pytest
from siaksim.edges.assembly import assemble
from siaksim.edges.describing import described
from siaksim.edges.timeline import WIDTH_MIN

HEAD = """scenario: told
story: Told in bars.
seed: 1
clock: {start: 2024-07-11T08:00}
hours: {mon-thu: "08:00-15:30", fri: "08:00-15:00"}
"""


def page(body: str, width: int = 80) -> list[str]:
    return described(assemble().worlds.inline(HEAD + body), width).splitlines()


def bar(lines: list[str], name: str) -> str:
    """Return the bar of a fault: what stands under the marks of the hours."""
    marks = next(line for line in lines if line.split()[:2] == ["08", "09"])
    begin = marks.index("08")
    (line,) = [line for line in lines if line.startswith(name + " ")]
    return line[begin:]


def test_a_bar_stands_under_its_hours() -> None:
    lines = page('faults:\n  - {target: siak.*, kind: hang, share: 5%, at: "10:00", for: 2h}', 84)
    marks = next(line for line in lines if line.split()[:2] == ["08", "09"])
    drawn = bar(lines, "hang#1")
    (line,) = [line for line in lines if line.startswith("hang#1 siak.*")]
    assert " 5% " in line
    assert abs(line.index("#", 8) - marks.index("10")) <= 1
    assert abs(len(line) - marks.index("12")) <= 1
    assert set(drawn) == {" ", "#"}
    hours = bar(lines, "office")
    assert hours.startswith("=")
    assert abs(len(hours) / len(marks[marks.index("08") :].ljust(len(hours))) - 1) < 0.1


def test_even_a_minute_is_drawn() -> None:
    lines = page('faults:\n  - {target: all, kind: hang, at: "10:00", for: 1m}')
    assert bar(lines, "hang#1").count("#") == 1


def test_a_ramp_rises_and_flapping_has_gaps() -> None:
    lines = page(
        'faults:\n  - {target: all, kind: hang, at: "08:00", until: "15:00", '
        "ramp: {from: 0%, to: 90%}}\n"
        "  - {target: all, kind: error, status: 503, flap: {down: 1h, up: 1h}}"
    )
    ramp, flap = bar(lines, "hang#1"), bar(lines, "error#1")
    assert ramp.strip() == "".join(sorted(ramp.strip(), key="-+#".index))
    assert set(ramp.strip()) == {"-", "+", "#"}
    assert ["#" in part for part in flap.split(".") if part] == [True] * 4
    assert any("over 2/3 of the share" in line for line in lines)


def test_days_that_are_alike_are_drawn_once() -> None:
    lines = page('faults:\n  - {target: all, kind: hang, at: "09:00", for: 1h, days: [mon, tue]}')
    titles = [line for line in lines if line[:4] in ("Thu ", "Fri ", "Sat ", "Mon ", "Wed ")]
    assert [title for title in titles if "2024" in title] == [
        "Thu 2024-07-11",
        "Fri 2024-07-12",
        "Sat 2024-07-13 to Sun 2024-07-14, each day",
        "Mon 2024-07-15 to Tue 2024-07-16, each day",
        "Wed 2024-07-17",
    ]
    assert "Mon 09:00-10:00, Tue 09:00-10:00" in lines


def test_means_and_peaks_are_told_of_what_goes_up_and_down() -> None:
    text = "\n".join(
        page(
            'timeline:\n  - {at: "09:00", for: 1h, faults: [{target: siak.login, kind: reset, '
            "ramp: {from: 0%, to: 60%}}, {target: siak.login, kind: error, status: 503, "
            "share: 50%, flap: {down: 15m, up: 15m}}]}",
            200,
        )
    )
    # Down in the first and the third quarter, when 7.5% and 37.5% of calls are reset: an error
    # strikes half of what is left, and a quarter of all calls in no case.
    assert "reset mean 30.000% peak 59.850%" in text
    assert "error mean 19.375% peak 49.925%" in text


def test_what_depends_on_who_calls_stands_apart() -> None:
    lines = page(
        "faults:\n"
        "  - {target: ikd.*, kind: hang, client: kiosk, first: 3, per: world, share: 95%}\n"
        "  - {target: all, kind: reset, area: Magersari, after: mail_sent, share: 5%}"
    )
    text = " ".join(" ".join(lines).split())
    assert "hang 95.000% (hang#1): ikd.*; client kiosk; first 3 calls of each operation" in text
    assert "reset 5.000% (reset#1): all; area 35.76.02; after mail_issued" in text


@pytest.mark.parametrize("width", [1, 48, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    stages = "timeline:\n" + "".join(
        f'  - {{at: "{hour:02}:00", for: 50m, faults: [{{target: [ikd.register, siak.scan_qr, '
        "mail.activate], kind: error, status: 503, share: 5%, burst: {good: 5m, bad: 1m}}]}\n"
        for hour in range(8, 15)
    )
    assert all(len(line) <= max(width, WIDTH_MIN) for line in page(stages, max(width, WIDTH_MIN)))
