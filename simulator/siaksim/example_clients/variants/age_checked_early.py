"""age_checked_early: 16 years and 8 months, and not a month less."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

SLOW = scene("field-slow", "target: siak.sync, kind: latency, delay: 2s")
LOST = scene("field-lost", "target: siak.sync, kind: lost_answer, how: reset, share: 30%")

VARIANTS = (
    Variant(
        "age_checked_early",
        kinds=("field_kit",),
        careless=replace(GOOD, records_from=0),
        near_miss=replace(GOOD, records_from=16 * 12 + 8),
        just_past=replace(GOOD, records_from=16 * 12 + 7),
        scenarios=(SLOW, LOST),
        shows=frozenset({"siak.sync"}),
    ),
)
