"""A queue machine's log gives back the office that it was drawn from; bad rows are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_stage import A_MONDAY, OFFICE, played
from siaksim.core.chance import draw
from siaksim.core.clock import WIB, office_date
from siaksim.errors import UserError
from siaksim.office.citizens import citizens
from siaksim.office.fitting import PATIENCE_MOST_S, distance, fit, gone_by, patience
from siaksim.office.office import Office, Service, exponential, lognormal
from siaksim.office.tickets import Ticket, tickets

HEAD = ["arrival", "called", "finished"]


def logged(office: Office, weeks: int, seed: int = 3) -> list[Ticket]:
    """Return the tickets that weeks of an office leave in its machine.

    Who leaves says nothing: her number is called when it is her turn, and she is gone.
    """
    found = []
    for week in range(weeks):
        for weekday in range(5):
            day = office.day(A_MONDAY + timedelta(days=weekday))
            book, _ = played(day, citizens(day, seed, 10 * week + weekday))
            moved = 7 * 86400.0 * week
            for line in book.lines:
                called = line.called
                if line.end == "abandoned":
                    later = (o.called for o in book.lines if o.citizen.came > line.citizen.came)
                    called = min((at for at in later if at is not None), default=None)
                gone = line.end != "served"
                found.append(
                    Ticket(
                        line.citizen.came + moved,
                        None if called is None else called + moved,
                        None if gone or line.ended is None else line.ended + moved,
                    )
                )
    return found


def test_an_office_is_found_again_in_its_own_log() -> None:
    office = replace(OFFICE, patience_s=2400.0).visited(90)
    found = fit(logged(office, 12), "log")
    fitted = found.office
    assert found.days == 60
    assert fitted.visits[0] == pytest.approx(90, rel=0.1)
    assert fitted.service.mean_s == pytest.approx(420.0, rel=0.05)
    assert fitted.service.cv == pytest.approx(0.5, rel=0.1)
    assert fitted.patience_s == pytest.approx(2400.0, rel=0.25)
    hourly = {first: share for first, _, share in fitted.curve}
    assert hourly[8 * 3600.0] == pytest.approx(0.22, abs=0.03)
    assert dict(fitted.officers)[8 * 3600.0] == 2
    assert dict(fitted.officers)[12 * 3600.0] in (1, 2)  # who began before noon ends after it
    assert fitted.opening.on(A_MONDAY) == (8 * 3600.0, 15.5 * 3600.0)
    assert [check.fits for check in found.checks] == [True, True]
    assert fit(logged(office, 12), "log") == found


def test_a_law_that_does_not_fit_is_told() -> None:
    two = [Ticket(n * 600.0, n * 600.0, n * 600.0 + (60.0 if n % 2 else 900.0)) for n in range(200)]
    service = fit(two).checks[1]
    assert not service.fits
    assert service.found > 0.2


def test_days_that_differ_by_more_than_chance_are_told() -> None:
    base = datetime(2024, 7, 1, 8, tzinfo=WIB).timestamp()
    log = [
        Ticket(at, at, at + lognormal(draw(1, week, n), 300.0, 0.4))
        for week in range(6)
        for n in range(20 if week % 2 else 120)
        for at in [base + week * 7 * 86400.0 + n * 120.0]
    ]
    arrivals = fit(log).checks[0]
    assert not arrivals.fits
    assert arrivals.found > 10


@settings(max_examples=20)
@given(st.floats(300.0, 20_000.0), st.integers(0, 2**32))
def test_patience_is_found_by_who_bore_a_wait_and_who_did_not(mean: float, seed: int) -> None:
    offered = [exponential(draw(seed, n, "wait"), 1800.0) for n in range(3000)]
    limits = [exponential(draw(seed, n, "patience"), mean) for n in range(3000)]
    borne = [w for w, limit in zip(offered, limits, strict=True) if limit > w]
    gone = [w for w, limit in zip(offered, limits, strict=True) if limit <= w]
    # 3,000 tickets: by Fisher's information the error is below 6% (one sigma) even at 20,000 s
    assert patience(borne, gone) == pytest.approx(mean, rel=0.36)


def test_nobody_gone_means_patient_people_and_everybody_gone_means_none() -> None:
    assert patience([600.0, 1200.0], []) == PATIENCE_MOST_S
    assert patience([], [600.0] * 30) < 1.0


def test_who_may_have_waited_until_closing_is_not_counted_as_gone() -> None:
    day = [Ticket(0.0, None, None), Ticket(60.0, 500.0, 900.0), Ticket(120.0, None, None)]
    assert gone_by({A_MONDAY: day}) == [500.0]


def test_the_distance_of_a_sample_from_its_own_law_is_small() -> None:
    law = Service(400.0, 0.6)
    sample = [law.at((n + 0.5) / 500) for n in range(500)]
    assert distance(sample, law) == pytest.approx(0.001, abs=1e-6)
    assert distance([4000.0] * 50, law) > 0.9


# -- rows --------------------------------------------------------------------------------------


def rows(count: int = 40) -> Iterator[list[object]]:
    for n in range(count):
        clock = datetime(2024, 7, 11, 8, tzinfo=WIB) + timedelta(minutes=5 * n)
        yield [clock + timedelta(minutes=m) for m in (0, 3, 9)]


def test_cells_may_be_times_of_excel_or_text_in_either_form() -> None:
    told: list[list[object]] = [
        ["2024-07-11 08:05", "2024-07-11T08:10:30", "2024-07-11 08:15"],
        ["11/07/2024 08:05", "11/07/2024 08:10:30", "11/07/2024 08:15"],
        [
            datetime(2024, 7, 11, 8, 5, tzinfo=WIB),
            datetime(2024, 7, 11, 8, 10, 30, tzinfo=WIB),
            "2024-07-11 08:15",
        ],
    ]
    found = tickets([HEAD, *told, *rows()], "log.csv").found
    first = next(t for t in found if office_date(t.arrival).minute == 5)
    assert [t for t in found if t == first] == [first] * 3
    assert first.called is not None
    assert first.called - first.arrival == 330.0


def test_a_column_of_dates_serves_plain_times_and_indonesian_names_are_known() -> None:
    head = ["Tanggal", "Datang", "Dipanggil", "Selesai"]
    table = [["11/07/2024", f"{8 + n // 6:02d}:{n % 6}0", "15:00", "15:06"] for n in range(40)]
    found = tickets([head, *table], "log.csv").found
    assert len(found) == 40
    assert office_date(found[0].arrival).isoformat() == "2024-07-11T08:00:00+07:00"


def test_bad_rows_are_left_out_with_their_number_and_reason() -> None:
    bad: list[list[object]] = [
        ["2024-07-11 09:00", "2024-07-11 08:00", None],
        [None, "2024-07-11 08:00", None],
        ["2024-07-11 09:00", "", "2024-07-11 09:10"],
        ["soon", "", ""],
        ["2024-07-11 09:00", "2024-07-11 09:10", "2024-07-11 09:05"],
        ["2024-07-11 09:00", "2024-07-11 09:10", "2024-07-11 19:05"],
        ["", "", ""],
    ]
    found = tickets([HEAD, *rows(), *bad], "log.csv")
    assert len(found.found) == 40
    assert found.left_out == {
        42: "it was called before it arrived",
        43: "there is no arrival",
        44: "it was finished and never called",
        45: "'soon' is no time",
        46: "it was finished before it was called",
        47: "the turn took over 4 hours",
    }


def test_a_table_that_tells_nothing_is_refused_with_the_way_out() -> None:
    with pytest.raises(UserError, match=r"log.csv:1: there is no column 'called', 'finished'"):
        tickets([["arrival", "x"], ["2024-07-11 08:00", "1"]], "log.csv")
    with pytest.raises(UserError, match="3 tickets tell too little: at least 30"):
        tickets([HEAD, *rows(3)], "log.csv")
    with pytest.raises(
        UserError, match=r"40 of 40 rows cannot be read.\nlog.csv:2: 'a' is no time"
    ):
        tickets([HEAD, *[["a", "b", "c"]] * 40], "log.csv")
    with pytest.raises(UserError, match="0 turns have a beginning and an end"):
        fit([Ticket(float(n), None, None) for n in range(50)])
