"""mail_duplicate: mails come more than once.

- {target: mail.*, kind: mail_duplicate, share: 5%}
- {target: mail.*, kind: mail_duplicate, copies: 3, links: newest, share: 40%}
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, MailCopies
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law


class MailDuplicate(FaultModel):
    """Lets a mail come `copies` times, `gap` (office seconds) apart.

    `links: same` repeats one mail; with `links: newest` each has a link and a code of its own,
    only the newest one's work, and each counts as a mail sent.
    """

    layer: ClassVar[str] = "mail"
    needs: ClassVar[str] = "x-sends: mail"
    kind: Literal["mail_duplicate"]
    copies: Annotated[int, Field(ge=2, le=5)] = 2
    links: Literal["same", "newest"] = "same"
    gap: Law = Law(fixed=5.0)

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the copies of one mail."""
        return (MailCopies(self.copies, self.gap.at(draw("gap")), self.links == "newest"),)
