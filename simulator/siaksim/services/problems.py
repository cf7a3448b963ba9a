"""Refusals that belong to no one service: the contract's, the server's and the faults'. PURE.

The Indonesian titles are assumed: no public source gives SIAK's or IKD's own texts, except the
one quoted in services/ikd/messages.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siaksim.services.base import Answer, problem

_TITLES: dict[str, str] = {
    "malformed_request": "Permintaan tidak dapat dibaca",
    "invalid_request": "Data yang dikirim tidak sesuai",
    "not_found": "Alamat layanan tidak ditemukan",
    "method_not_allowed": "Metode tidak diizinkan",
    "payload_too_large": "Berkas terlalu besar",
    "headers_too_large": "Kepala permintaan terlalu besar",
    "unsupported_media_type": "Jenis berkas tidak didukung",
    "request_timeout": "Permintaan terlalu lama dikirim",
    "idempotency_mismatch": "Kunci yang sama dipakai untuk data yang berbeda",
    "request_in_progress": "Permintaan yang sama masih diproses",
    "service_unavailable": "Layanan sedang tidak tersedia",
    "internal_error": "Terjadi kesalahan pada server",
    "bad_gateway": "Server pusat tidak dapat dihubungi",
    "gateway_timeout": "Server pusat tidak menjawab",
    "too_many_requests": "Terlalu banyak permintaan",
    "quota_used_up": "Kuota akses jam ini telah habis",
    "maintenance": "Sistem sedang dalam pemeliharaan",
    "unauthorized": "Sesi tidak berlaku, silakan masuk kembali",
}
_BY_STATUS = {
    400: "malformed_request",
    401: "unauthorized",
    404: "not_found",
    408: "request_timeout",
    413: "payload_too_large",
    429: "too_many_requests",
    500: "internal_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
}


def refusal(
    status: int,
    code: str = "",
    detail: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    **extra: Any,
) -> Answer:
    """Return a refusal with the house's title for its code (default: the status's code)."""
    chosen = code or _BY_STATUS.get(status, "service_unavailable" if status >= 500 else "refused")
    title = _TITLES.get(chosen) or _TITLES.get(_BY_STATUS.get(status, ""), "Permintaan ditolak")
    return problem(status, chosen, title, detail, headers=headers, **extra)


def invalid(problems: Sequence[tuple[str, str]], status: int = 422) -> Answer:
    """Return a refusal that lists every breach of the contract: (where, what)."""
    codes = {
        400: "malformed_request",
        404: "not_found",
        413: "payload_too_large",
        415: "unsupported_media_type",
    }
    code = codes.get(status, "invalid_request")
    listed = [{"where": where, "what": what} for where, what in problems]
    return refusal(status, code, "See `errors` for each place and what is wrong.", errors=listed)
