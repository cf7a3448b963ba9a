"""session_renewed: a dead session is thrown away, and another one opened within the minute."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

IDLE = scene(
    "sessions-die", until="10:30", settings="mail_delay: 8s, session_idle: 3m", residents=6
)

VARIANTS = (
    Variant(
        "session_renewed",
        kinds=("counter", "field_kit"),
        careless=replace(GOOD, drops_session=False),
        near_miss=replace(GOOD, logs_in_after_s=55.0),
        just_past=replace(GOOD, logs_in_after_s=65.0),
        scenarios=("session-expiry", IDLE),
        shows=frozenset(
            {"siak.search", "siak.scan_qr", "siak.activation", "siak.login"} | {"siak.sync"}
        ),
    ),
)
