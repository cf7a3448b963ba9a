"""offline_work_kept: a program that is started anew still has what it captured."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

AWAY = scene("sync-away", "target: siak.sync, kind: error, status: 503", between=("09:00", "09:08"))
BUSY = scene(
    "sync-busy",
    "target: siak.sync, kind: maintenance, body: problem, retry_after: 15s",
    between=("09:00", "09:08"),
)

VARIANTS = (
    Variant(
        "offline_work_kept",
        kinds=("field_kit",),
        careless=replace(GOOD, keeps=False),
        near_miss=replace(GOOD, tries=1),
        just_past=replace(GOOD, keeps=False, tries=1),
        scenarios=(AWAY, BUSY),
        shows=frozenset({"siak.sync"}),
    ),
)
