"""HTML pages of what stands in front of a service: nginx, a maintenance page, a portal.

nginx's texts are those of its source (src/http/ngx_http_special_response.c, `server_tokens off`);
the others are assumed.
"""

from __future__ import annotations

from html import escape

from siaksim.core.effects import Page

NGINX = "nginx"
_REASONS = {
    302: "302 Found",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}
PADDING = b"<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n" * 6
"""What nginx adds to its error pages when the User-Agent is MSIE or Chrome."""


def reason(status: int) -> str:
    """Return nginx's own phrase for a status, which is not always the standard's."""
    return _REASONS[status].partition(" ")[2]


def nginx_page(status: int) -> bytes:
    """Return the page that nginx makes by itself for 302, 502, 503 or 504, without padding."""
    title = _REASONS[status]
    lines = (
        "<html>",
        f"<head><title>{title}</title></head>",
        "<body>",
        f"<center><h1>{title}</h1></center>",
        f"<hr><center>{NGINX}</center>",
        "</body>",
        "</html>",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def gateway_page(status: int) -> Page:
    """Return the whole answer that nginx gives by itself for 502, 503 or 504."""
    body = nginx_page(status)
    return Page(status, body, "text/html", reason(status), NGINX, padding=PADDING)


def plain_page(title: str, *paragraphs: str, extra: str = "") -> bytes:
    """Return a small UTF-8 page; `extra` is HTML that goes below its paragraphs."""
    said = "".join(f"<p>{escape(text)}</p>\n" for text in paragraphs)
    return (
        f'<!DOCTYPE html>\n<html lang="id">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{said}{extra}</body>\n</html>\n"
    ).encode()
