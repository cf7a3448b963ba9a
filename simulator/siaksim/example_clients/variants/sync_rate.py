"""sync_rate: five recordings at once, and six batches a minute."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

AWAY = "target: siak.sync, kind: maintenance, body: problem, retry_after: 15s"
BACK = scene("batches-later", AWAY, between=("09:00", "09:12"), residents=16)
HERE = scene("batches-taken", "target: siak.sync, kind: latency, delay: 300ms", residents=16)

VARIANTS = (
    Variant(
        "sync_rate",
        kinds=("field_kit",),
        careless=replace(GOOD, trickles=False, batch=200),
        near_miss=replace(GOOD, trickles=False, batch=5),
        just_past=replace(GOOD, trickles=False, batch=7),
        scenarios=(HERE, BACK),
        shows=frozenset({"siak.sync"}),
    ),
    Variant(
        "sync_rate",
        kinds=("field_kit",),
        careless=replace(GOOD, batch=1, sync_pause_s=(2.0, 3.0)),
        near_miss=replace(GOOD, batch=1, sync_pause_s=(9.8, 9.8)),
        just_past=replace(GOOD, batch=1, sync_pause_s=(9.5, 9.5)),
        scenarios=(HERE, BACK),
        shows=frozenset({"siak.sync"}),
    ),
)
