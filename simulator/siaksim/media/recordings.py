"""Everything that is captured for one person's KTP-el, drawn and in base64."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from typing import Any

from siaksim.media.biometrics import blank, drawn
from siaksim.media.parts import FINGERS, IRISES
from siaksim.media.selfies import selfie

PHOTO_PX = 240


@lru_cache(maxsize=256)
def recording(identity: int, fingers_of: int, unreadable: str = "") -> dict[str, Any]:
    """Return photo, signature, fingers and irises of the person with a 64-bit key.

    `fingers_of` is the key of whoever lends the fingers; the part `unreadable` shows nothing.
    """

    def part(name: str, of: int) -> str:
        return b64encode(blank() if name == unreadable else drawn(of, name)).decode()

    return {
        "photo": b64encode(selfie(identity, "plain", PHOTO_PX)).decode(),
        "signature": part("signature", identity),
        "fingers": {name: part(name, fingers_of) for name in FINGERS},
        "irises": {name: part(name, identity) for name in IRISES},
        "exceptions": {},
    }
