"""face_degraded: the face check goes wrong more often.

- {target: ikd.upload_selfie, kind: face_degraded, share: 25%}
- {target: ikd.upload_selfie, kind: face_degraded, result: busy, share: 10%}
- {target: ikd.upload_selfie, kind: face_degraded, score_loss: 40}
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Effect, FaceTrouble
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel

RESULTS = ("no_match", "poor_image", "busy")


class FaceDegraded(FaultModel):
    """Lets the check find `result` whatever the picture (default `mixed`: one of the three).

    With `score_loss` it judges the picture, but sees up to that many points (of 100) less
    likeness, drawn evenly: good pictures still pass. A `busy` check uses up no try.
    """

    layer: ClassVar[str] = "meaning"
    needs: ClassVar[str] = "x-checks: face"
    kind: Literal["face_degraded"]
    result: Literal["no_match", "poor_image", "busy", "mixed"] | None = None
    score_loss: Annotated[int, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _one(self) -> FaceDegraded:
        if self.result is not None and self.score_loss is not None:
            raise ValueError("give either result or score_loss")
        return self

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the trouble of one check."""
        if self.score_loss is not None:
            return (FaceTrouble(score_loss=self.score_loss * draw("score_loss")),)
        if self.result in RESULTS:
            return (FaceTrouble(str(self.result)),)
        return (FaceTrouble(RESULTS[int(draw("result") * len(RESULTS))]),)
