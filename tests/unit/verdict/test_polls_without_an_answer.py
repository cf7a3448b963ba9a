"""A status read that told nothing is retried, not polled: other rules judge how."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.verdict.rules import rules
from verdict_history import Story

NIK = "3576010101909001"


@pytest.mark.parametrize(
    ("answer", "polls"),
    [
        ({"status": 200, "media": "application/json"}, 1),
        ({"status": 200, "media": "text/html"}, 0),
        ({"status": 200, "media": "application/json", "code": "internal_error"}, 0),
        ({"status": 503}, 0),
        ({"status": 404, "media": "application/problem+json", "code": "unknown"}, 1),
    ],
)
def test_what_counts_as_a_poll(answer: dict[str, Any], polls: int) -> None:
    story = Story()
    story.call("siak.activation", 0.0, subject=NIK, method="GET", **answer)
    story.call("siak.activation", 1.0, subject=NIK, method="GET", status=200)
    rule = rules()["polling_interval"](rule="polling_interval")
    assert rule.exercised(story.history) == polls
    assert len(list(rule.findings(story.history))) == polls
