"""mail_loss: the relay accepts mails, and they never arrive.

- {target: mail.*, kind: mail_loss, share: 15%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, MailLoss
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class MailLossFault(FaultModel):
    """Loses mails: whoever sent them is told that they are on their way."""

    layer: ClassVar[str] = "mail"
    needs: ClassVar[str] = "x-sends: mail"
    kind: Literal["mail_loss"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one loss."""
        return (MailLoss(),)
