"""lost_answer: the change is committed, and the answer never arrives.

- {target: siak.scan_qr, kind: lost_answer, share: 2.4%, how: reset}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, LoseAnswer
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class LostAnswer(FaultModel):
    """Commits, then loses the answer: by reset, hang, or a gateway's 504 (default: drawn).

    The 504 is in the service's own shape, or nginx's page (`gateway_html`).
    """

    layer: ClassVar[str] = "meaning"
    kind: Literal["lost_answer"]
    how: Literal["reset", "hang", "gateway_504", "gateway_html", "mixed"] = "mixed"

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the loss; `mixed` is reset or 504, even odds."""
        how = self.how
        if how == "mixed":
            return (LoseAnswer("reset" if draw("how") < 0.5 else "gateway_504", ends_at),)
        return (LoseAnswer(how, ends_at),)
