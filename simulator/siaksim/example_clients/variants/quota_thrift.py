"""quota_thrift: what is used up is left alone until its time."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

VARIANTS = (
    Variant(
        "quota_thrift",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, obeys_retry_after=False),
        near_miss=replace(GOOD, early_s=0.9, spread_s=0.0),
        just_past=replace(GOOD, early_s=1000.0, spread_s=0.0),
        scenarios=(
            scene("quota-of-ten", "target: [siak.*, ikd.*], kind: quota, calls: 10"),
            scene("quota-of-twenty", "target: [siak.*, ikd.*], kind: quota, calls: 20"),
        ),
        shows=frozenset(
            {"siak.login", "siak.search", "siak.scan_qr", "siak.activation"}
            | {
                "ikd.terms",
                "ikd.register",
                "ikd.upload_selfie",
                "ikd.scan_officer_qr",
                "ikd.status",
            }
            | {"ikd.show_qr", "ikd.login", "ikd.set_pin"}
        ),
        residents=16,
    ),
    Variant(
        "quota_thrift",
        kinds=("field_kit",),
        careless=replace(GOOD, obeys_retry_after=False),
        near_miss=replace(GOOD, early_s=0.9, spread_s=0.0),
        just_past=replace(GOOD, early_s=1000.0, spread_s=0.0),
        scenarios=(
            scene("quota-of-eight", "target: siak.*, kind: quota, calls: 8"),
            scene("quota-of-twelve", "target: siak.*, kind: quota, calls: 12"),
        ),
        shows=frozenset({"siak.login", "siak.search", "siak.sync"}),
        residents=16,
    ),
)
