"""QR codes of a citizen's digital documents, as the ledger tells them. PURE.

Payloads are keyed draws of the seed: they are derived, never stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from siaksim.core import chance
from siaksim.ledger.entries import Entry

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class PaperQr:
    """The nth QR code (from 1) of one document of an account; `dies_at` is office seconds."""

    registration: str
    document: str
    number: int
    dies_at: float


class Papers:
    """All documents' QR codes of a registry, by payload."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.by_payload: dict[str, PaperQr] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def payload(self, registration: str, document: str, number: int) -> str:
        """Return the payload of an account's nth QR code of a document."""
        key = ("document-qr", registration, document, number)
        return "IKDDOC1:" + chance.text(self.seed, BASE62, 24, *key)

    def count(self, registration: str, document: str) -> int:
        """Return how many QR codes of a document an account has shown."""
        return self._counts.get((registration, document), 0)

    def shown(self, entry: Entry) -> None:
        """Take in a new QR code."""
        data = entry.data
        made = PaperQr(data["registration"], data["document"], data["number"], data["dies_at"])
        self._counts[made.registration, made.document] = made.number
        self.by_payload[self.payload(made.registration, made.document, made.number)] = made
