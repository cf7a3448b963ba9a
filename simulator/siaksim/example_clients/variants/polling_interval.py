"""polling_interval: two seconds, and after three looks four."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

LAG = scene(
    "status-lags",
    "target: [ikd.status, siak.activation], kind: stale_read, lag: 10m",
    until="10:00",
)

VARIANTS = (
    Variant(
        "polling_interval",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, polls_s=(0.5,)),
        near_miss=replace(GOOD, polls_s=(2.0, 2.0, 2.0, 2.0, 4.0)),
        just_past=replace(GOOD, polls_s=(2.0, 2.0, 2.0, 2.0, 3.9)),
        scenarios=(LAG, "replica-lag-status"),
        shows=frozenset({"ikd.status", "siak.activation"}),
    ),
)
