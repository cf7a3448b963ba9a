"""mail_bounce: the recipient's mail server refuses, for good or at the first try.

- {target: mail.*, kind: mail_bounce, share: 0.5%}
- {target: mail.*, kind: mail_bounce, how: greylist, retry: 20m, share: 2%}
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Effect, MailBounce, MailGreylist
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law, Uniform


class MailBounceFault(FaultModel):
    """Refuses mails with `says`: they never arrive, or, greylisted, at the next try.

    `retry` (office seconds) is how long the sender waits before that try.
    """

    layer: ClassVar[str] = "mail"
    needs: ClassVar[str] = "x-sends: mail"
    kind: Literal["mail_bounce"]
    how: Literal["bounce", "greylist"] = "bounce"
    says: Annotated[str, Field(min_length=3, max_length=200)] | None = None
    retry: Law = Law(uniform=Uniform(min=360.0, max=2100.0))

    @model_validator(mode="after")
    def _fits(self) -> MailBounceFault:
        first, name = ("4", "greylist") if self.how == "greylist" else ("5", "bounce")
        if self.says is not None and not re.fullmatch(rf"{first}\d\d( [!-~ ]*)?", self.says):
            raise ValueError(f"a {name} says a reply such as {_SAYS[self.how]!r}")
        return self

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one refusal."""
        said = self.says or _SAYS[self.how]
        if self.how == "greylist":
            return (MailGreylist(self.retry.at(draw("retry")), said),)
        return (MailBounce(said),)


_SAYS = {
    "bounce": "550 5.1.1 no such mailbox",
    "greylist": "451 4.7.1 greylisted, try again later",
}
