"""work_completed: nobody is left standing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import begun, inferred, last_said
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.words import words


class WorkCompleted(RuleModel):
    """Finishes every citizen it begins: done, handed over, or told that it failed.

    Observable: what the client said of a citizen (anything said finishes), else what the last
    calls let infer: a step that was done, or a refusal for good. A client that reports outcomes
    and leaves one out whose end cannot be inferred breaches this; of a client that never reports,
    nobody knows what it told such a citizen: INCONCLUSIVE. So is a citizen whose last call ended
    less than `patience` client seconds before the run did (120 s: assumed).
    """

    rule: Literal["work_completed"]
    advice: ClassVar[str] = (
        "End every citizen's case: done, handed over to somebody, or told plainly that it failed."
    )
    patience: Annotated[float, Field(ge=0, description="client seconds")] = 120.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each citizen who was left by a client that reports outcomes."""
        if not history.said:
            return
        for nik, calls in _left(history).items():
            if not self._at_work(history, calls):
                message = "{nik} was begun and never finished: last came {operation} ({end})"
                last = calls[-1]
                end = str(last.status) if last.told else last.end
                yield self.finding(message, *calls[-3:], nik=nik, operation=last.operation, end=end)

    def exercised(self, history: History) -> int:
        """Count the citizens who were begun."""
        return len(begun(history))

    def unsure(self, history: History) -> str:
        """Say how many citizens nothing is known of."""
        count = len(_left(history))
        if not count:
            return ""
        if history.said:
            return words("the run ended while citizens were served: {count}", count=count)
        message = "no outcome was reported of citizens whose end cannot be inferred: {count}"
        return words(message, count=count)

    def _at_work(self, history: History, calls: list[HttpCall]) -> bool:
        return history.until_s - calls[-1].ended_s < self.patience


def _left(history: History) -> dict[str, list[HttpCall]]:
    said = last_said(history)
    return {
        nik: calls
        for nik, calls in begun(history).items()
        if nik not in said and not inferred(calls)
    }
