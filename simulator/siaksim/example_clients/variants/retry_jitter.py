"""retry_jitter: a dozen devices that wait alike come back in step."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

VARIANTS = (
    Variant(
        "retry_jitter",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, jitter=0.0),
        near_miss=replace(GOOD, jitter=0.15),
        just_past=replace(GOOD, jitter=0.04),
        scenarios=(
            scene(
                "all-is-down",
                "target: [siak.*, ikd.*], kind: error, status: 503",
                until="09:20",
                residents=60,
            ),
            scene(
                "all-is-cut", "target: [siak.*, ikd.*], kind: reset", until="09:20", residents=60
            ),
        ),
        shows=frozenset({"siak.login", "ikd.terms"}),
        instances=12,
    ),
)
