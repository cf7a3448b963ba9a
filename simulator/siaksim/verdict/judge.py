"""From a history and a client's terms to a verdict. PURE: the same journal, the same verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from siaksim.verdict.base import Ruling, Value
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.history import History
from siaksim.verdict.reaching import Fates, fates
from siaksim.verdict.system_words import system_words
from siaksim.verdict.words import words

NO_CALLS = words("the client never called")
NEVER_CAME = (
    "faults that never reached the client: {names}; let more citizens come, give another seed, or "
    "play longer"
)
NOT_BEGUN = words("no fault of the scenario has begun yet; play longer")
NONE_FOR_IT = words("no fault of the scenario is for this kind of client")
BROKEN = "the lines cannot be trusted: {why}"
STEERED = (
    "the clock was moved by hand at {at}: how long the client waited can no longer be told; begin "
    "anew for a verdict"
)
EXIT_CODES: dict[Value, int] = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of a client; `fates` is what became of the scenario's faults."""

    client: str
    scenario: str
    seed: int
    value: Value
    why: str
    rulings: tuple[Ruling, ...]
    calls: int
    fates: Fates
    system: tuple[str, ...] = ()
    """What became of finite centres, and what the client added to it: told, never judged."""

    @property
    def reached(self) -> tuple[str, ...]:
        """The faults that reached the client."""
        return self.fates.reached

    @property
    def missed(self) -> tuple[str, ...]:
        """The faults that could have reached the client, and did not."""
        return self.fates.missed

    @property
    def vain(self) -> bool:
        """Whether the run proves nothing of any rule: no call, or no fault, reached the client."""
        fates = self.fates
        left = fates.missed or fates.later or fates.aside
        return not self.calls or bool(left and not fates.reached)

    @property
    def failed(self) -> tuple[Ruling, ...]:
        """The rules that were breached and not waived."""
        return tuple(r for r in self.rulings if r.value == "FAIL" and not r.waived)


def judge(history: History, terms: ClientTerms, today: date) -> Verdict:
    """Return the verdict; `today` decides which waivers still hold."""
    rulings = tuple(_waive(rule.judge(history), terms, today) for rule in terms.rules)
    became = fates(history, terms)
    value, why = _value(history, rulings, became)
    return Verdict(
        terms.client,
        history.scenario,
        history.seed,
        value,
        why,
        rulings,
        len(history.judged),
        became,
        system_words(history, rulings),
    )


def _value(history: History, rulings: tuple[Ruling, ...], became: Fates) -> tuple[Value, str]:
    if history.lines.broken:
        why = history.lines.broken
        return "INCONCLUSIVE", words(BROKEN, why=why)
    if history.steered:
        return "INCONCLUSIVE", words(STEERED, at=history.steered[11:19])
    if not history.judged:
        return "INCONCLUSIVE", NO_CALLS
    if any(r.value == "FAIL" and not r.waived for r in rulings):
        return "FAIL", ""
    if became.missed:
        names = ", ".join(became.missed)
        return "INCONCLUSIVE", words(NEVER_CAME, names=names)
    if history.faults and not became.reached:
        return "INCONCLUSIVE", NOT_BEGUN if became.later else NONE_FOR_IT
    unsure = [r for r in rulings if r.value == "INCONCLUSIVE" and not r.waived]
    if unsure:
        why = unsure[0].why
        return "INCONCLUSIVE", words("{rule}: {why}", rule=unsure[0].rule, why=why)
    return "PASS", ""


def _waive(ruling: Ruling, terms: ClientTerms, today: date) -> Ruling:
    waiver = terms.waived(ruling.rule, today)
    if waiver is None or ruling.value == "PASS":
        return ruling
    day = waiver.until.isoformat()
    why = words("waived until {day}: {reason}", day=day, reason=waiver.reason)
    return replace(ruling, waived=True, why=why)
