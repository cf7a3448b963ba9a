"""retry_budget: ten devices that each try twice double the load; three times is too much."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

VARIANTS = (
    Variant(
        "retry_budget",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, budget=None),
        near_miss=replace(GOOD, budget=1.0),
        just_past=replace(GOOD, budget=2.0),
        scenarios=(
            scene(
                "all-is-down",
                "target: [siak.*, ikd.*], kind: error, status: 503",
                until="09:10",
                residents=24,
            ),
            scene(
                "all-is-cut", "target: [siak.*, ikd.*], kind: reset", until="09:10", residents=24
            ),
        ),
        shows=frozenset({"siak.login", "ikd.terms"}),
        instances=10,
    ),
)
