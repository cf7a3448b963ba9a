"""A day as a band: hours across, one row for each fault, and a needle that says now. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from siaksim.verdict.reports.catalogue import Catalogue

WIDTH = 1000.0
ROW, GAP = 22, 6
"""Height of a fault's row and the gap under it, in px: the list of names beside has the same."""
LABELS = 12
"""Hours that are named, at most."""


def moment(text: str) -> float:
    """Return the POSIX seconds of a time that the control API tells."""
    return datetime.fromisoformat(text).timestamp()


def band(found: Mapping[str, Any], words: Catalogue) -> dict[str, Any]:
    """Return a timeline of the control API as places on a band."""
    start, end = moment(found["from"]), moment(found["until"])
    length = max(1.0, end - start)

    def place(text: str) -> float:
        return round(WIDTH * min(1.0, max(0.0, (moment(text) - start) / length)), 1)

    def spans(times: Sequence[Sequence[str]]) -> list[tuple[float, float]]:
        return [(place(a), max(3.0, round(place(b) - place(a), 1))) for a, b in times]

    rows = [
        {
            "id": fault["id"],
            "state": fault["state"],
            "always": fault["always"],
            "spans": spans(fault["times"]),
            "y": GAP / 2 + number * (ROW + GAP),
            "height": ROW,
        }
        for number, fault in enumerate(found["faults"])
    ]
    hours = round(length / 3600)
    first = datetime.fromisoformat(found["from"]).hour
    every = max(1, -(-hours // LABELS))
    said = "; ".join(_said(fault, words) for fault in found["faults"])
    return {
        "rows": rows,
        "height": max(1, len(rows)) * (ROW + GAP),
        "open": spans(found["open"]),
        "now": place(found["now"]),
        "ticks": [round(WIDTH * n / hours, 1) for n in range(0, hours + 1, every)],
        "hours": [f"{first + n:02}" for n in range(0, hours, every)],
        "said": said or words.tell("no faults"),
    }


def _said(fault: Mapping[str, Any], words: Catalogue) -> str:
    if fault["always"]:
        return f"{fault['id']}: {words.tell('always')}"
    return f"{fault['id']}: " + ", ".join(f"{a[11:16]}-{b[11:16]}" for a, b in fault["times"][:6])
