"""Where mail may go, and which day a moved scenario takes."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.clock import WIB
from siaksim.core.holidays import is_holiday
from siaksim.edges.holidays import office_day
from siaksim.edges.smtp import Server, allowed
from siaksim.errors import UserError


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("a@example.invalid", True),
        ("a@mail.test", True),
        ("a@EXAMPLE", True),
        ("a@x.example.", True),
        ("a@gmail.com", False),
        ("a@example.com", False),
        ("a@notinvalid", False),
        ("a@invalid.com", False),
        ("a@ours.go.id", True),
        ("a@sub.ours.go.id", True),
        ("a@notours.go.id", False),
        ("a@", False),
        ("", False),
    ],
)
def test_only_reserved_and_named_domains_are_served(address: str, fits: bool) -> None:
    assert allowed(address, ["ours.go.id", ""]) is fits


@pytest.mark.parametrize("text", ["", "host", "host:", ":25", "host:0", "host:65536", "host:x"])
def test_a_mail_server_is_host_and_port(text: str) -> None:
    with pytest.raises(UserError, match=r"--smtp: .* Write it like"):
        Server.parse(text)


def test_an_ipv6_mail_server_is_read() -> None:
    assert Server.parse("[::1]:25") == Server("::1", 25)


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_moved_day_keeps_its_weekday_and_is_no_holiday(today: date) -> None:
    start = datetime(2024, 7, 11, 8, tzinfo=WIB)
    day = office_day(start.timestamp(), today)
    assert day.weekday() == start.weekday()
    assert not is_holiday(day)
    assert abs((day - today).days) <= 17


def test_a_holiday_is_stepped_over() -> None:
    start = datetime(2024, 7, 11, 8, tzinfo=WIB).timestamp()
    assert office_day(start, date(2026, 5, 14)) in (date(2026, 5, 21), date(2026, 5, 7))
