"""maintenance: 503 with a Retry-After, right or wrong."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.clock import Clock
from siaksim.core.effects import Page, Reply, RetryAfter
from siaksim.edges.pages import retry_after
from siaksim.scenario.problems import ScenarioErrors

TOLD = "{target: all, kind: maintenance%s}"


def test_maintenance_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits(TOLD % ", share: 0%"))
    hits = bench.hits(TOLD % ", share: 100%")
    assert all(isinstance(hit[0], Page) and hit[0].status == 503 for hit in hits)


def test_maintenance_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("maintenance") == {"maintenance"}


@pytest.mark.parametrize(
    ("told", "ends_at", "wanted"),
    [
        ("", 900.0, RetryAfter(until=900.0)),
        ("", None, None),
        (", retry_after: wrong", 900.0, RetryAfter(until=900.0, part=0.25)),
        (", retry_after: wrong", None, RetryAfter(seconds=60.0)),
        (", retry_after: date", 900.0, RetryAfter(until=900.0, as_date=True)),
        (", retry_after: date", None, None),
        (", retry_after: absent", 900.0, None),
        (", retry_after: 10m", None, RetryAfter(seconds=600.0)),
    ],
)
@pytest.mark.parametrize("body", ["page", "problem"])
def test_it_tells_when_to_come_back(
    bench: Any, told: str, ends_at: float | None, wanted: RetryAfter | None, body: str
) -> None:
    (found,) = bench.effects(TOLD % f"{told}, body: {body}", ends_at)
    assert found.retry == wanted
    assert isinstance(found, Page if body == "page" else Reply)


@pytest.mark.parametrize("word", ["soon", "-5s", "", "[1]"])
def test_a_retry_after_that_is_none_is_a_mistake(bench: Any, word: str) -> None:
    with pytest.raises(ScenarioErrors, match="retry_after"):
        bench.planned(TOLD % f", retry_after: {word}")


@pytest.mark.parametrize(
    ("retry", "shorten", "wanted"),
    [
        (RetryAfter(until=1600.0), 1.0, "600"),
        (RetryAfter(until=1600.5), 1.0, "601"),  # nobody who obeys comes early
        (RetryAfter(until=1600.0), 20.0, "30"),
        (RetryAfter(until=1600.0, part=0.25), 1.0, "150"),
        (RetryAfter(until=900.0), 1.0, "0"),
        (RetryAfter(seconds=90.0), 20.0, "90"),
        (RetryAfter(until=1600.0, as_date=True), 1.0, "Thu, 01 Jan 1970 00:26:40 GMT"),
        (RetryAfter(until=1600.0, as_date=True), 20.0, "Thu, 01 Jan 1970 00:17:10 GMT"),
    ],
)
def test_seconds_are_the_clients(retry: RetryAfter, shorten: float, wanted: str) -> None:
    assert retry_after(retry, Clock(1000.0, "manual", shorten=shorten)) == wanted
