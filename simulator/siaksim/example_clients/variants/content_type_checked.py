"""content_type_checked: a page of HTML is no answer to go on from."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

BLIND = replace(GOOD, checks_status=False, checks_type=False)
WRONG = "kind: wrong_type, body: html, share: 50%"
SHORT = "mail_delay: 8s, session_idle: 2m, session_absolute: 5m"

VARIANTS = (
    Variant(
        "content_type_checked",
        kinds=("counter",),
        careless=BLIND,
        near_miss=replace(GOOD, tries=1),
        just_past=replace(GOOD, checks_type=False),
        scenarios=(
            scene("scans-in-html", f"target: siak.scan_qr, {WRONG}"),
            scene("logins-in-html", f"target: siak.login, {WRONG}", settings=SHORT),
        ),
        shows=frozenset(
            {"siak.login", "siak.search", "siak.scan_qr", "siak.activation", "siak.resend_mail"}
        ),
        residents=16,
    ),
    Variant(
        "content_type_checked",
        kinds=("kiosk",),
        careless=BLIND,
        near_miss=replace(GOOD, tries=1),
        just_past=replace(GOOD, checks_type=False),
        scenarios=(
            scene("registers-in-html", f"target: ikd.register, {WRONG}"),
            scene("captchas-in-html", f"target: mail.captcha, {WRONG}"),
        ),
        shows=frozenset({"ikd.register", "ikd.upload_selfie", "mail.captcha", "mail.activate"}),
        residents=16,
    ),
)
