"""What rules need to know of operations: which have an effect when they are repeated. PURE."""

from __future__ import annotations

EFFECTS = frozenset(
    {
        "ikd.register",
        "ikd.scan_officer_qr",
        "ikd.set_pin",
        "mail.activate",
        "siak.delete_account",
        "siak.enrol",
        "siak.resend_mail",
        "siak.scan_qr",
        "siak.sync",
        "dukcapil.usage_report",
    }
)
"""Writes that do a second thing, or refuse, when they come again without a key."""
STATUS_READS = {
    "ikd.register": ("ikd.status",),
    "ikd.scan_officer_qr": ("ikd.status",),
    "ikd.set_pin": ("ikd.status",),
    "mail.activate": ("ikd.status", "siak.activation", "mail.activation_page"),
    "siak.delete_account": ("siak.search", "siak.activation"),
    "siak.enrol": ("siak.search", "siak.enrolment"),
    "siak.resend_mail": ("siak.activation",),
    "siak.scan_qr": ("siak.activation", "ikd.status"),
}
"""Reads that tell whether such a write was done."""
POLLS = ("ikd.status", "siak.activation", "siak.enrolment", "ikd.app_status", "siak.notices")
"""Reads that clients ask again and again."""
FINAL_CODES = frozenset({"08", "11", "12", "13", "14", "15"})
"""Codes of the Dukcapil service that are final for a NIK (domain.md 1.6)."""
