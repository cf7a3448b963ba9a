"""circuit_breaker: who gets no answer stops calling, and looks every ten seconds at most."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

STUBBORN = replace(GOOD, breaker=None, budget=None)
PROBING = replace(GOOD, spread_s=0.0)
DOWN = "kind: error, status: 503"

VARIANTS = (
    Variant(
        "circuit_breaker",
        careless=STUBBORN,
        near_miss=replace(PROBING, probe_s=10.0),
        just_past=replace(PROBING, probe_s=9.9),
        scenarios=(
            scene("searches-are-down", f"target: siak.search, {DOWN}"),
            "siak-blackout-25min",
        ),
        shows=frozenset({"siak.login", "siak.search", "siak.scan_qr", "siak.activation"}),
        residents=16,
    ),
    Variant(
        "circuit_breaker",
        kinds=("kiosk",),
        careless=STUBBORN,
        near_miss=replace(PROBING, probe_s=10.0),
        just_past=replace(PROBING, probe_s=9.9),
        scenarios=(
            scene("ikd-is-down", f"target: ikd.*, {DOWN}"),
            scene("ikd-resets", "target: ikd.*, kind: reset"),
        ),
        shows=frozenset({"ikd.terms"}),
        residents=16,
    ),
    Variant(
        "circuit_breaker",
        kinds=("field_kit",),
        careless=STUBBORN,
        near_miss=replace(PROBING, probe_s=10.0, sync_pause_s=(0.05, 0.05)),
        just_past=replace(PROBING, probe_s=9.8, sync_pause_s=(0.05, 0.05)),
        scenarios=(
            scene("school-siak-is-down", f"target: [siak.search, siak.sync], {DOWN}"),
            scene("school-siak-resets", "target: siak.*, kind: reset"),
        ),
        shows=frozenset({"siak.login", "siak.search", "siak.sync"}),
        residents=16,
    ),
)
