"""What was captured offline and has been taken in, as the ledger tells it. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from siaksim.ledger.entries import Entry


@dataclass(frozen=True, slots=True)
class Synced:
    """One captured item that a batch brought; times are office seconds.

    `client_ref` is '' when the kit gave none; `content` a hash of all else. `identity` is the
    activation or enrolment that came of it. A conflict has an id and a reason.
    """

    device: str
    client_ref: str
    content: str
    kind: str
    result: str
    nik: str
    identity: str
    officer: str
    captured_at: float
    synced_at: float
    conflict: str = ""
    reason: str = ""


class SyncLog:
    """All items that were taken in, accepted or as conflicts; what was rejected leaves no trace."""

    def __init__(self) -> None:
        self.by_ref: dict[tuple[str, str], Synced] = {}
        self.conflicts: list[Synced] = []

    def taken(self, entry: Entry) -> None:
        """Take in an item."""
        made = Synced(nik=entry.nik, synced_at=entry.at, **entry.data)
        if made.client_ref:
            self.by_ref[made.device, made.client_ref] = made
        if made.conflict:
            self.conflicts.append(made)
