"""known_operation: paths and methods are the contracts'."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant

VARIANTS = (
    Variant(
        "known_operation",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, strays=("GET", "/siak/v1/ping")),
        near_miss=replace(GOOD, strays=("GET", "/siak/v1/notices")),
        just_past=replace(GOOD, strays=("POST", "/siak/v1/notices")),
        scenarios=("counter-unmanned", "expired-link"),
        shows=frozenset(),
    ),
)
