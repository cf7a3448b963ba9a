"""error: the service refuses in its own shape; nothing is committed.

- {target: ikd.*, kind: error, status: 503, share: 6%, retry_after: 30s}
- {target: dukcapil.*, kind: error, code: "05"}
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Effect, Reply
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.codes import SPEAKS, Code
from siaksim.faults.laws import Seconds


class Error(FaultModel):
    """Answers `status` with the service's own error body (`code`: default by the status).

    The Dukcapil web service says what is wrong by a code of digits (02-17; 5000-9002 for faces) in
    the agreement's dialect and with HTTP 200: there a code needs no status.
    """

    layer: ClassVar[str] = "http"
    kind: Literal["error"]
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    code: Code = ""
    retry_after: Seconds | None = None

    @property
    def needed(self) -> str:
        """Return the mark of operations that speak in numbers, if the code is one."""
        return SPEAKS if self.code.isdigit() else ""

    @model_validator(mode="after")
    def _says_something(self) -> Error:
        if self.code.isdigit():
            if self.status is not None:
                raise ValueError("a code of digits comes with HTTP 200: leave `status` out")
        elif self.status is None:
            raise ValueError('give a `status`, such as 503, or a code of digits, such as "05"')
        return self

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one refusal, with Retry-After in whole client seconds if asked for."""
        after = self.retry_after
        headers = (("Retry-After", str(round(after))),) if after is not None else ()
        return (Reply(self.status or 200, self.code, headers),)
