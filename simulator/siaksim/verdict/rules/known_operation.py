"""known_operation: every request goes to an operation that there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History


class KnownOperation(RuleModel):
    """Calls only paths and methods that the contracts name.

    Observable: `unrouted` lines (404 for a path, 405 for a method).
    """

    rule: Literal["known_operation"]
    advice: ClassVar[str] = "Take paths and methods from the contracts (/__admin/openapi)."

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each request that no operation takes."""
        for stray in history.unrouted:
            message = "{method} {path} is no operation ({status})"
            yield self.finding(message, method=stray.method, path=stray.path, status=stray.status)

    def exercised(self, history: History) -> int:
        """Count all requests."""
        return len(history.judged) + len(history.unrouted)
