"""The activation mail's texts. PURE.

Observed: the sender's display name, one Aktivasi button, the code (domain.md section 3).
Assumed: address, subject and every sentence.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from siaksim.core import chance
from siaksim.core.clock import office_date
from siaksim.ledger.registry import BASE62, Mail, Registration
from siaksim.post import SPAM, mail_id

if TYPE_CHECKING:
    from siaksim.world import World

SENDER = "SIAK Terpusat Identitas Digital"
SENDER_ADDRESS = "no-reply@siaksim.invalid"
SUBJECT = "Aktivasi Identitas Kependudukan Digital"
BUTTON = "Aktivasi"

TEXT = """\
Yth. {name},

Pendaftaran Identitas Kependudukan Digital (IKD) Anda telah diverifikasi oleh petugas.

Kode aktivasi Anda: {code}

Buka tautan berikut, lalu masukkan kode aktivasi dan captcha:
{link}

Kode ini juga menjadi PIN pertama Anda saat masuk ke aplikasi. Jangan berikan kode ini kepada
siapa pun. Tautan berlaku {hours}. Bila Anda menerima e-mail yang lebih baru, pakailah yang terbaru.

E-mail ini dibuat oleh siaksim, sebuah simulator; bukan e-mail dari Dukcapil.
"""

HTML = """\
<!DOCTYPE html>
<html lang="id">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0;background:#f2f4f7;font-family:Arial,Helvetica,sans-serif;color:#1c2733">
<div style="max-width:560px;margin:24px auto;background:#ffffff;border:1px solid #d5dbe3">
<div style="background:#0b5aa2;color:#ffffff;padding:16px 24px;font-size:18px">{sender}</div>
<div style="padding:24px;line-height:1.5">
<p>Yth. {name},</p>
<p>Pendaftaran Identitas Kependudukan Digital (IKD) Anda telah diverifikasi oleh petugas.</p>
<p>Kode aktivasi Anda:</p>
<p id="code" style="font-size:28px;letter-spacing:6px;font-weight:bold">{code}</p>
<p>Tekan tombol berikut, lalu masukkan kode aktivasi dan captcha.</p>
<p><a href="{link}" style="display:inline-block;background:#0b5aa2;color:#ffffff;padding:12px 28px;\
text-decoration:none;border-radius:4px">{button}</a></p>
<p>Kode ini juga menjadi PIN pertama Anda saat masuk ke aplikasi. Jangan berikan kode ini kepada
siapa pun. Tautan berlaku {hours}. Bila Anda menerima e-mail yang lebih baru, pakailah yang
terbaru.</p>
</div>
<div style="padding:12px 24px;font-size:12px;color:#5a6775">E-mail ini dibuat oleh siaksim, sebuah
simulator; bukan e-mail dari Dukcapil.</div>
</div>
</body>
</html>
"""

ACTIVATED = "Akun Anda sudah aktif. Kembali ke aplikasi, tekan Cek Status, lalu masuk dengan kode."


def lifetime(seconds: float) -> str:
    """Return a link's life in words: hours when it is whole hours, else minutes."""
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds / 3600:g} jam"
    return f"{max(1, round(seconds / 60))} menit"


def mail_message(
    world: World, registration: Registration, mail: Mail, base_url: str
) -> EmailMessage:
    """Return an activation mail; its link begins with `base_url` (no slash at the end)."""
    resident = world.resident(registration.nik)
    token = world.registry.link_token(registration.id, mail.number)
    words = {
        "name": resident.name if resident else "",
        "code": world.registry.code(registration.id, mail.number, world.settings.code_length),
        "link": f"{base_url}/activation/{token}",
        "hours": lifetime(world.settings.link_life_s),
        "subject": SUBJECT,
        "sender": SENDER,
        "button": BUTTON,
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER, addr_spec=SENDER_ADDRESS)
    message["To"] = mail.to
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(office_date(mail.sent_at))
    message["Message-ID"] = f"<{mail_id(registration.id, mail.number)}@siaksim.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.folder == SPAM:
        message["X-Spam-Flag"] = "YES"
    message.set_content(TEXT.format(**words), cte="quoted-printable")
    html = HTML.format(**{name: escape(text) for name, text in words.items()})
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # Without this the boundary is drawn by the process's own random numbers.
    message.set_boundary(
        "siaksim-" + chance.text(world.seed, BASE62, 24, "boundary", registration.id, mail.number)
    )
    return message
