"""known_operation: paths and methods are the contracts'."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant

SCENARIOS = ("counter-unmanned", "expired-link")

VARIANTS = (
    Variant(
        "known_operation",
        kinds=("counter", "field_kit"),
        careless=replace(GOOD, strays=("GET", "/ikd/v1/ping")),
        near_miss=replace(GOOD, strays=("GET", "/ikd/v1/terms")),
        just_past=replace(GOOD, strays=("POST", "/ikd/v1/terms")),
        scenarios=SCENARIOS,
        shows=frozenset(),
    ),
    Variant(
        "known_operation",
        kinds=("kiosk",),
        careless=replace(GOOD, strays=("GET", "/siak/v1/ping")),
        near_miss=replace(GOOD, strays=("GET", "/siak/v1/notices")),
        just_past=replace(GOOD, strays=("POST", "/siak/v1/notices")),
        scenarios=SCENARIOS,
        shows=frozenset(),
    ),
)
