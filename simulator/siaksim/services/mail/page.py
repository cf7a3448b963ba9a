"""The web page behind the mail's button: the form, and what it says afterwards. PURE.

Links are relative, so that the page works under any world's and any client's prefix. Texts and
layout are assumed; code, captcha and the button are observed (domain.md section 3).
"""

from __future__ import annotations

from html import escape

HEADERS: tuple[tuple[str, str], ...] = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'",
    ),
)
CONTENT_TYPE = "text/html; charset=utf-8"

_FRAME = """\
<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aktivasi Identitas Kependudukan Digital</title>
<style>
body {{ margin: 0; background: #f2f4f7; color: #1c2733; font: 16px/1.5 Arial, sans-serif; }}
main {{ max-width: 26rem; margin: 2rem auto; background: #fff; border: 1px solid #d5dbe3; }}
h1 {{ margin: 0; padding: 1rem 1.5rem; background: #0b5aa2; color: #fff; font-size: 1.1rem; }}
form, section {{ padding: 1.5rem; }}
label {{ display: block; margin: 0 0 .25rem; font-weight: bold; }}
input {{ box-sizing: border-box; width: 100%; padding: .6rem; margin: 0 0 1rem; font: inherit;
  border: 1px solid #7d8a99; border-radius: 4px; }}
img {{ display: block; margin: 0 0 .75rem; border: 1px solid #d5dbe3; max-width: 100%; }}
button {{ width: 100%; padding: .75rem; border: 0; border-radius: 4px; background: #0b5aa2;
  color: #fff; font: inherit; cursor: pointer; }}
input:focus, button:focus {{ outline: 3px solid #f2b705; outline-offset: 1px; }}
.error {{ margin: 0 0 1rem; padding: .75rem; border-left: 4px solid #b3261e; background: #fdecea; }}
footer {{ padding: .75rem 1.5rem; font-size: .75rem; color: #4d5a67; }}
</style>
</head>
<body>
<main>
<h1>Aktivasi Identitas Kependudukan Digital</h1>
{content}
<footer>Halaman simulator siaksim; bukan halaman Dukcapil.</footer>
</main>
</body>
</html>
"""

_FORM = """\
<form method="post" action="{token}" autocomplete="off">
{message}<label for="code">Kode aktivasi</label>
<input id="code" name="code" inputmode="numeric" maxlength="20" required autofocus>
<label for="captcha">Captcha</label>
<img src="{token}/captcha.png" alt="Captcha: ketik huruf dan angka pada gambar">
<input id="captcha" name="captcha" maxlength="20" autocapitalize="characters" required>
<input type="hidden" name="nonce" value="{nonce}">
<button type="submit">Aktivasi</button>
</form>"""


def form(token: str, nonce: str, error: str = "") -> bytes:
    """Return the form for code and captcha, with what was wrong last time."""
    message = f'<p class="error" role="alert">{escape(error)}</p>\n' if error else ""
    content = _FORM.format(token=escape(token), nonce=escape(nonce), message=message)
    return _FRAME.format(content=content).encode()


def notice(title: str, text: str = "") -> bytes:
    """Return a page that only tells something."""
    more = f"<p>{escape(text)}</p>" if text else ""
    content = f'<section role="status"><h2>{escape(title)}</h2>{more}</section>'
    return _FRAME.format(content=content).encode()
