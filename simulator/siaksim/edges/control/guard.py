"""Who may use the control API: Host, Origin and token.

A page on the web can make a browser on this machine call 127.0.0.1. Checking Host stops a name
that was re-pointed at it (DNS rebinding), checking Origin stops a page that calls it directly.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, request

from siaksim.edges.control.common import ControlOptions, problem

_WILDCARDS = ("0.0.0.0", "::", "")


def is_loopback(host: str) -> bool:
    """Say whether a host name or address can only be reached from this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def refused(options: ControlOptions) -> Response | None:
    """Return the refusal of a request that may not use the control API, or None."""
    host = request.headers.get("Host", "")
    name = _name(host)
    if not _host_allowed(name, options):
        return problem(
            403,
            f"this server does not answer to the host {host[:80]!r}.",
            "header Host",
            "Use the address it listens on, or start it with --public-url http://NAME:PORT.",
        )
    origin = request.headers.get("Origin")
    if origin is not None and _netloc(origin) != host.lower():
        return problem(
            403,
            f"a page of {origin[:80]!r} may not use this API.",
            "header Origin",
            "Open the page from this server itself.",
        )
    if options.token and not _token_fits(options.token):
        answer = problem(
            401,
            "the token is missing or wrong.",
            "header Authorization",
            "Send 'Authorization: Bearer TOKEN' or 'X-Siaksim-Token: TOKEN' with the --token "
            "that the server was started with.",
        )
        answer.headers["WWW-Authenticate"] = 'Bearer realm="siaksim control"'
        return answer
    return None


def _host_allowed(name: str, options: ControlOptions) -> bool:
    if not name:
        return False
    if is_loopback(name) or name in (options.host.lower(), _name(_netloc(options.public_url))):
        return True
    if options.host in _WILDCARDS:
        # Bound to every address: any address is this machine's; a name might be re-pointed.
        try:
            ip_address(name)
        except ValueError:
            return False
        return True
    return False


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _token_fits(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    sent = given.strip() if scheme.lower() == "bearer" else ""
    sent = sent or request.headers.get("X-Siaksim-Token", "")
    return hmac.compare_digest(sent.encode("utf-8", "replace"), token.encode())
