"""What can be done to one call of a client in a hunt: each a fault of the scenario language. PURE.

The order is the order of simplicity: a hunt that has found a failure looks for a simpler move
which fails the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Place:
    """What a hunt knows of an operation; `marks` are its contract's (such as `x-sends: mail`)."""

    operation: str
    write: bool
    secured: bool
    marks: frozenset[str] = frozenset()

    @property
    def service(self) -> str:
        return self.operation.partition(".")[0]


def _any(place: Place) -> bool:
    return True


def _write(place: Place) -> bool:
    return place.write


def _marked(mark: str) -> Callable[[Place], bool]:
    return lambda place: mark in place.marks


def _json(place: Place) -> bool:
    return place.service != "mail"


def _officers(place: Place) -> bool:
    return place.secured and place.service == "siak"


@dataclass(frozen=True, slots=True)
class Move:
    """One way to strike a call: `fields` are the fault's in YAML, `told` says it in a story.

    `fits` says which operations can be struck so; `commits` that the change is made all the same.
    `danger` is where a hunt begins (high first): each way to handle a failure wrongly is tried by
    the move that shows it best (a lost answer, an ended session, an unreadable page, a refusal),
    and what is much like another one comes later. The weights are assumed.
    """

    name: str
    fields: Fields
    told: str
    danger: int
    fits: Callable[[Place], bool] = field(default=_any, compare=False)
    commits: bool = False


MOVES: tuple[Move, ...] = (
    Move("error-503", {"kind": "error", "status": "503"}, "is refused with 503", 4),
    Move("error-500", {"kind": "error", "status": "500"}, "fails with 500", 3),
    Move(
        "too-many-429",
        {"kind": "error", "status": "429", "retry_after": "30s"},
        "is told to come back in 30 s (429)",
        3,
    ),
    Move(
        "refused-409",
        {"kind": "error", "status": "409"},
        "is refused for good (409)",
        7,
        _write,
    ),
    Move(
        "session-401",
        {"kind": "error", "status": "401", "code": "session_expired"},
        "meets a session that has ended (401)",
        8,
        _officers,
    ),
    Move(
        "gateway-502",
        {"kind": "gateway_html", "status": "502"},
        "gets a gateway's 502 page in HTML",
        7,
    ),
    Move("reset", {"kind": "reset"}, "is reset before anything is done", 5),
    Move("hang", {"kind": "hang"}, "never comes back, nothing is done", 5),
    Move(
        "lost-answer",
        {"kind": "lost_answer", "how": "reset"},
        "is done, and its answer is lost",
        9,
        _write,
        commits=True,
    ),
    Move(
        "lost-in-504",
        {"kind": "lost_answer", "how": "gateway_html"},
        "is done, and a gateway's 504 page comes instead of its answer",
        5,
        _write,
        commits=True,
    ),
    Move("soft-error", {"kind": "soft_error"}, "gets a 200 with an error inside", 7, _json),
    Move(
        "page-with-200",
        {"kind": "wrong_type", "body": "html"},
        "gets an HTML page with 200",
        7,
        _json,
    ),
    Move("cut", {"kind": "cut"}, "gets half of its answer", 3),
    Move(
        "stale",
        {"kind": "stale_read", "lag": "3m"},
        "shows how things stood 3 minutes ago",
        7,
        _marked("x-reads: replica"),
    ),
    Move(
        "mail-twice",
        {"kind": "mail_duplicate", "copies": "2", "links": "newest", "gap": "20s"},
        "sends two mails, and only the newer link works",
        7,
        _marked("x-sends: mail"),
    ),
    Move(
        "mail-lost",
        {"kind": "mail_loss"},
        "sends a mail that never arrives",
        6,
        _marked("x-sends: mail"),
    ),
    Move(
        "mail-late",
        {"kind": "mail_delay", "delay": "8m"},
        "sends a mail that takes 8 minutes longer",
        5,
        _marked("x-sends: mail"),
    ),
    Move(
        "no-captcha",
        {"kind": "captcha_down", "how": "unreadable"},
        "shows a captcha that nobody can read",
        4,
        _marked("x-shows: captcha"),
    ),
)

BY_NAME: Mapping[str, Move] = {move.name: move for move in MOVES}


def simplicity(name: str) -> int:
    """Return a move's place in the order of simplicity (0: the simplest)."""
    return next(place for place, move in enumerate(MOVES) if move.name == name)
