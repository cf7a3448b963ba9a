"""mail_delay: mails arrive later.

- {target: mail.*, kind: mail_delay, delay: {uniform: {min: 6m, max: 35m}}, share: 60%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, MailDelay
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law


class MailDelayFault(FaultModel):
    """Adds `delay` (office seconds) to a mail's way; the link's life does not wait for it."""

    layer: ClassVar[str] = "mail"
    needs: ClassVar[str] = "x-sends: mail"
    kind: Literal["mail_delay"]
    delay: Law

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one delay, drawn from the law."""
        return (MailDelay(self.delay.at(draw("delay"))),)
