"""quota: so many calls in an office hour, then 429 until the next one begins.

- {target: ["siak.*", "ikd.*"], kind: quota, calls: 600}
- {target: siak.*, kind: quota, calls: 600, others: 1100}

All clients share it, as the counters of one office share its access; `shared: false` gives each
client its own. Retry-After tells the client seconds to the next full office hour. The Dukcapil
web service counts by its own rules: by the day, per agreement or user, with code 05 (5002 for
faces). `others` are calls of the same quota that programs outside this world make in each office
hour, evenly (siak, ikd, mail). 600 calls an hour: assumed.

Whom it strikes depends on who arrives when, by its nature: `share` is the share of calls that are
counted. It belongs to the load layer, so that it may stand beside faults of the HTTP layer.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, Quota
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Flag


class QuotaFault(FaultModel):
    """Lets `calls` calls through in each period (siak, ikd, mail: the office hour)."""

    layer: ClassVar[str] = "load"
    kind: Literal["quota"]
    calls: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    shared: Flag = True
    others: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the question to the counter."""
        return (Quota(self.calls, self.shared, self.others),)
