"""What the IKD app shows. Assumed, except where a source is named."""

from __future__ import annotations

ACTIVE_ELSEWHERE = (
    "Akun telah digunakan perangkat lain, apabila anda pengguna yang sah silakan kontak Dukcapil"
)
"""Observed: quoted by a user in the press, spelling tidied there."""

TITLES: dict[str, str] = {
    "active_elsewhere": ACTIVE_ELSEWHERE,
    "unsupported_os": "Versi Android tidak didukung",
    "terms_outdated": "Syarat dan ketentuan telah berubah",
    "unknown_nik": "NIK tidak ditemukan",
    "inactive": "Data tidak aktif, silakan hubungi Dinas Dukcapil",
    "dead": "Data tercatat meninggal dunia",
    "duplicate_record": "Data ganda, silakan hubungi Dinas Dukcapil",
    "under_age": "Belum cukup umur untuk memiliki IKD",
    "never_recorded": "Belum melakukan perekaman KTP-el",
    "unauthorized": "Sesi tidak berlaku, silakan masuk kembali",
    "not_found": "Pendaftaran tidak ditemukan",
    "wrong_state": "Langkah ini belum atau tidak lagi dapat dilakukan",
    "registration_expired": "Pendaftaran sudah kedaluwarsa, silakan daftar ulang",
    "attempts_exhausted": "Verifikasi wajah gagal tiga kali, silakan daftar ulang",
    "unknown_qr": "Kode QR tidak dikenal",
    "qr_expired": "Kode QR sudah kedaluwarsa",
    "not_activated": "Akun belum diaktifkan",
    "wrong_pin": "PIN salah",
    "pin_locked": "PIN terkunci sementara",
    "pin_mismatch": "PIN baru tidak sama",
}
TERMS = (
    "Syarat dan Ketentuan Identitas Kependudukan Digital (contoh siaksim). Data hanya tiruan; "
    "jangan memasukkan data orang sungguhan."
)
SUPPORTED = "Perangkat didukung"
UNSUPPORTED = "Android 9 ke bawah tidak dapat memasang aplikasi"


def masked_email(address: str) -> str:
    """Return an address as screens show it: first letter, stars, domain."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
