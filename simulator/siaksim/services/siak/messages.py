"""What SIAK tells officers. PURE. No public source shows its screens: all wording is assumed."""

from __future__ import annotations

IKD: dict[str, str] = {
    "none": "BELUM AKTIF",
    "open": "DALAM PROSES",
    "active": "AKTIF",
    "locked": "TERKUNCI",
    "elsewhere": "AKTIF DI PERANGKAT LAIN",
}
STATUS: dict[str, str] = {
    "normal": "AKTIF",
    "active_elsewhere": "AKTIF",
    "dead": "MENINGGAL",
    "duplicate": "DATA GANDA",
    "inactive": "NON AKTIF",
}
SEX: dict[str, str] = {"L": "Laki-Laki", "P": "Perempuan"}
"""Observed spelling (domain.md section 1.4)."""

NOTICES: tuple[str, ...] = ()
"""Notices that hold on every day; none are known."""

FOUND: dict[str, str] = {
    "unknown": "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan",
    "dead": "Data Ditemukan, Meninggal Dunia",
    "duplicate": "Data Ditemukan, Data Ganda",
    "inactive": "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
}
"""Why a NIK cannot be recorded: observed at the data web service (domain.md section 1.6)."""
