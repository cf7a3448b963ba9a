"""idempotent_retry: a write that may have been done is not sent again as a new one."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

BLIND = replace(GOOD, keys="none", asks_status=False)
SCANS = scene("scans-lost", "target: siak.scan_qr, kind: lost_answer, how: reset, share: 50%")
GATEWAY = scene("scans-504", "target: siak.scan_qr, kind: error, status: 504, share: 50%")
CODES = scene(
    "codes-lost", "target: ikd.scan_officer_qr, kind: lost_answer, how: reset, share: 70%"
)
PINS = scene("pins-lost", "target: ikd.set_pin, kind: error, status: 504, share: 50%")

VARIANTS = (
    Variant(
        "idempotent_retry",
        careless=BLIND,
        near_miss=replace(GOOD, asks_status=False),
        just_past=replace(BLIND, keys="fresh"),
        scenarios=(SCANS, GATEWAY),
        shows=frozenset({"siak.scan_qr"}),
    ),
    Variant(
        "idempotent_retry",
        kinds=("kiosk",),
        careless=BLIND,
        near_miss=replace(GOOD, asks_status=False),
        just_past=replace(BLIND, keys="fresh"),
        scenarios=(CODES, PINS),
        shows=frozenset({"ikd.scan_officer_qr", "ikd.set_pin"}),
    ),
)
