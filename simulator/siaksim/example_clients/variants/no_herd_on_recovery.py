"""no_herd_on_recovery: told when the service is back, not everybody comes that very second."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

CLOSED = "target: [siak.*, ikd.*], kind: maintenance, retry_after: right"

VARIANTS = (
    Variant(
        "no_herd_on_recovery",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, spread_s=0.0),
        near_miss=replace(GOOD, spread_s=4.0),
        just_past=replace(GOOD, spread_s=0.2),
        scenarios=(
            scene("closed-for-long", CLOSED, between=("08:30", "09:20")),
            scene("closed-a-while", f"{CLOSED}, body: problem", between=("09:03", "09:25")),
        ),
        shows=frozenset(
            {"siak.login", "siak.search", "siak.scan_qr", "siak.activation", "ikd.terms"}
            | {
                "ikd.register",
                "ikd.upload_selfie",
                "ikd.status",
                "ikd.show_qr",
                "ikd.scan_officer_qr",
            }
        ),
        instances=8,
        residents=24,
    ),
)
