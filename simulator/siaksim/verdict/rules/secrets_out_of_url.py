"""secrets_out_of_url: NIKs, codes and tokens stay out of URLs and headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from siaksim.verdict.base import Finding, RuleModel
from siaksim.verdict.history import History


class SecretsOutOfUrl(RuleModel):
    """Puts no NIK, PIN or token where proxies and logs keep it.

    Observable: the `leaks` of decided calls: where something stood, never what. Authorization,
    Cookie, the activation link itself and agreements whose shape is a query are meant for it.
    """

    rule: Literal["secrets_out_of_url"]
    advice: ClassVar[str] = "Send NIKs and secrets in the body, tokens in Authorization."

    def findings(self, history: History) -> Iterator[Finding]:
        """Yield each call that shows a secret."""
        for call in history.judged:
            if call.leaks:
                message = "{operation} shows a secret in its {where}"
                where = ", ".join(call.leaks)
                yield self.finding(message, call, operation=call.operation, where=where)

    def exercised(self, history: History) -> int:
        """Count the calls."""
        return len(history.judged)
