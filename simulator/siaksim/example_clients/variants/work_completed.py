"""work_completed: nobody is left without a word, not even one in three."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

HASTY = replace(GOOD, least_patience_s=1.0, budget=None)
FAILING = "kind: error, status: 503, share: 90%"

VARIANTS = (
    Variant(
        "work_completed",
        kinds=("counter",),
        careless=replace(HASTY, forgets_every=2),
        near_miss=HASTY,
        just_past=replace(HASTY, forgets_every=3),
        scenarios=(
            scene("scans-down", f"target: siak.scan_qr, {FAILING}", until="12:00"),
            scene("scans-silent", "target: siak.scan_qr, kind: hang, share: 90%", until="12:00"),
        ),
        shows=frozenset({"siak.search", "siak.scan_qr", "siak.login"}),
        residents=16,
    ),
    Variant(
        "work_completed",
        kinds=("kiosk",),
        careless=replace(HASTY, forgets_every=2),
        near_miss=HASTY,
        just_past=replace(HASTY, forgets_every=3),
        scenarios=(
            scene("faces-down", f"target: ikd.upload_selfie, {FAILING}", until="12:00"),
            scene(
                "codes-down",
                f"target: [ikd.show_qr, ikd.scan_officer_qr], {FAILING}",
                until="12:00",
            ),
        ),
        shows=frozenset(
            {"ikd.terms", "ikd.register", "ikd.upload_selfie", "ikd.status", "ikd.show_qr"}
            | {"ikd.scan_officer_qr"}
        ),
        residents=16,
    ),
)
