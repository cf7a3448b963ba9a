"""offline_work_kept: what was captured without a line is not lost on its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.batches import all_sent, batches
from siaksim.verdict.citizens import is_citizen, last_said
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.words import words

CAPTURED = ("captured", "done")
"""Words by which the client owes the registry something."""
IN_LEDGER = frozenset({"synced", "enrolled", "scanned"})


class OfflineWorkKept(RuleModel):
    """Brings in all that it captured: nothing is forgotten after a failure, a crash, or at the end.

    Observable: citizens of whom the client said `captured` (or `done`) to `/__admin/outcomes`, and
    those whose items were in a batch. The client still owes those of whom the ledger has nothing,
    no item was rejected, and no later word says that they failed or were handed over. It has lost
    them when it ended before the day was over, when its last word of them is `done`, or when it
    sent nothing for `patience` client seconds (60: assumed) although its last batch was taken and
    no call failed since, nor had its session ended. Else the run cannot tell: what waits on a disk
    is not lost.
    """

    rule: Literal["offline_work_kept"]
    advice: ClassVar[str] = (
        "Keep each item on disk from the capture until a batch's answer tells what came of it, and "
        "begin with what is there after every start."
    )
    patience: Annotated[float, Field(gt=0, description="client seconds")] = 60.0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each citizen whose captured work did not come in."""
        said = last_said(history)
        for nik, calls in _owed(history).items():
            word = said.get(nik)
            if word is not None and word.outcome == "done" and history.over_s is not None:
                message = "{nik} was reported done, and nothing of it ever came in"
            elif self._forgotten(history):
                message = "what was captured of {nik} never came in, and nothing is sent any more"
            else:
                continue
            yield self.finding(message, *calls[-2:], nik=nik)

    def exercised(self, history: History) -> int:
        """Count the citizens of whom something was captured."""
        return len(_captured(history))

    def unsure(self, history: History) -> str:
        """Say how much was on its way when the run ended."""
        count = len(_owed(history))
        if not count:
            return ""
        return words("the run ended while captured work waited to be sent: {count}", count=count)

    def _forgotten(self, history: History) -> bool:
        """Say whether the client has stopped sending although it could."""
        over, day = history.over_s, history.work_until_s
        if over is not None and day is not None and over < day:
            return True
        sent = batches(history)
        if not sent or sent[-1].failed:
            return False
        last = sent[-1]
        since = [call for call in history.judged if call.at_s > last.at_s]
        if any(call.failed or call.status == 401 for call in since):
            return False  # it may have found SIAK away, or has no session: other rules judge that
        end = history.until_s if over is None else over
        return end - last.ended_s >= self.patience


def _captured(history: History) -> dict[str, list[HttpCall]]:
    """Return of whom something was captured, with the batches that carried it."""
    found: dict[str, list[HttpCall]] = {
        said.nik: [] for said in history.said if said.outcome in CAPTURED
    }
    for item in all_sent(history):
        if is_citizen(item.nik):
            found.setdefault(item.nik, []).append(item.call)
    return found


def _owed(history: History) -> dict[str, list[HttpCall]]:
    settled = {entry.nik for entry in history.entries if entry.kind in IN_LEDGER}
    settled |= {
        i.nik for i in all_sent(history) if i.came is not None and i.came.result == "rejected"
    }
    settled |= {nik for nik, said in last_said(history).items() if said.outcome not in CAPTURED}
    return {nik: calls for nik, calls in _captured(history).items() if nik not in settled}
