"""retry_after_obeyed: who is told when to come back does not come a second and a half before."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

PUNCTUAL = replace(GOOD, spread_s=0.0)
LATER = "kind: maintenance, body: problem, retry_after: 20s, share: 60%"

VARIANTS = (
    Variant(
        "retry_after_obeyed",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, obeys_retry_after=False, budget=None),
        near_miss=replace(PUNCTUAL, early_s=0.9),
        just_past=replace(PUNCTUAL, early_s=1.5),
        scenarios=(
            scene("come-back-later", f"target: [siak.search, ikd.terms], {LATER}"),
            "maintenance-overrun",
        ),
        shows=frozenset({"siak.login", "siak.search", "siak.activation", "ikd.terms"}),
    ),
    Variant(
        "retry_after_obeyed",
        kinds=("field_kit",),
        careless=replace(GOOD, obeys_retry_after=False, budget=None),
        near_miss=replace(PUNCTUAL, early_s=0.9, sync_pause_s=(0.1, 0.1)),
        just_past=replace(PUNCTUAL, early_s=1.5, sync_pause_s=(0.1, 0.1)),
        scenarios=(
            scene("batches-later", f"target: siak.sync, {LATER}"),
            scene("searches-later", f"target: siak.search, {LATER}"),
        ),
        shows=frozenset({"siak.search", "siak.sync"}),
    ),
)
