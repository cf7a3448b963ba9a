"""What the services say, in Indonesian. Assumed wording, except where a source is named. PURE."""

from __future__ import annotations

USED_ELSEWHERE = (
    "Akun telah digunakan perangkat lain, apabila anda pengguna yang sah silakan kontak Dukcapil"
)
"""Observed: quoted by a user of the app, its spelling tidied (domain.md section 3)."""

TERMS = (
    "Syarat dan Ketentuan Identitas Kependudukan Digital (teks contoh dari siaksim). "
    "1. Satu akun hanya untuk satu perangkat. "
    "2. Data yang Anda isi harus benar dan milik Anda sendiri. "
    "3. Wajah Anda dicocokkan dengan foto pada database kependudukan. "
    "4. Kode aktivasi dan PIN bersifat rahasia dan tidak boleh diberikan kepada siapa pun."
)
SUPPORTED = "Perangkat didukung"
UNSUPPORTED = "Versi Android tidak didukung"

VERIFIED: dict[str, str] = {
    "genuine": "Dokumen asli",
    "expired": "Kode QR sudah tidak berlaku",
    "unknown": "Kode QR tidak dikenal",
    "revoked": "Akun sudah dihapus, dokumen tidak berlaku",
}
"""What a relying party reads about a document's QR code."""

TITLES: dict[str, str] = {
    # who asks
    "unauthorized": "Sesi tidak berlaku, silakan masuk kembali",
    "session_expired": "Sesi telah berakhir, silakan masuk kembali",
    "wrong_credentials": "Nama pengguna atau kata sandi salah",
    # registering
    "terms_outdated": "Syarat dan ketentuan telah berubah, silakan baca dan setujui kembali",
    "unsupported_os": UNSUPPORTED,
    "unknown_nik": "NIK tidak ditemukan di database kependudukan",
    "inactive": "Data kependudukan tidak aktif, silakan hubungi Dukcapil",
    "dead": "Data tercatat meninggal dunia, silakan hubungi Dukcapil",
    "duplicate_record": "Data perekaman ganda, silakan hubungi Dukcapil",
    "never_recorded": "Anda belum melakukan perekaman KTP-el",
    "under_age": "Usia belum memenuhi syarat",
    "active_elsewhere": USED_ELSEWHERE,
    "registration_not_found": "Pendaftaran tidak ditemukan",
    "not_an_image": "Berkas bukan foto JPEG atau PNG",
    # where a registration stands
    "wrong_state": "Langkah ini belum atau tidak lagi dapat dilakukan",
    "already_active": "Akun sudah diaktivasi",
    "registration_abandoned": "Pendaftaran ini sudah tidak berlaku, silakan daftar kembali",
    "account_deleted": "Akun telah dihapus, silakan daftar kembali",
    "attempts_exhausted": "Kesempatan telah habis",
    # codes on screens, links, mails
    "qr_unknown": "Kode QR tidak dikenal",
    "qr_expired": "Kode QR sudah tidak berlaku",
    "qr_used": "Kode QR sudah dipakai untuk pendaftaran lain",
    "too_many_mails": "E-mail aktivasi sudah terlalu sering dikirim",
    "link_unknown": "Tautan aktivasi tidak dikenal",
    "link_superseded": "Tautan ini sudah diganti, silakan buka e-mail terbaru",
    "link_expired": "Tautan aktivasi sudah kedaluwarsa",
    "wrong_code": "Kode aktivasi salah",
    "wrong_captcha": "Captcha salah",
    "stale_form": "Halaman sudah tidak berlaku, silakan isi kembali",
    # the account
    "no_account": "Akun tidak ditemukan",
    "wrong_pin": "PIN salah",
    "pin_locked": "PIN terkunci sementara, silakan coba lagi nanti",
    "pin_mismatch": "PIN baru tidak sama dengan ulangannya",
    "unknown_resident": "Data tidak ditemukan",
    "document_not_found": "Dokumen tidak ditemukan",
    # the recording of a KTP-el
    "already_recorded": "NIK sudah melakukan perekaman KTP-el",
    "too_young_to_record": "Usia belum memenuhi syarat perekaman KTP-el",
    "incomplete_biometrics": "Data biometrik belum lengkap",
    "enrolment_not_found": "Data perekaman tidak ditemukan",
}
"""The title of each code; every text but `active_elsewhere` is assumed."""

DETAILS: dict[str, str] = {
    "unauthorized": "Send `Authorization: Bearer` with a token of this registration or session.",
    "session_expired": "Log in again: the session was idle too long, too old, or ended.",
    "wrong_credentials": "Operators are petugas01..petugas20 with the password siaksim-<operator>.",
    "terms_outdated": "Agree to the version that the operation `terms` gives.",
    "under_age": "The citizen's age is below the scenario's `minimum_age` on the world's date.",
    "active_elsewhere": "An officer must delete the account before another device is activated.",
    "qr_expired": "Show a new code: a newer one replaces it; it dies by time or with its session.",
    "qr_used": "An officer's code serves one citizen: show a new one.",
    "registration_abandoned": "A newer registration replaced it, or its time is over.",
    "too_many_mails": "The scenario's `mail_resend_max` is reached.",
    "link_superseded": "Only the newest mail's link and code work.",
    "attempts_exhausted": "No try is left: register anew for a face, resend the mail for a code.",
    "already_recorded": "The recording is finished; the status of a NIK is told by `search`.",
    "too_young_to_record": "Record from `recordable_from` on: 16 years and 8 months, or wed.",
    "incomplete_biometrics": "Each part is captured, or excepted with a reason, and not both.",
    "document_not_found": "The operation `documents` lists what the citizen has.",
    "pin_locked": "Wait for `expires_in` seconds.",
    "stale_form": "The nonce is not that of the page as it stands now.",
}
