"""The hall: first come first served, impatience, shifts, closing, papers; and known formulae."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import inf, sqrt
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_stage import A_THURSDAY, OFFICE, on_paper, people, played
from siaksim.core.chance import draw
from siaksim.core.erlang import erlang_a, erlang_c
from siaksim.office.book import ENDS
from siaksim.office.citizens import Citizen, citizens
from siaksim.office.office import Day, Notice, exponential

DAY = OFFICE.day(A_THURSDAY)
SHIFTS = st.lists(st.integers(0, 3), min_size=1, max_size=6)


@given(st.integers(0, 2**32), SHIFTS, st.floats(0.0, 300.0), st.floats(60.0, 20_000.0))
def test_everybody_ends_once_in_turn_and_within_her_patience(
    seed: int, shifts: list[int], visits: float, patience_s: float
) -> None:
    manned = tuple((8 * 3600.0 + n * 4500.0, count) for n, count in enumerate(shifts))
    office = replace(OFFICE.visited(visits), officers=manned, patience_s=patience_s)
    day = office.day(A_THURSDAY)
    who = citizens(day, seed)
    book, serving = played(day, who)
    assert [line.citizen for line in book.lines] == list(who)
    assert sum(book.counts()[end] for end in ENDS) == len(who)
    assert serving.order == sorted(serving.order)
    assert serving.most <= max(shifts)
    for line in book.lines:
        assert line.ended is not None
        if line.called is not None:
            assert line.citizen.came <= line.called < day.hours.end
            assert line.called <= line.citizen.came + line.citizen.patience_s
            assert line.end == "served"
            assert line.ended == pytest.approx(line.called + line.citizen.service_s)
        else:
            assert line.end in ("abandoned", "carried_over")
            assert line.ended <= day.hours.end + 1e-6


@given(st.integers(0, 2**32))
def test_the_queue_of_the_book_is_the_one_that_stood_there(seed: int) -> None:
    book, _ = played(DAY, citizens(DAY, seed))
    for moment, waiting in book.queue(600.0):
        assert waiting == sum(line.waits_at(moment) for line in book.lines)


def test_who_comes_early_waits_for_the_doors_and_nobody_serves_at_an_unmanned_counter() -> None:
    day = replace(OFFICE, officers=((9 * 3600.0, 1),)).day(A_THURSDAY)
    book, _ = played(day, people(day, [-1800.0, 10.0]))
    assert [line.called - day.hours.start for line in book.lines if line.called] == [3600, 4020]
    assert book.lines[0].wait_s(book.until) == 5400.0
    unmanned, _ = played(OFFICE.manned(0).day(A_THURSDAY), people(day, [0.0], patience_s=600.0))
    assert unmanned.lines[0].end == "abandoned"
    assert unmanned.lines[0].ended == day.hours.start + 600.0


def test_a_shift_that_ends_serves_to_the_end_whom_it_has_begun_with() -> None:
    day = replace(OFFICE, officers=((0.0, 2), (9 * 3600.0, 1))).day(A_THURSDAY)
    book, _ = played(day, people(day, [3500.0, 3500.0, 3500.0]))
    called = [line.called - day.hours.start for line in book.lines if line.called]
    assert called == [3500.0, 3500.0, 3920.0]


def test_at_closing_those_who_wait_are_carried_over_and_the_last_turn_is_ended() -> None:
    day = OFFICE.manned(1).day(A_THURSDAY)
    length = day.hours.end - day.hours.start
    book, _ = played(day, people(day, [length - 60.0, length - 50.0]))
    assert [(line.end, line.why) for line in book.lines] == [
        ("served", ""),
        ("carried_over", "closing"),
    ]
    assert book.until == day.hours.end + 360.0


def test_papers_are_taken_while_siak_is_down_and_typed_in_afterwards() -> None:
    day = on_paper(600.0).manned(1).day(A_THURSDAY)
    begin = day.hours.start
    down = (begin + 600.0, begin + 3600.0)
    book, _ = played(day, people(day, [0.0, 500.0, 1500.0, 1600.0]), down)
    first, second, third, fourth = book.lines
    assert not first.papers
    # The second waits a failing minute after the other, then gives papers; the others at once.
    assert [line.papers for line in (second, third, fourth)] == [True, True, True]
    assert third.called is not None
    assert third.freed == third.called + 180.0
    assert Counter(line.end for line in book.lines) == {"served": 4}
    assert all(line.ended >= down[1] + 360.0 for line in (second, third, fourth) if line.ended)
    ((mode, since, until),) = book.spans
    assert mode == "paper"
    assert since == pytest.approx(begin + 920.0 + 600.0, abs=61.0)
    assert until == pytest.approx(down[1], abs=61.0)


def test_papers_that_nobody_types_in_are_carried_over() -> None:
    day = on_paper(60.0).manned(1).day(A_THURSDAY)
    book, _ = played(day, people(day, [0.0, 900.0]), (day.hours.start, day.hours.end))
    assert [(line.end, line.why) for line in book.lines] == [("carried_over", "paper")] * 2


def test_a_notice_sends_home_whom_it_would() -> None:
    office = replace(on_paper(60.0), notice=Notice(60.0)).manned(1)
    day = office.day(A_THURSDAY)
    who = [replace(c, turns_back=c.number == 2) for c in people(day, [0.0, 900.0, 901.0])]
    book, _ = played(day, who, (day.hours.start, day.hours.end))
    assert [line.end for line in book.lines] == ["carried_over", "carried_over", "turned_away"]
    assert {mode for mode, *_ in book.spans} == {"paper", "notice"}


def _steady(rate: float, patience_s: float, count: int) -> list[Citizen]:
    came, found = DAY.hours.start, []
    for n in range(count):
        came += exponential(draw(11, n, "comes"), 1.0 / rate)
        service = exponential(draw(11, n, "service"), 420.0)
        left = exponential(draw(11, n, "patience"), patience_s)
        found.append(Citizen(n, came, "counter", service, left))
    return found


def _long_day(servers: int, until: float) -> Day:
    day = OFFICE.manned(servers).day(A_THURSDAY)
    return replace(day, hours=replace(day.hours, end=until))


def _within(values: list[float], wanted: float) -> bool:
    """Say whether a mean is what it should be, by four standard errors of 20 batches."""
    size = len(values) // 20
    means = [fmean(values[n * size : (n + 1) * size]) for n in range(20)]
    return abs(fmean(means) - wanted) < 4 * stdev(means) / sqrt(20) and stdev(means) < wanted


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (2, 0.7), (5, 0.8)])
def test_patient_people_wait_as_erlang_c_says(servers: int, load: float) -> None:
    rate = load * servers / 420.0
    who = [replace(c, patience_s=inf) for c in _steady(rate, 1.0, 20_000)]
    book, _ = played(_long_day(servers, who[-1].came + 1e6), who)
    until = book.until
    waits = [line.wait_s(until) for line in book.lines[1000:]]
    share = erlang_c(servers, rate * 420.0)
    assert _within([float(wait > 0) for wait in waits], share)
    assert _within(waits, share * 420.0 / (servers * (1 - load)))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.9), (2, 1.25), (3, 0.8)])
def test_impatient_people_leave_as_erlang_a_says(servers: int, load: float) -> None:
    rate = load * servers / 420.0
    who = _steady(rate, 1800.0, 15_000)
    book, _ = played(_long_day(servers, who[-1].came + 1e5), who)
    stands, until = erlang_a(servers, rate, 420.0, 1800.0), book.until
    lines = book.lines[1000:]
    assert _within([float(line.end == "abandoned") for line in lines], stands.leaves)
    assert _within([line.wait_s(until) for line in lines], stands.waiting / rate)  # Little


def test_erlang_a_keeps_its_own_laws() -> None:
    # Nobody leaves: Erlang C. One server and equal rates: an infinite-server queue, Poisson.
    assert erlang_a(3, 2.0, 1.0, 1e9).waits == pytest.approx(erlang_c(3, 2.0), rel=1e-5)
    same = erlang_a(1, 0.7, 1.0, 1.0)
    assert same.waits == pytest.approx(1 - 2.718281828459045**-0.7, rel=1e-9)
    # Far over capacity those leave who cannot be served: 1 - 1 / load.
    assert erlang_a(10, 40.0, 1.0, 100.0).leaves == pytest.approx(0.75, rel=1e-3)
