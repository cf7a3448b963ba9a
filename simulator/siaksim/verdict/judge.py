"""From a history and a client's terms to a verdict. PURE: the same journal, the same verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from siaksim.verdict.base import Ruling, Value
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.history import History
from siaksim.verdict.words import words

NO_CALLS = words("the client never called")
BROKEN = "the lines cannot be trusted: {why}"
NEVER_STRUCK = words("no fault of the scenario reached the client")
EXIT_CODES: dict[Value, int] = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of a client; `missed` are the scenario's faults that never reached it."""

    client: str
    scenario: str
    seed: int
    value: Value
    why: str
    rulings: tuple[Ruling, ...]
    calls: int
    reached: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def failed(self) -> tuple[Ruling, ...]:
        """The rules that were breached and not waived."""
        return tuple(r for r in self.rulings if r.value == "FAIL" and not r.waived)


def judge(history: History, terms: ClientTerms, today: date) -> Verdict:
    """Return the verdict; `today` decides which waivers still hold."""
    rulings = tuple(_waive(rule.judge(history), terms, today) for rule in terms.rules)
    reached = tuple(sorted(history.reached & history.faults.keys()))
    missed = tuple(sorted(history.faults.keys() - history.reached - _happened(history)))
    value, why = _value(history, rulings, reached)
    return Verdict(
        terms.client,
        history.scenario,
        history.seed,
        value,
        why,
        rulings,
        len(history.judged),
        reached,
        missed,
    )


def _value(
    history: History, rulings: tuple[Ruling, ...], reached: tuple[str, ...]
) -> tuple[Value, str]:
    if history.lines.broken:
        why = history.lines.broken
        return "INCONCLUSIVE", words(BROKEN, why=why)
    if not history.judged:
        return "INCONCLUSIVE", NO_CALLS
    if any(r.value == "FAIL" and not r.waived for r in rulings):
        return "FAIL", ""
    if history.faults and not reached and not _happened(history):
        return "INCONCLUSIVE", NEVER_STRUCK
    unsure = [r for r in rulings if r.value == "INCONCLUSIVE" and not r.waived]
    if unsure:
        why = unsure[0].why
        return "INCONCLUSIVE", words("{rule}: {why}", rule=unsure[0].rule, why=why)
    return "PASS", ""


def _happened(history: History) -> set[str]:
    """Return faults that happen to the world, not to calls, and did while the client was there."""
    ended = any(e.kind == "sessions_ended" for e in history.entries)
    queued = any(hit.kind == "capacity" for call in history.judged for hit in call.hits)
    kinds = {"session_expiry"} if ended and history.judged else set()
    kinds |= {"stall"} if queued else set()
    return {name for name, kind in history.faults.items() if kind in kinds}


def _waive(ruling: Ruling, terms: ClientTerms, today: date) -> Ruling:
    waiver = terms.waived(ruling.rule, today)
    if waiver is None or ruling.value == "PASS":
        return ruling
    day = waiver.until.isoformat()
    why = words("waived until {day}: {reason}", day=day, reason=waiver.reason)
    return replace(ruling, waived=True, why=why)
