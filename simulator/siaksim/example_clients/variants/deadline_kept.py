"""deadline_kept: not for ever, and not for a moment only."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

SLOW = scene("slow-answers", "target: [siak.search, ikd.terms], kind: latency, delay: 45s")
SILENT = scene(
    "no-answers", "target: [siak.search, ikd.terms], kind: hang, share: 40%", until="10:20"
)

VARIANTS = (
    Variant(
        "deadline_kept",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, deadline_s=None),
        near_miss=replace(GOOD, deadline_s=31.0),
        just_past=replace(GOOD, deadline_s=31.5),
        scenarios=(SLOW, SILENT),
        shows=frozenset({"siak.search", "ikd.terms"}),
    ),
    Variant(
        "deadline_kept",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, deadline_s=0.5),
        near_miss=replace(GOOD, deadline_s=2.0),
        just_past=replace(GOOD, deadline_s=1.9),
        scenarios=(SLOW, SILENT),
        shows=frozenset({"siak.search", "ikd.terms"}),
    ),
)
