"""Where a run can be struck: the client's calls by number, and which of them its good end needs.

PURE. The lineage is read backwards from the outcome, as in Molly (SIGMOD 2015): only calls that
the outcome rests on are struck systematically; the others are left to chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from siaksim.hunting.moves import MOVES, Move, Place
from siaksim.verdict.citizens import is_citizen, succeeded
from siaksim.verdict.history import SAFE, History, HttpCall


@dataclass(frozen=True, slots=True)
class Spot:
    """One call that may be struck: the `nth` (from 1) of the client's to the operation.

    `turn` counts the calls of this client to the operation about one subject (from 1), `visit` the
    subjects in the order in which they came (0: nobody's). `needed` says that the outcome rests on
    the call, `committed` that it changed something, `outcome` that its change is the good end (the
    activation, else the last change that the client makes for a citizen). An actor's call is struck
    in its mails only.
    """

    place: Place
    nth: int
    turn: int
    visit: int
    order: int
    needed: bool
    committed: bool
    actor: bool = False
    outcome: bool = False

    @property
    def shape(self) -> tuple[str, int, bool]:
        """What a call has in common with the like calls about other citizens."""
        return self.place.operation, self.turn, self.actor

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves that can be made here."""
        fitting = (move for move in MOVES if move.fits(self.place))
        if self.actor:
            return tuple(m for m in fitting if str(m.fields["kind"]).startswith("mail_"))
        return tuple(fitting)


def spots(history: History, marks: Mapping[str, frozenset[str]]) -> Iterator[Spot]:
    """Yield where a run can be struck, in the order of its calls.

    Of several clients the first to reach a number stands for the others: `nth` strikes them all.
    """
    needed, outcomes = _needed(history, marks), _outcomes(history)
    counts: Counter[tuple[str, str]] = Counter()
    turns: Counter[tuple[str, str, str]] = Counter()
    visits: dict[str, int] = {}
    seen: set[tuple[str, int, bool]] = set()
    for order, call in enumerate(history.calls):
        if is_citizen(call.subject):
            visits.setdefault(call.subject, len(visits) + 1)
        counts[(call.client, call.operation)] += 1
        turns[(call.client, call.operation, call.subject)] += 1
        nth = counts[(call.client, call.operation)]
        if call.actor and not any(entry.kind == "mail_sent" for entry in call.entries):
            continue
        if (call.operation, nth, call.actor) in seen:
            continue
        seen.add((call.operation, nth, call.actor))
        yield Spot(
            _place(call, marks),
            nth,
            turns[(call.client, call.operation, call.subject)],
            visits.get(call.subject, 0),
            order,
            call.id in needed,
            bool(call.entries),
            call.actor,
            call.id in outcomes,
        )


def _place(call: HttpCall, marks: Mapping[str, frozenset[str]]) -> Place:
    opens = "x-opens: session" in marks.get(call.operation, ())
    secured = call.service == "siak" and not opens
    return Place(
        call.operation, call.method not in SAFE, secured, marks.get(call.operation, frozenset())
    )


def _needed(history: History, marks: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the calls that the outcome of a citizen rests on.

    Those are the successful calls about somebody up to the last change that was made for him or
    her, and the log-ins before them. What comes after the last change, fails, or is about nobody
    (notices, terms) can be lost without a loss. A client that changes nothing wants what it reads:
    then it rests on every successful call.
    """
    last: dict[str, int] = {}
    for order, call in enumerate(history.calls):
        last.update(dict.fromkeys(_changed(call), order))
    if not last:
        return {call.id for call in history.calls if succeeded(call) and not call.actor}
    end = max(last.values())
    found = set()
    for order, call in enumerate(history.calls):
        if not succeeded(call):
            continue
        opens = "x-opens: session" in marks.get(call.operation, ())
        about = (call.subject, *_changed(call))  # a batch is about many, its subject is the officer
        if any(order <= last.get(nik, -1) for nik in about) or (opens and order <= end):
            found.add(call.id)
    return found


def _outcomes(history: History) -> set[str]:
    """Return the calls that made the good end: the client's activations, else its last changes."""
    activating = {
        call.id for call in history.judged if any(e.kind == "activated" for e in call.entries)
    }
    return activating or set({n: c.id for c in history.judged for n in _changed(c)}.values())


def _changed(call: HttpCall) -> list[str]:
    """Return the citizens for whom a call made a change."""
    return [entry.nik for entry in call.entries if is_citizen(entry.nik)]
