"""synthetic_only: tests use the people that siaksim issues, never real ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.citizens import NOT_ISSUED, is_citizen
from siaksim.verdict.history import History


class SyntheticOnly(RuleModel):
    """Asks only about NIKs that siaksim issued; `most` calls about others are let pass.

    Observable: calls whose subject is a masked NIK (`not-issued-...`). A person mistypes now and
    then, so some are let pass (3: assumed); a list of real citizens is more than that.
    """

    rule: Literal["synthetic_only"]
    advice: ClassVar[str] = (
        "Test with the residents of the world (/__admin/residents) and with nobody else."
    )
    most: Annotated[int, Field(ge=0)] = 3

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each call about somebody else, beyond those let pass."""
        strange = [c for c in history.judged if c.subject.startswith(NOT_ISSUED)]
        for call in strange[self.most :]:
            message = "{operation} is about {nik}, a NIK that siaksim did not issue"
            yield self.finding(message, call, operation=call.operation, nik=call.subject)

    def exercised(self, history: History) -> int:
        """Count the calls about citizens."""
        return sum(is_citizen(call.subject) for call in history.judged)
