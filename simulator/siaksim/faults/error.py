"""error: the service refuses in its own shape; nothing is committed.

- {target: ikd.*, kind: error, status: 503, share: 6%, retry_after: 30s}
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, Reply
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Seconds


class Error(FaultModel):
    """Answers `status` with the service's own error body (`code`: default by the status)."""

    layer: ClassVar[str] = "http"
    kind: Literal["error"]
    status: Annotated[int, Field(ge=400, le=599)]
    code: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,63})?$")] = ""
    retry_after: Seconds | None = None

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one refusal, with Retry-After in whole client seconds if asked for."""
        after = self.retry_after
        headers = (("Retry-After", str(round(after))),) if after is not None else ()
        return (Reply(self.status, self.code, headers),)
