"""soft_error: HTTP 200 with an error inside; nothing is committed.

- {target: siak.*, kind: soft_error, share: 2%, code: service_unavailable}
- {target: dukcapil.*, kind: soft_error, code: "05", share: 1%}
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, SoftError
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.codes import SPEAKS, Code


class SoftErrorFault(FaultModel):
    """Answers 200, and only the body says that it failed, in the service's own dialect.

    `code` is the service's own (default: by `status`, the status that the body tells of).
    """

    layer: ClassVar[str] = "meaning"
    kind: Literal["soft_error"]
    code: Code = ""
    status: Annotated[int, Field(ge=400, le=599)] = 500

    @property
    def needed(self) -> str:
        """Return the mark of operations that speak in numbers, if the code is one."""
        return SPEAKS if self.code.isdigit() else ""

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one soft error."""
        return (SoftError(self.code, self.status),)
