"""no_orphan: what was done although its answer was lost is somebody's business."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

SENDS_AWAY = replace(GOOD, gives_up_at=("/siak/v1/ikd/scans", "/activation/"))
LOST = "target: [siak.scan_qr, mail.activate], kind: lost_answer, share: 60%"

VARIANTS = (
    Variant(
        "no_orphan",
        kinds=("counter", "kiosk"),
        careless=SENDS_AWAY,
        near_miss=replace(SENDS_AWAY, gives_up_kindly=True),
        just_past=replace(SENDS_AWAY, tries=1),
        scenarios=(
            scene("answers-reset", LOST + ", how: reset", until="10:00"),
            scene("answers-504", LOST + ", how: gateway_504", until="10:00"),
        ),
        shows=frozenset({"siak.scan_qr", "mail.activate"}),
    ),
)
