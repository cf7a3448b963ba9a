"""The service's own texts by code, in the variants that clients compare with. PURE.

Exact as read in clients (domain.md 1.6): `Kuota Akses Hari ini telah Habis` has its small letters,
`IP Client  Tidak terdaftar` its two spaces. Texts marked assumed have no source.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_NEW = {
    "02": "Data Tidak Dapat Ditampilkan",  # assumed: code 02 is unknown
    "03": "Login Gagal",
    "04": "IP Tidak Sesuai",
    "05": "Kuota Akses Hari Ini Telah Habis",
    "06": "Akses Di Luar Jam Layanan",  # assumed
    "07": "Parameter Tidak Lengkap / Tidak Valid",
    "08": "NIK Tidak Dapat Diproses",  # assumed
    "09": "User, password dan IP tidak boleh kosong",
    "10": "IP Client  Tidak terdaftar",
    "11": "Data Ditemukan, Meninggal Dunia",
    "12": "Data Ditemukan, Data Ganda",
    "13": "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan",
    "14": "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
    "15": "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil",
    "16": "Instansi Tidak Aktif",
    "17": "User ID Tidak Aktif",
}
_OLD = {
    **_NEW,
    "04": "IP Address Tidak Sesuai",
    "05": "Kuota Akses Hari ini telah Habis",
    "13": "Data Tidak Ditemukan",
    "15": "Data Tidak Ditemukan",  # assumed: the old service does not tell the two apart
}
_TEGAL = {
    **_OLD,
    "03": "Login gagal",
    "05": "Kuota akses hari ini telah habis",
    "13": "Data tidak ditemukan",
    "15": "Data tidak ditemukan",
}

VARIANTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"new": _NEW, "old": _OLD, "tegal": _TEGAL}
)
CODES: tuple[str, ...] = tuple(_NEW)

FACE: Mapping[str, str] = MappingProxyType(
    {
        "5000": "Server sedang sibuk.",  # assumed
        "5001": "Akun tidak ditemukan",
        "5002": "Kuota Hari Ini Habis, Silahkan Dicoba Esok Hari.",
        "5003": "IP Address Tidak Sesuai.",
        "5004": "Parameter Tidak Sesuai",
        "5005": "Threshold Harus Diantara 1-20.",
        "5006": "Dekripsi Gagal.",  # assumed
        "6006": "Format Data Tidak Sesuai.",  # assumed
        "6012": "Server sedang sibuk.",  # assumed
        "6014": "Server sedang sibuk.",  # assumed
        "6015": "Foto tidak dapat diproses",
        "6018": "Foto Sesuai.",  # assumed
        "6019": "Foto Tidak Sesuai.",
        "6020": "NIK Tidak Ditemukan.",  # assumed
        "9002": "Password Tidak Sesuai.",  # assumed
    }
)
"""Texts of the face match by error code (domain.md 1.7)."""
