"""KTP-el recordings as the ledger tells them, and the queue for blank cards. PURE.

A recording's way is planned when it is taken in or decided about: its entries hold each status
with the office time from which it holds. So a status is a matter of looking at the time, and a
restart, a lagging replica and a changed scenario all see the same way. Only the cards lean on
each other: each takes one blank, in the order in which they could be printed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from siaksim.ledger.entries import Entry

UNREGISTERED = "UNREGISTERED"
PRINT_READY = "PRINT_READY_RECORD"
PRINTING = ("SENT_FOR_CARD_PRINTING", "CARD_PRINTED", "CARD_SHIPPED", "CARD_ISSUED")
"""What follows the recording (domain.md section 5)."""
NEVER = float("inf")


class Step(NamedTuple):
    """A status and the office time from which it holds."""

    status: str
    at: float


@dataclass(slots=True)
class Enrolment:
    """One recording of a NIK; times are office seconds.

    `found` is what the centre finds, `of` the recording that it is a duplicate of, `why` says it
    to people. `ticket` is its place in the queue for blank cards (None: no card is due), `card_s`
    how long printing, shipping and handing out take. `prints` are hashes of the pictures of
    fingers and irises.
    """

    id: str
    nik: str
    number: int
    client: str
    officer: str
    captured_at: float
    received_at: float
    found: str
    of: str
    why: str
    path: list[Step]
    prints: Mapping[str, str]
    exceptions: Mapping[str, str]
    ticket: tuple[float, int] | None = None
    card_s: tuple[float, ...] = ()
    decisions: list[Mapping[str, Any]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    """Statuses that somebody has been told: a restart does not go back behind them."""

    @property
    def finished_at(self) -> float:
        """When it is found to be the only one of its person: from then on she is recorded."""
        return next((step.at for step in self.path if step.status == PRINT_READY), NEVER)


class Cards:
    """Blank cards: how many there are, and which card gets one when. First come, first printed."""

    def __init__(self) -> None:
        self.started: int | None = None
        """Blanks at the beginning, as the first entry tells; None before it."""
        self._supplies: list[tuple[float, int]] = []
        self._waiting: list[tuple[float, int]] = []

    def start(self, blanks: int) -> None:
        """Begin with so many blanks; later calls change nothing."""
        if self.started is None:
            self.started = blanks

    def supply(self, at: float, blanks: int) -> None:
        """Add blanks from office time `at` on."""
        self._supplies.append((at, (self._supplies[-1][1] if self._supplies else 0) + blanks))

    def queue(self, ready_at: float) -> tuple[float, int]:
        """Let one more card wait for a blank from `ready_at` on; return its ticket.

        Of equal times the one that came first goes first, so nobody is ever pushed back.
        """
        ticket = (ready_at, len(self._waiting))
        insort(self._waiting, ticket)
        return ticket

    def blank_at(self, ticket: tuple[float, int]) -> float:
        """Return when a waiting card gets its blank; infinity while none is in sight."""
        rank = bisect_left(self._waiting, ticket) + 1 - (self.started or 0)
        if rank <= 0:
            return ticket[0]
        place = bisect_left(self._supplies, rank, key=itemgetter(1))
        return max(ticket[0], self._supplies[place][0]) if place < len(self._supplies) else NEVER

    def ready(self, now: float) -> int:
        """Return how many cards could have been printed by now, blanks or not."""
        return bisect_right(self._waiting, now, key=itemgetter(0))

    def brought(self, now: float) -> int:
        """Return how many blanks have come by now beside those of the beginning."""
        place = bisect_right(self._supplies, now, key=itemgetter(0))
        return self._supplies[place - 1][1] if place else 0


class Enrolments:
    """All recordings of a registry, by id and by NIK."""

    def __init__(self) -> None:
        self.by_id: dict[str, Enrolment] = {}
        self.by_nik: dict[str, list[str]] = {}
        self.prints: dict[str, list[str]] = {}
        """The recordings that a finger's or iris's hash was seen in."""
        self.cards = Cards()

    def of(self, nik: str) -> list[Enrolment]:
        """Return a NIK's recordings, oldest first."""
        return [self.by_id[name] for name in self.by_nik.get(nik, ())]

    def steps(self, enrolment: Enrolment, now: float) -> list[Step]:
        """Return the statuses that a recording has had by `now`, oldest first."""
        found = [step for step in enrolment.path if step.at <= now]
        if enrolment.ticket is None or not found or found[-1].status != PRINT_READY:
            return found
        at = self.cards.blank_at(enrolment.ticket)
        for status, lasts in zip(PRINTING, (0.0, *enrolment.card_s), strict=True):
            at += lasts
            if at > now:
                break
            found.append(Step(status, at))
        return found

    def status(self, enrolment: Enrolment, now: float) -> str:
        """Return a recording's status at `now`; UNREGISTERED before it was captured."""
        steps = self.steps(enrolment, now)
        return steps[-1].status if steps else UNREGISTERED

    def finished(self, nik: str, now: float) -> Enrolment | None:
        """Return the recording by which a NIK is recorded at `now`, or None."""
        return next((e for e in self.of(nik) if e.finished_at <= now), None)

    # -- the fold --------------------------------------------------------------------------

    def enrolled(self, entry: Entry) -> None:
        """Take in a recording."""
        data = entry.data
        made = Enrolment(
            id=data["enrolment"],
            nik=entry.nik,
            number=data["number"],
            client=data["client"],
            officer=data["officer"],
            captured_at=data["captured_at"],
            received_at=data["received_at"],
            found=data["found"],
            of=data["of"],
            why=data["why"],
            path=[Step(*step) for step in data["path"]],
            prints=data["prints"],
            exceptions=data["exceptions"],
        )
        self.by_id[made.id] = made
        self.by_nik.setdefault(entry.nik, []).append(made.id)
        for seen in made.prints.values():
            self.prints.setdefault(seen, []).append(made.id)
        self.cards.start(data["blanks"])
        self._card(made, data)

    def decided(self, entry: Entry) -> None:
        """Take in what somebody has decided about a recording that waited for it."""
        data = entry.data
        found = self.by_id[data["enrolment"]]
        found.path.extend(Step(*step) for step in data["path"])
        found.decisions.append({"at": entry.at, **data})
        self._card(found, data)

    def shown(self, entry: Entry) -> None:
        """Note that a status has been told; so that a restart begins no earlier than that."""
        self.by_id[entry.data["enrolment"]].told.add(entry.data["status"])

    def supplied(self, entry: Entry) -> None:
        """Take in new blank cards."""
        self.cards.start(entry.data["started"])
        self.cards.supply(entry.at, entry.data["blanks"])

    def _card(self, enrolment: Enrolment, data: Mapping[str, Any]) -> None:
        if data["card_at"] is not None:
            enrolment.card_s = tuple(data["card_s"])
            enrolment.ticket = self.cards.queue(data["card_at"])
