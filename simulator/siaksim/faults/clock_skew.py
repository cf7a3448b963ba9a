"""clock_skew: the server's clock is off for some clients, and so are Date and expiries.

- {target: all, client: kiosk, kind: clock_skew, skew: {uniform: {min: 0s, max: 2m}}}
- {target: siak.*, kind: clock_skew, skew: 5h, runs: slow, share: 1%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import ClockSkew, Effect
from siaksim.core.plan import Draw, Sticks
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law


class ClockSkewFault(FaultModel):
    """Lets the Date header and every judgement of expiry be off by `skew` (office seconds).

    It sticks to a client: `share` is of the clients, and each keeps its own skew. `runs` says
    whether the clock is ahead (`fast`) or behind (`slow`); by default a draw decides.
    """

    layer: ClassVar[str] = "meaning"
    sticks: ClassVar[Sticks] = "client"
    kind: Literal["clock_skew"]
    skew: Law
    runs: Literal["fast", "slow", "either"] = "either"

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one skew, drawn from the law."""
        slow = self.runs == "slow" or (self.runs == "either" and draw("runs") < 0.5)
        skew = self.skew.at(draw("skew"))
        return (ClockSkew(-skew if slow else skew),)
