"""captcha_down: the captcha's picture is slow, refused with 503, or unreadable.

- {target: mail.captcha, kind: captcha_down, share: 60%}
- {target: mail.captcha, kind: captcha_down, how: slow, delay: 12s, share: 40%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import CaptchaUnreadable, Effect, Reply, Wait
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law


class CaptchaDown(FaultModel):
    """Lets the picture come late, not at all or unreadable; `mixed` is 503 or slow, even odds.

    `delay` (client seconds) is that of the slow ones. An unreadable picture is another one at
    the next look, if that look is not struck as well.
    """

    layer: ClassVar[str] = "meaning"
    needs: ClassVar[str] = "x-shows: captcha"
    kind: Literal["captcha_down"]
    how: Literal["slow", "error", "unreadable", "mixed"] = "mixed"
    delay: Law = Law(fixed=12.0)

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return what one look at the picture meets."""
        how = self.how
        if how == "mixed":
            how = "error" if draw("how") < 0.5 else "slow"
        if how == "unreadable":
            return (CaptchaUnreadable(),)
        return (Reply(503),) if how == "error" else (Wait(self.delay.at(draw("delay"))),)
