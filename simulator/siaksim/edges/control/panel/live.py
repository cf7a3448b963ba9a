"""The live part of the day: numbers and charts of the last minute, in words and shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siaksim.edges.control.panel.charts import (
    Chart,
    ceiling,
    highest,
    lines,
    seconds_text,
    stacked,
)
from siaksim.edges.control.panel.words import message
from siaksim.verdict.reports.catalogue import Catalogue

SECONDS = 60
_ENDS = ("ok", "refused", "errors", "unanswered")
_ENDINGS = (
    ("ok", message("done")),
    ("refused", message("refused (4xx)")),
    ("errors", message("failed (5xx)")),
    ("unanswered", message("no answer")),
)
Seconds = Sequence[dict[str, Any]]


def tiles(pulse: dict[str, Any]) -> dict[str, Any]:
    """Return the big numbers of the last minute; times are the 95th of 100."""
    seconds = pulse["seconds"]
    took = [s["took_p95_s"] for s in seconds if s["took_p95_s"] is not None]
    queues = [s["queue"] for s in seconds if s["queue"] is not None]
    return {
        "calls": sum(s["calls"] for s in seconds),
        "failed": sum(s["errors"] + s["unanswered"] for s in seconds),
        "took": seconds_text(max(took, default=None)),
        "open": pulse["open_calls"],
        "queue": queues[-1] if queues else None,
    }


def charts(seconds: Seconds, words: Catalogue) -> list[Chart]:
    """Return the charts of these seconds: calls by their ends, waits, and the queue if any."""
    found = [_ended(seconds, words), _waits(seconds, words)]
    if any(s["queue"] is not None for s in seconds):
        found.append(_queue(seconds, words))
    return found


def _ended(seconds: Seconds, words: Catalogue) -> Chart:
    top = ceiling(max(4.0, highest(seconds, *_ENDS)))
    counts = {kind: sum(s[kind] for s in seconds) for kind in _ENDS}
    said = ", ".join(f"{words.tell(text)} {counts[kind]}" for kind, text in _ENDINGS)
    chart = Chart(message("Calls a second, by their end"), _ENDINGS, said, f"{top:g}/s")
    chart.bars = stacked(seconds, _ENDS, top)
    return chart


def _waits(seconds: Seconds, words: Catalogue) -> Chart:
    high = max(highest(seconds, "asked_p95_s"), highest(seconds, "took_p95_s"))
    top = ceiling(max(0.1, high))
    legend = (("asked", message("asked by faults")), (message("given"), message("given")))
    told = seconds_text(high) if high else words.tell("no call has ended")
    chart = Chart(message("Wait for an answer, 95 of 100"), legend, told, seconds_text(top))
    chart.lines = [
        *lines(seconds, "asked_p95_s", "asked", top),
        *lines(seconds, "took_p95_s", message("given"), top),
    ]
    return chart


def _queue(seconds: Seconds, words: Catalogue) -> Chart:
    top = ceiling(max(4.0, highest(seconds, "queue")))
    last = next((s["queue"] for s in reversed(seconds) if s["queue"] is not None), 0)
    said = words.tell("{count} wait", count=last)
    chart = Chart(
        message("The centre's queue"), (("queue", message("calls that wait")),), said, f"{top:g}"
    )
    chart.lines = lines(seconds, "queue", "queue", top)
    return chart
