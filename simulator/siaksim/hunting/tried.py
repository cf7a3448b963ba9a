"""What one try of a hunt was: a schedule, played in a fresh world, and what came of it. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from siaksim.hunting.schedule import Schedule
from siaksim.hunting.spots import Spot, spots
from siaksim.verdict.history import History
from siaksim.verdict.judge import Verdict

CRASH = "crash"
"""Stands where a rule does when the client crashed, hung past its end, or could not be started."""


INTERRUPTED = "interrupted"
"""Why a hunt has ended when somebody ended it."""


class Stopped(BaseException):
    """Ends a hunt before its budget, and says why; what was found stays.

    No Exception, so that no layer between a play and its hunt takes it for a failure.
    """


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that was breached (or CRASH), and the operation that the breach is about ('': none).

    Two failures are of one sort when both are equal; `told` is the first finding in words.
    """

    rule: str
    operation: str
    told: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Try:
    """One play of a schedule; `fired` is what of the schedule really struck.

    `unsure` are the rules that the play was too short to judge.
    """

    schedule: Schedule
    fired: Schedule
    failures: tuple[Failure, ...] = ()
    spots: tuple[Spot, ...] = ()
    unsure: tuple[str, ...] = ()

    def fails(self, rule: str) -> bool:
        """Say whether this rule was breached (or the client crashed)."""
        return any(failure.rule == rule for failure in self.failures)


class Play(Protocol):
    """Plays schedules, each in a fresh world with a fresh client."""

    def __call__(self, schedules: Sequence[Schedule]) -> Sequence[Try]:
        """Return what came of each, in order; they may be played side by side."""


def judged(
    schedule: Schedule,
    history: History,
    verdict: Verdict | None,
    places: Mapping[str, frozenset[str]],
    crash: str = "",
    failures: Sequence[Failure] = (),
) -> Try:
    """Return the try that a run was; `places` are the operations with their marks.

    `verdict` None: no rules are asked. `crash` says how the client ended, if it did not end well;
    `failures` are what else was seen to fail.
    """
    calls = {call.id: call for call in history.calls}
    found = [Failure(CRASH, "", crash)] if crash else []
    found += failures
    for ruling in verdict.failed if verdict else ():
        first = ruling.findings[0]
        named = [calls[name].operation for name in first.calls if name in calls]
        found.append(Failure(ruling.rule, named[0] if named else "", first.text))
    reached = {hit.fault for call in history.calls for hit in call.hits} | history.mail_faults
    unsure = tuple(r.rule for r in verdict.rulings if r.value == "INCONCLUSIVE") if verdict else ()
    return Try(
        schedule, schedule.fired(reached), tuple(found), tuple(spots(history, places)), unsure
    )
