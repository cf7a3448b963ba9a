"""Figures 1 to 3: citizens, the queue over time, the time to drain. PURE.

Formulae are those of docs/rehearsals.md. Times are office seconds; a queue is (time, how many
wait) by the minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siaksim.office.book import Book

Queue = Sequence[tuple[float, float]]
LONG = 10
"""A queue above so many is told as long (`minutes_above`)."""
NEAR = 1.0
"""By so many the queue may be above its twin's and still count as drained."""
HELD_S = 600.0
"""For so long it must stay so near."""
NOT_BY_CLOSING = "not by closing"


@dataclass(frozen=True, slots=True)
class Citizens:
    """Figure 1. `residue` is arrived less all others: 0 if the book balances."""

    arrived: int
    served: int
    abandoned: int
    turned_away: int
    carried_over: int
    on_paper: int

    @property
    def residue(self) -> int:
        """arrived - (served + abandoned + turned away + carried over)."""
        ended = self.served + self.abandoned + self.turned_away + self.carried_over
        return self.arrived - ended


def citizens(book: Book) -> Citizens:
    """Return how many came, and what became of them."""
    counts = book.counts()
    return Citizens(
        arrived=len(book.lines),
        served=counts.get("served", 0),
        abandoned=counts.get("abandoned", 0),
        turned_away=counts.get("turned_away", 0),
        carried_over=counts.get("carried_over", 0),
        on_paper=sum(line.papers for line in book.lines),
    )


def cost(day: Citizens, twin: Citizens) -> int:
    """Return how many the faults left unserved: served by the twin less served."""
    return twin.served - day.served


@dataclass(frozen=True, slots=True)
class Waits:
    """Figure 2's numbers. Lengths are seconds; `at_least` of the waits had not ended by closing."""

    peak: float
    peak_at: float
    minutes_above: int
    mean_s: float
    median_s: float
    p90_s: float
    at_least: int


def waits(book: Book) -> Waits:
    """Return peak, long minutes, and the waits of all who joined the queue.

    Who had not been called when the office closed waited `at least` until then; who left waited
    until she left.
    """
    peak, peak_at, above = 0.0, book.opens, 0
    for moment, waiting in book.queue():
        if waiting > peak:
            peak, peak_at = float(waiting), moment
        above += waiting > LONG
    joined = [line for line in book.lines if line.end != "turned_away"]
    lengths = sorted(line.wait_s(book.closes) for line in joined)
    uncalled = sum(line.called is None and line.end != "abandoned" for line in joined)
    mean_s = sum(lengths) / len(lengths) if lengths else 0.0
    return Waits(
        peak, peak_at, above, mean_s, quantile(lengths, 0.5), quantile(lengths, 0.9), uncalled
    )


def quantile(ordered: Sequence[float], part: float) -> float:
    """Return a quantile of ordered values, straight lines between them (0 of none)."""
    if not ordered:
        return 0.0
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def drain_s(queue: Queue, twin: Queue, ended: float, held_s: float = HELD_S) -> float | None:
    """Return figure 3: min{t > end : Q(t) <= Q_twin(t) + 1 for 10 min} - end; None: not by closing.

    `ended` is the office time at which the last fault ended. What begins so late that the office
    closes before it has held so long does not count.
    """
    beside = dict(twin)
    since: float | None = None
    for moment, waiting in queue:
        if moment < ended:
            continue
        if waiting > beside.get(moment, 0.0) + NEAR:
            since = None
            continue
        if since is None:
            since = moment
        if moment - since >= held_s:
            return since - ended
    return None


def drain_by_formula_s(length_s: float, load: float) -> float | None:
    """Return L * rho / (1 - rho), the drain of an outage of L at a steady load; None: never."""
    return None if load >= 1.0 else length_s * load / (1.0 - load)
