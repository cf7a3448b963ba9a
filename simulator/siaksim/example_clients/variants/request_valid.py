"""request_valid: a NIK is a text; a wrong one is a person's mistake, a number is a client's."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant

VARIANTS = (
    Variant(
        "request_valid",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, spoils=10),
        near_miss=replace(GOOD, strangers=1),
        just_past=replace(GOOD, spoils=1),
        scenarios=("counter-unmanned", "expired-link"),
        shows=frozenset({"siak.search", "ikd.register"}),
    ),
)
