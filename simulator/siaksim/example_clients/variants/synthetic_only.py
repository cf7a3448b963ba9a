"""synthetic_only: three mistyped NIKs are a person's, four are somebody's list."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant

VARIANTS = (
    Variant(
        "synthetic_only",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, strangers=10),
        near_miss=replace(GOOD, strangers=3),
        just_past=replace(GOOD, strangers=4),
        scenarios=("counter-unmanned", "expired-link"),
        shows=frozenset({"siak.search", "ikd.register"}),
    ),
)
