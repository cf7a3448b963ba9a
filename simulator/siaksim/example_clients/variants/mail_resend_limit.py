"""mail_resend_limit: a new mail after three minutes, and three of them at most."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

LOOKING = replace(GOOD, polls_s=(2.0, 4.0, 8.0, 10.0))
LOST = scene("mails-lost", "target: mail.*, kind: mail_loss", until="10:10", residents=2, shorten=1)
LATE = scene(
    "mails-late",
    "target: mail.*, kind: mail_delay, delay: 40m",
    until="10:10",
    residents=2,
    shorten=1,
)

VARIANTS = (
    Variant(
        "mail_resend_limit",
        careless=replace(LOOKING, resend_after_s=10.0, resends=10),
        near_miss=LOOKING,
        just_past=replace(LOOKING, resend_after_s=165.0),
        scenarios=(LOST, LATE),
        shows=frozenset({"siak.scan_qr", "siak.resend_mail"}),
    ),
    Variant(
        "mail_resend_limit",
        careless=replace(LOOKING, resends=6),
        near_miss=LOOKING,
        just_past=replace(LOOKING, resends=4),
        scenarios=(LOST, LATE),
        shows=frozenset({"siak.scan_qr", "siak.resend_mail"}),
    ),
)
