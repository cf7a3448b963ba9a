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

ITEM_TITLES: dict[str, str] = {
    "client_ref_mismatch": "Nomor rujukan sudah dipakai untuk data yang berbeda",
    "captured_in_future": "Waktu pengambilan data lebih lambat dari waktu server",
    "captured_too_early": "Waktu pengambilan data terlalu awal",
    "captured_too_old": "Data terlalu lama disimpan",
    "incomplete_item": "Data dalam kiriman tidak lengkap",
    "scanned_since": "Kode QR pendaftaran ini sudah dipindai lagi setelahnya",
}
"""What becomes of an item that was captured offline, beside the refusals of the desk."""

ITEM_DETAILS: dict[str, str] = {
    "client_ref_mismatch": "This device used this client_ref for other content: give a new one.",
    "captured_in_future": "The kit's clock is fast: set it by the Date header, and send again.",
    "captured_too_early": "Before the world began or the code was shown: is the clock slow?",
    "captured_too_old": "Older than the scenario's `sync_oldest`: capture it again.",
    "incomplete_item": "A scan has `payload` and no `enrolment`; an enrolment the reverse.",
    "scanned_since": "A later scan has sent its mail already; this one would kill its link.",
}
