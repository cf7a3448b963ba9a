"""What of a person is recorded for a KTP-el beside the photo (domain.md section 5)."""

from __future__ import annotations

FINGERS: tuple[str, ...] = tuple(
    f"{hand}_{finger}"
    for hand in ("right", "left")
    for finger in ("thumb", "index", "middle", "ring", "little")
)
IRISES = ("right_iris", "left_iris")
PARTS: tuple[str, ...] = (*FINGERS, *IRISES, "signature")
"""Each is captured, or excepted with a reason."""
