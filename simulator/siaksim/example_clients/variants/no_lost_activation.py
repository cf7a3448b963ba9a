"""no_lost_activation: it is done when it is done, not when a mail is on its way."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

NO_MAIL = scene("no-mail-comes", "target: mail.*, kind: mail_loss, share: 60%")

VARIANTS = (
    Variant(
        "no_lost_activation",
        kinds=("counter", "kiosk"),
        careless=replace(GOOD, says="done"),
        near_miss=replace(GOOD, says="handed_over"),
        just_past=replace(GOOD, says="done", polls_s=(60.0,)),
        scenarios=("mail-lost", NO_MAIL),
        shows=frozenset(
            {"siak.search", "siak.scan_qr", "siak.activation"}
            | {"ikd.upload_selfie", "ikd.show_qr", "ikd.scan_officer_qr", "ikd.register"}
        ),
    ),
)
