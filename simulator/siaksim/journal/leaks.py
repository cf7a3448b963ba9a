"""Where a request shows secrets to everybody on its way: proxies and logs keep URLs and headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from siaksim.journal.redact import SECRET_KEYS

_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_MEANT = frozenset({"authorization", "cookie", "idempotency-key", "content-length"})
"""Headers that are made for secrets, or hold numbers of their own."""
_SECRET_NAMES = (SECRET_KEYS | {"nik", "no_kk", "user_id", "access_token"}) - {"code", "new"}


def leaks(target: str, headers: Mapping[str, str]) -> list[str]:
    """Return where secrets stand ('path', 'query nik', 'header x-nik'), never what they are."""
    path, _, query = target.partition("?")
    found = ["path"] if _NIK.search(unquote(path)) else []
    for name, value in parse_qsl(query, keep_blank_values=False):
        lower = name.lower()
        if lower in _SECRET_NAMES or _NIK.search(value):
            found.append(f"query {lower if lower in _SECRET_NAMES else 'parameter'}")
    for name, value in headers.items():
        if name not in _MEANT and len(value) >= 16 and _NIK.search(value):
            found.append(f"header {name}")
    return found
