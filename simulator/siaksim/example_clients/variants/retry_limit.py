"""retry_limit: three attempts are enough; a late breaker keeps other rules silent."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

LATE = replace(GOOD, breaker=5, budget=None)
SCANS = scene("scans-fail", "target: siak.scan_qr, kind: error, status: 503, share: 70%")
TERMS = scene("terms-fail", "target: ikd.terms, kind: error, status: 503, share: 70%")
SEARCHES = scene("searches-fail", "target: siak.search, kind: reset, share: 70%")
FACES = scene("faces-fail", "target: ikd.upload_selfie, kind: error, status: 503, share: 70%")
BATCHES = scene("batches-fail", "target: siak.sync, kind: error, status: 503, share: 70%")
RESETS = scene("batches-reset", "target: siak.sync, kind: reset, share: 70%")

VARIANTS = (
    Variant(
        "retry_limit",
        careless=replace(LATE, tries=5),
        near_miss=replace(LATE, tries=3),
        just_past=replace(LATE, tries=4),
        scenarios=(SCANS, SEARCHES),
        shows=frozenset({"siak.scan_qr", "siak.search"}),
        residents=20,
    ),
    Variant(
        "retry_limit",
        kinds=("kiosk",),
        careless=replace(LATE, tries=5),
        near_miss=replace(LATE, tries=3),
        just_past=replace(LATE, tries=4),
        scenarios=(TERMS, FACES),
        shows=frozenset({"ikd.terms", "ikd.upload_selfie"}),
        residents=20,
    ),
    Variant(
        "retry_limit",
        kinds=("field_kit",),
        careless=replace(LATE, tries=5),
        near_miss=replace(LATE, tries=3),
        just_past=replace(LATE, tries=4),
        scenarios=(BATCHES, RESETS),
        shows=frozenset({"siak.sync"}),
        residents=20,
    ),
)
