"""age_checked_early: whoever is too young is told so at once, and not after the visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.batches import RECORDING, Sent, all_sent
from siaksim.verdict.history import History, HttpCall

CODE = "too_young_to_record"
ENROL = "siak.enrol"


class AgeCheckedEarly(RuleModel):
    """Records nobody who is younger than 16 years and 8 months and was never married.

    Observable: recordings, in batches or made with a line (`siak.enrol`), that the service rejects
    as `too_young_to_record`: the kit has the date of birth on its list, and the pupil has given ten
    fingers for nothing. One finding for each citizen. The limit is the seed's; for a card it is 17
    (observed), which no rule can see: nothing that is sent asks for a card.
    """

    rule: Literal["age_checked_early"]
    advice: ClassVar[str] = (
        "Reckon the age from the date of birth before the capture: 16 years 8 months for a "
        "recording, 17 years for a card."
    )

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each citizen who was recorded and is too young."""
        message = "{nik} was recorded and is too young for it"
        for nik, call in _too_young(history).items():
            yield self.finding(message, call, nik=nik)

    def exercised(self, history: History) -> int:
        """Count the citizens who were recorded."""
        return len({item.what for item in _recordings(history)}) + len(_at_once(history))


def _recordings(history: History) -> list[Sent]:
    return [item for item in all_sent(history) if item.kind == RECORDING]


def _at_once(history: History) -> dict[str, HttpCall]:
    """Return the first recording of each citizen that was made with a line."""
    found: dict[str, HttpCall] = {}
    for call in history.judged:
        if call.operation == ENROL:
            found.setdefault(call.subject, call)
    return found


def _too_young(history: History) -> dict[str, HttpCall]:
    found: dict[str, HttpCall] = {}
    for item in _recordings(history):
        if item.came is not None and item.came.why == CODE:
            found.setdefault(item.nik, item.call)
    for call in history.judged:
        if call.operation == ENROL and call.code == CODE:
            found.setdefault(call.subject, call)
    return found
