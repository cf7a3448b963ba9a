"""What a journal may not say: credentials, codes, PINs, images, and NIKs we did not issue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

SECRET_KEYS = frozenset(
    {
        "password",
        "pin",
        "code",
        "new",
        "repeat",
        "captcha",
        "payload",
        "token",
        "session_token",
        "image",
        "nonce",
        "photo",
        "signature",
    }
)
"""Body keys whose values never reach a journal; a hash and the size stay."""
BIOMETRIC_KEYS = frozenset({"fingers", "irises"})
"""Body keys that hold a picture for each part: of each its hash and size stay."""
_PARTS_SHOWN = 20

_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")


def digest(data: bytes) -> str:
    """Return a short hash that tells two bodies apart without saying what they hold."""
    return blake2b(data, digest_size=8).hexdigest()


def hidden(value: object) -> dict[str, Any]:
    """Return what stays of a secret: its hash and its size in characters."""
    text = value if isinstance(value, str) else repr(value)
    return {"hidden": digest(text.encode("utf-8", "surrogatepass")), "size": len(text)}


def mask_nik(nik: str) -> str:
    """Return a NIK that siaksim did not issue as a mark that cannot be turned back."""
    return f"not-issued-{digest(nik.encode())}"


def redacted(value: Any, issued: Callable[[str], bool], key: str = "", depth: int = 0) -> Any:
    """Return JSON data without secrets; unissued 16-digit numbers are masked."""
    if key.lower() in SECRET_KEYS and value is not None:
        return hidden(value)
    if key.lower() in BIOMETRIC_KEYS and value is not None:
        if not isinstance(value, Mapping):
            return hidden(value)
        parts = list(value.items())[:_PARTS_SHOWN]
        return {redacted_text(str(name), issued): hidden(part) for name, part in parts}
    if depth > 12:
        return {"hidden": "too deep"}
    if isinstance(value, Mapping):
        return {
            redacted_text(str(k), issued): redacted(v, issued, str(k), depth + 1)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [redacted(item, issued, "", depth + 1) for item in value[:200]]
    if isinstance(value, str):
        return redacted_text(value, issued)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        # A NIK sent as a number; and numbers that JSON writers refuse become text.
        return redacted_text(str(value)[:400], issued) if abs(value) < 10**400 else "huge number"
    return value


def redacted_text(text: str, issued: Callable[[str], bool]) -> str:
    """Return text in which every 16-digit number that siaksim did not issue is masked."""
    text = text.encode("utf-8", "replace").decode()  # lone surrogates cannot be written
    if len(text) < 16:
        return text
    return _NIK.sub(lambda m: m[0] if issued(m[0]) else mask_nik(m[0]), text[:2000])


_LINK = re.compile(r"(/activation/)([^/?#]+)")
_SECRET_QUERY = re.compile(rf"([?&](?:{'|'.join(sorted(SECRET_KEYS))})=)([^&#]+)", re.IGNORECASE)


def redacted_path(path: str, issued: Callable[[str], bool]) -> str:
    """Return a path with query: link tokens and passwords are hidden, unissued NIKs masked."""
    hide = _LINK.sub(lambda m: f"{m[1]}~{digest(m[2].encode())}", path)
    hide = _SECRET_QUERY.sub(lambda m: f"{m[1]}~{digest(m[2].encode())}", hide)
    return redacted_text(hide, issued)
