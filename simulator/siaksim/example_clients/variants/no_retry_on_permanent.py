"""no_retry_on_permanent: a no for good is not asked again, but a minute later it is a new try."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

AGAIN = replace(GOOD, repeats_refusals=1)

VARIANTS = (
    Variant(
        "no_retry_on_permanent",
        kinds=("counter",),
        careless=replace(GOOD, repeats_refusals=3),
        near_miss=replace(AGAIN, refusal_wait_s=60.5),
        just_past=replace(AGAIN, refusal_wait_s=59.5),
        scenarios=(
            scene(
                "scans-refused",
                "target: siak.scan_qr, kind: error, status: 403, share: 50%",
                until="10:00",
                shorten=5,
            ),
            scene(
                "searches-refused",
                "target: siak.search, kind: error, status: 403, share: 50%",
                until="10:00",
                shorten=5,
            ),
        ),
        shows=frozenset({"siak.search", "siak.scan_qr"}),
    ),
    Variant(
        "no_retry_on_permanent",
        kinds=("kiosk",),
        careless=replace(GOOD, repeats_refusals=3),
        near_miss=replace(AGAIN, refusal_wait_s=60.5),
        just_past=replace(AGAIN, refusal_wait_s=59.5),
        scenarios=(
            scene(
                "registered-twice",
                "target: ikd.register, kind: duplicate_record, share: 50%",
                until="10:00",
                shorten=5,
            ),
            scene(
                "registers-refused",
                "target: ikd.register, kind: error, status: 403, share: 50%",
                until="10:00",
                shorten=5,
            ),
        ),
        shows=frozenset({"ikd.register"}),
    ),
    Variant(
        "no_retry_on_permanent",
        kinds=("field_kit",),
        careless=replace(GOOD, repeats_refusals=3),
        near_miss=replace(AGAIN, refusal_wait_s=60.5),
        just_past=replace(AGAIN, refusal_wait_s=59.5),
        scenarios=(
            scene(
                "batches-refused",
                "target: siak.sync, kind: error, status: 403, share: 50%",
                until="10:00",
                shorten=5,
            ),
            scene(
                "people-refused",
                "target: siak.search, kind: error, status: 403, share: 50%",
                until="10:00",
                shorten=5,
            ),
        ),
        shows=frozenset({"siak.search", "siak.sync"}),
    ),
)
