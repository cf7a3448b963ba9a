"""secrets_out_of_url: no NIK where proxies keep it; four digits of it are none."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant

VARIANTS = (
    Variant(
        "secrets_out_of_url",
        kinds=("counter", "kiosk", "field_kit"),
        careless=replace(GOOD, header="X-NIK"),
        near_miss=replace(GOOD, header="X-NIK", masks_nik=True),
        just_past=replace(GOOD, header="Referer"),
        scenarios=("counter-unmanned", "expired-link"),
        shows=frozenset(
            {"siak.search", "siak.scan_qr", "siak.activation", "siak.resend_mail", "ikd.register"}
        ),
    ),
)
