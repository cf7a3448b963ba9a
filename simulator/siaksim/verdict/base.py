"""What a rule must be.

A rule is a frozen pydantic model in a file of its own, named like the rule; its fields are its
limits, in the client's seconds, and `contracts/clients/*.yaml` sets them. It must

* name itself (`rule`, a literal) and say in its docstring what it asks of a client;
* read a History and nothing else: never a client's name, User-Agent or source;
* give a finding for each breach, with the ids of the calls that show it, and what to do;
* say how often it was put to the test (`exercised`): a rule that nothing touched proves nothing.

A near miss inside of a limit passes, one outside fails.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from siaksim.core.slip import BOUND_S, WORST_S
from siaksim.verdict.history import History, HttpCall
from siaksim.verdict.words import words

Value = Literal["PASS", "FAIL", "INCONCLUSIVE"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: a message with its values (for translation), the calls that show it."""

    rule: str
    message: str
    values: Mapping[str, Any]
    calls: tuple[str, ...]
    subject: str = "-"
    client: str = ""

    @property
    def text(self) -> str:
        """The message in English."""
        return self.message.format(**self.values)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says of a run; `why` explains INCONCLUSIVE and waivers."""

    rule: str
    value: Value
    exercised: int
    findings: tuple[Finding, ...] = field(default=())
    why: str = ""
    advice: str = ""
    waived: bool = False
    implies: tuple[str, ...] = ()


class RuleModel(BaseModel):
    """The base of every rule: its fields are its limits in YAML."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: str
    advice: ClassVar[str]
    """What to do about a breach, in one sentence."""
    implies: ClassVar[tuple[str, ...]] = ()
    """Rules that a breach of this one may well breach too."""
    timed: ClassVar[bool] = False
    """Whether seconds, or parts of one, turn its verdict: INCONCLUSIVE where timers were late."""

    @abstractmethod
    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each breach."""

    @abstractmethod
    def exercised(self, history: History) -> int:
        """Return how many times the run put the rule to the test."""

    def unsure(self, history: History) -> str:
        """Return why the run cannot tell although it was put to the test, '' if it can."""
        return ""

    def finding(self, message: str, *calls: HttpCall, **values: Any) -> Finding:
        """Return a finding about these calls; the first one's subject and client are its own."""
        first = calls[0] if calls else None
        return Finding(
            rule=self.rule,
            message=message,
            values=values,
            calls=tuple(call.id for call in calls),
            subject=first.subject if first else "-",
            client=first.client if first else "",
        )

    def judge(self, history: History) -> Ruling:
        """Return the ruling on a run; of a rule of time only where the machine kept time."""
        ruling = self._judged(history)
        tested = ruling.exercised or ruling.findings
        if self.timed and tested and ruling.value != "INCONCLUSIVE" and (why := _late(history)):
            return replace(ruling, value="INCONCLUSIVE", why=why)
        return ruling

    def _judged(self, history: History) -> Ruling:
        found = tuple(self.findings(history))
        count = self.exercised(history)
        if found:
            return Ruling(self.rule, "FAIL", count, found, advice=self.advice, implies=self.implies)
        if why := self.unsure(history):
            return Ruling(self.rule, "INCONCLUSIVE", count, why=why, advice=self.advice)
        return Ruling(self.rule, "PASS", count, advice=self.advice)


def _late(history: History) -> str:
    """Return why rules of time cannot be judged, '' if the machine kept time."""
    for slip in history.slips.values():
        if slip.too_late(history.speed):
            message = (
                "the machine was too busy to judge time: 99 timers in 100 were up to {p99:.2f} s "
                "late, the worst {worst:.2f} s (bounds: {bound:g} s and {most:g} s); use fewer "
                "--jobs, or a quieter machine"
            )
            return words(
                message,
                p99=slip.p99_s * history.speed,
                worst=slip.worst_s * history.speed,
                bound=BOUND_S,
                most=WORST_S,
            )
    return ""
