"""rate_limit: 429 for a client that calls too fast, by a token bucket; the others pass.

- {target: ikd.*, kind: rate_limit, calls: 60, every: 1m, at_once: 10}

Each client has a bucket of `at_once` calls, which fills up by `calls` every `every` client
seconds; `shared: true` gives all clients one. An empty bucket means 429 with Retry-After; answers
carry RateLimit-Limit, -Remaining, -Reset and -Policy (draft-ietf-httpapi-ratelimit-headers-06).

Whom it strikes depends on who arrives when, by its nature: `share` is the share of calls that are
counted. It belongs to the load layer, so that it may stand beside faults of the HTTP layer.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, Rate
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Flag, PositiveSeconds

_Calls = Annotated[int, Field(ge=1, le=1_000_000)]


class RateLimit(FaultModel):
    """Lets `calls` calls through every `every` client seconds, `at_once` of them in a row."""

    layer: ClassVar[str] = "load"
    kind: Literal["rate_limit"]
    calls: _Calls
    every: PositiveSeconds = 1.0
    at_once: _Calls | None = None
    shared: Flag = False

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the question to the bucket; it holds `calls` unless `at_once` is given."""
        return (Rate(self.calls, self.every, self.at_once or self.calls, self.shared),)
