"""request_valid: every request fits the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History


class RequestValid(RuleModel):
    """Sends requests that the contract takes; `most` breaches are let pass.

    Observable: the `problems` of decided calls. What a person types wrong is the service's to
    refuse; a missing key or a wrong type is the client's.
    """

    rule: Literal["request_valid"]
    advice: ClassVar[str] = "Check requests against the contract (/__admin/openapi) before sending."
    most: Annotated[int, Field(ge=0)] = 0

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each call that breaks the contract, beyond those let pass."""
        broken = [call for call in history.judged if call.problems]
        for call in broken[self.most :]:
            where, what = call.problems[0]
            message = "{operation}: {where} {what}"
            yield self.finding(message, call, operation=call.operation, where=where, what=what)

    def exercised(self, history: History) -> int:
        """Count the calls."""
        return len(history.judged)
