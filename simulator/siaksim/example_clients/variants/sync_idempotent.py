"""sync_idempotent: a lost answer to a batch doubles nothing."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

LOST = scene("batches-lost", "target: siak.sync, kind: lost_answer, how: reset, share: 50%")
GATEWAY = scene("batches-504", "target: siak.sync, kind: error, status: 504, share: 50%")

VARIANTS = (
    Variant(
        "sync_idempotent",
        kinds=("field_kit",),
        careless=replace(GOOD, refs="fresh"),
        near_miss=replace(GOOD, tries=1),
        just_past=replace(GOOD, refs="none"),
        scenarios=(LOST, GATEWAY),
        shows=frozenset({"siak.sync"}),
    ),
)
