"""The statuses of a KTP-el recording: one state machine that only goes forward. PURE.

Names and meaning of the statuses are sourced (domain.md section 5); which follows which, and
that a human's decision ends each wait, is inferred from the same table. Offices have "about 18"
statuses; those whose names are only recalled are left out, and DELETED is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from siaksim.core import chance
from siaksim.core.clock import WIB
from siaksim.ledger.enrolments import PRINT_READY, PRINTING, Step
from siaksim.services.ikd.rules import Refusal

if TYPE_CHECKING:
    from siaksim.population.resident import Resident
    from siaksim.scenario.settings import Settings

BIO_CAPTURED = "BIO_CAPTURED"
PROCESSING = "PROCESSING"
SENT = "SENT_FOR_ENROLLMENT"
FAILED_REGIONAL = "ENROLL_FAILURE_AT_REGIONAL"
RECEIVED = "RECEIVED_AT_CENTRAL"
FAILED_CENTRAL = "ENROLL_FAILURE_AT_CENTRAL"
SEARCH_FAILED = "SEARCH_FAILURE_AT_CENTRAL"
VALIDATION = "REQUEST_VALIDATION"
ADJUDICATE = "ADJUDICATE_RECORD"
DUPLICATE = "DUPLICATE_RECORD"
DELETED = "DELETED"
TO_PRINT, PRINTED, SHIPPED, ISSUED = PRINTING

STATUSES: tuple[str, ...] = (
    *(BIO_CAPTURED, PROCESSING, FAILED_REGIONAL, SENT, RECEIVED, FAILED_CENTRAL, SEARCH_FAILED),
    *(VALIDATION, ADJUDICATE, DUPLICATE, PRINT_READY, *PRINTING, DELETED),
)
"""In the order in which a record can have them: every transition leads to a later one."""
WAITING = frozenset((FAILED_REGIONAL, FAILED_CENTRAL, VALIDATION, ADJUDICATE, DUPLICATE))
"""Statuses that no time ends: somebody has to decide."""
ENDED = frozenset((ISSUED, DELETED))
FAILED = frozenset((FAILED_REGIONAL, FAILED_CENTRAL))
"""After these the citizen is simply recorded again; the failed record goes."""

TRANSITIONS: dict[tuple[str, str], str] = {
    (BIO_CAPTURED, "pack"): PROCESSING,
    (PROCESSING, "send"): SENT,
    (PROCESSING, "fail_regional"): FAILED_REGIONAL,
    (SENT, "receive"): RECEIVED,
    (RECEIVED, "fail_central"): FAILED_CENTRAL,
    (RECEIVED, "miss"): SEARCH_FAILED,
    **{
        (state, event): after
        for state in (RECEIVED, SEARCH_FAILED)
        for event, after in (
            ("unique", PRINT_READY),
            ("duplicate", DUPLICATE),
            ("adjudicate", ADJUDICATE),
            ("validation", VALIDATION),
        )
    },
    (VALIDATION, "accept"): PRINT_READY,
    (ADJUDICATE, "accept"): PRINT_READY,
    (DUPLICATE, "accept"): PRINT_READY,
    (VALIDATION, "duplicate"): DUPLICATE,
    (ADJUDICATE, "duplicate"): DUPLICATE,
    **{(state, "delete"): DELETED for state in WAITING},
    (PRINT_READY, "print"): TO_PRINT,
    (TO_PRINT, "finish"): PRINTED,
    (PRINTED, "ship"): SHIPPED,
    (SHIPPED, "hand_out"): ISSUED,
}
"""Every step that there is: (status, event) -> status. What is not here is refused."""

DECISIONS = ("accept", "duplicate", "delete")
"""What somebody may decide about a record that waits."""
FINDINGS = (*("unique", "duplicate", "adjudicate", "validation", "fail_regional", "fail_central"),)
"""What becomes of a recording by itself."""

Lasts = Callable[[str], float]
"""How many office seconds pass before an event."""


def step(status: str, event: str) -> str | Refusal:
    """Return the status after an event, or the refusal (409) of one that has no such step."""
    after = TRANSITIONS.get((status, event))
    return after if after is not None else Refusal(409, "wrong_state")


def way(
    found: str, missed: bool, captured_at: float, received_at: float, lasts: Lasts
) -> list[Step]:
    """Return the statuses that a recording takes by itself, up to PRINT_READY_RECORD or a wait.

    `found` is one of FINDINGS; with `missed` the first search fails and is made again.
    """
    events = ["pack"]
    if found != "fail_regional":
        events += ["send", "receive", *(["miss"] if missed and found != "fail_central" else [])]
    status, at = BIO_CAPTURED, received_at
    steps = [Step(status, captured_at)]
    for event in (*events, found):
        status = TRANSITIONS[(status, event)]
        at += lasts("search_again" if steps[-1].status == SEARCH_FAILED else event)
        steps.append(Step(status, at))
    return steps


# -- how long each step takes ------------------------------------------------------------------


def lasting(seed: int, settings: Settings, enrolment: str) -> Lasts:
    """Return how long a recording's steps take: keyed draws from the scenario's laws."""
    laws = {
        "pack": settings.enrol_packing,
        "send": settings.enrol_sending,
        "fail_regional": settings.enrol_sending,
        "receive": settings.enrol_receiving,
        "search_again": settings.enrol_searching_again,
        "card": settings.card_queue,
        "finish": settings.card_printing,
        "ship": settings.card_shipping,
        "hand_out": settings.card_issuing,
    }

    def lasts(event: str) -> float:
        law = laws.get(event, settings.enrol_searching)
        return law.at(chance.draw(seed, "enrolment-step", enrolment, event))

    return lasts


def drawn(seed: int, settings: Settings, enrolment: str) -> tuple[str, bool]:
    """Return what the scenario's shares let a recording find, and whether its search fails once."""
    shares = settings.enrol_shares
    u = chance.draw(seed, "enrolment-found", enrolment)
    missed = chance.draw(seed, "enrolment-missed", enrolment) < shares.search_failure
    for found, share in (
        ("fail_regional", shares.failed_regional),
        ("fail_central", shares.failed_central),
        ("validation", shares.validation),
        ("adjudicate", shares.adjudicate),
        ("duplicate", shares.duplicate),
    ):
        if u < share:
            return found, missed
        u -= share
    return "unique", missed


# -- cards -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """When a card may be printed at the earliest, and how long printing and the rest take."""

    at: float
    lasts: tuple[float, ...]

    @classmethod
    def of(cls, steps: Sequence[Step], lasts: Lasts, from_day: date | None) -> Card | None:
        """Return the card of a way, not printed before `from_day`; None without one."""
        if steps[-1].status != PRINT_READY:
            return None
        at = steps[-1].at + lasts("card")
        if from_day is not None:
            at = max(at, datetime.combine(from_day, time(), WIB).timestamp())
        return cls(at, (lasts("finish"), lasts("ship"), lasts("hand_out")))


def wed(resident: Resident) -> bool:
    """Say whether a resident is or was ever married: then no age is asked (observed)."""
    return resident.marital_status not in ("BELUM KAWIN", "")


def reaches(born: date, months: int) -> date:
    """Return the day on which somebody has lived so many whole months.

    Who is born on a day that the month lacks has lived it on the first of the next month.
    """
    years, month = divmod(born.month - 1 + months, 12)
    try:
        return date(born.year + years, month + 1, born.day)
    except ValueError:
        return date(born.year + years + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def card_from(resident: Resident, settings: Settings) -> date | None:
    """Return the first day of a resident's card, or None when no age is asked."""
    return None if wed(resident) else reaches(resident.birth_date, 12 * settings.card_age)
