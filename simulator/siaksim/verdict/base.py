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
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from siaksim.verdict.history import History, HttpCall

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
        """Return the ruling on a run."""
        found = tuple(self.findings(history))
        count = self.exercised(history)
        if found:
            return Ruling(self.rule, "FAIL", count, found, advice=self.advice, implies=self.implies)
        if why := self.unsure(history):
            return Ruling(self.rule, "INCONCLUSIVE", count, why=why, advice=self.advice)
        return Ruling(self.rule, "PASS", count, advice=self.advice)
