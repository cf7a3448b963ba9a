"""retry_spacing: a fifth of a second before a retry, and a longer wait before the next one."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

EVEN = replace(GOOD, breaker=5, budget=None, backoff_s=1.0, jitter=0.15)
FAILING = scene(
    "some-calls-fail",
    "target: [siak.search, ikd.register], kind: error, status: 503, share: 60%",
    until="10:30",
    residents=40,
)
CUT = scene(
    "some-calls-cut",
    "target: [siak.search, ikd.register], kind: reset, share: 60%",
    until="10:30",
    residents=40,
)

VARIANTS = (
    Variant(
        "retry_spacing",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, backoff_s=0.1, floor_s=0.0),
        near_miss=replace(GOOD, backoff_s=0.5, floor_s=0.2),
        just_past=replace(GOOD, backoff_s=0.17, floor_s=0.1),
        scenarios=(FAILING, CUT),
        shows=frozenset({"siak.search", "ikd.register"}),
    ),
    Variant(
        "retry_spacing",
        kinds=("counter",),
        careless=replace(EVEN, growth=1.0),
        near_miss=replace(EVEN, growth=1.3),
        just_past=replace(EVEN, growth=1.1),
        scenarios=(FAILING, CUT),
        shows=frozenset({"siak.search", "ikd.register"}),
    ),
)
