"""How things stand for one call: what an operation is told of effects, and never of faults. PURE.

The exchange makes them from a decision's effects; the world that an operation is given looks as
they say (World.under).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siaksim.core.effects import (
    CaptchaUnreadable,
    ClockSkew,
    DuplicateRecord,
    Effect,
    FaceTrouble,
    MailEffect,
    Quota,
    StaleRead,
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """`lag_s` and `skew_s` are office seconds; `duplicate` is a NIK or empty.

    `quota` is how many calls a service that counts them itself lets through in its period.
    """

    lag_s: float = 0.0
    skew_s: float = 0.0
    duplicate: str = ""
    face: FaceTrouble | None = None
    captcha_readable: bool = True
    mail: MailEffect | None = None
    quota: int | None = None


NORMAL = Conditions()


def conditions_of(effects: Sequence[Effect], subject: str) -> Conditions:
    """Return the conditions that effects make for a call about `subject`."""
    if not effects:
        return NORMAL
    found: dict[str, object] = {}
    for effect in effects:
        if isinstance(effect, StaleRead):
            found["lag_s"] = effect.lag_s
        elif isinstance(effect, ClockSkew):
            found["skew_s"] = effect.seconds
        elif isinstance(effect, DuplicateRecord):
            found["duplicate"] = subject
        elif isinstance(effect, FaceTrouble):
            found["face"] = effect
        elif isinstance(effect, CaptchaUnreadable):
            found["captcha_readable"] = False
        elif isinstance(effect, MailEffect):
            found["mail"] = effect
        elif isinstance(effect, Quota):
            found["quota"] = effect.calls
    return Conditions(**found) if found else NORMAL  # type: ignore[arg-type]
