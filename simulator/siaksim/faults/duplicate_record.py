"""duplicate_record: the registry says that a resident is recorded twice.

- {target: [ikd.register, siak.search], kind: duplicate_record, share: 3.4%}
- {target: siak.enrol, kind: duplicate_record, share: 3.4%}
"""

from __future__ import annotations

from typing import ClassVar, Literal

from siaksim.core.effects import DuplicateRecord, Effect
from siaksim.core.plan import Draw, Sticks
from siaksim.faults.base import FaultModel


class DuplicateRecordFault(FaultModel):
    """Lets a share of the residents be found with the status of a duplicate record.

    It sticks to a resident: whoever asks, and however often, the answer is the same. A KTP-el
    recording (`siak.enrol`) is taken in all the same: the centre's search finds out later, and
    the record waits in DUPLICATE_RECORD for somebody's decision.
    """

    layer: ClassVar[str] = "meaning"
    needs: ClassVar[str] = "x-looks-up: resident"
    sticks: ClassVar[Sticks] = "subject"
    kind: Literal["duplicate_record"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the duplicate."""
        return (DuplicateRecord(),)
