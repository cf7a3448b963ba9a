"""mail_spam: mails arrive in the spam folder.

- {target: mail.*, kind: mail_spam, share: 5%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import Effect, MailSpam
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel


class MailSpamFault(FaultModel):
    """Files mails as spam: the inbox does not show them, a look into the spam folder does."""

    layer: ClassVar[str] = "mail"
    needs: ClassVar[str] = "x-sends: mail"
    kind: Literal["mail_spam"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the spam folder."""
        return (MailSpam(),)
