"""Who may use the control API: Host, Origin and token.

A page on the web can make a browser on this machine call 127.0.0.1. Checking Host stops a name
that was re-pointed at it (DNS rebinding), checking Origin stops a page that calls it directly.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, current_app, request

from siaksim.edges.control.common import ControlOptions, problem

PANEL = "/__admin/panel"
PASS = "siaksim-pass"
"""Where the panel is, and the cookie by which a browser with the token comes to it."""
_WILDCARDS = ("0.0.0.0", "::", "")


def is_loopback(host: str) -> bool:
    """Say whether a host name or address can only be reached from this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def trusts(options: ControlOptions, headers: Mapping[str, str]) -> bool:
    """Say whether a call of a mocked operation may be told what counts as control.

    Captcha answers do: a page of another origin, a re-pointed name or a stranger on the network
    may use the service, and must solve its captchas. Header names are lower-case.
    """
    host = headers.get("host", "")
    if not _host_allowed(_name(host), options):
        return False
    origin = headers.get("origin")
    if origin is not None and _netloc(origin) != host.lower():
        return False
    return not options.token or _fits(
        options.token, headers.get("authorization", ""), headers.get("x-siaksim-token", "")
    )


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
    if options.token and not _token_fits(options.token) and not _by_pass(options.token):
        if request.path.startswith(PANEL) and request.method == "GET":
            return Response(status=302, headers={"Location": f"{PANEL}/_in"})
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


def panel_token_fits(given: str) -> bool:
    """Say whether a person has typed the server's token."""
    token = _options().token
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def panel_pass() -> tuple[str, str]:
    """Return the name and value of the cookie that stands for the token, on the panel only."""
    return PASS, _pass_of(_options().token)


def _options() -> ControlOptions:
    found: ControlOptions = current_app.extensions["siaksim-options"]
    return found


def _pass_of(token: str) -> str:
    return hmac.new(token.encode(), b"siaksim panel", "sha256").hexdigest()


def _by_pass(token: str) -> bool:
    """Say whether a request is the panel's, by a cookie, or one of those that lead to it."""
    if request.path in (f"{PANEL}/_in", f"{PANEL}/_assets/panel.css"):
        return True
    held = request.cookies.get(PASS, "").encode()
    return request.path.startswith(f"{PANEL}/") and hmac.compare_digest(
        held, _pass_of(token).encode()
    )


def _token_fits(token: str) -> bool:
    headers = request.headers
    return _fits(token, headers.get("Authorization", ""), headers.get("X-Siaksim-Token", ""))


def _fits(token: str, authorization: str, own_header: str) -> bool:
    scheme, _, given = authorization.partition(" ")
    sent = own_header or (given.strip() if scheme.lower() == "bearer" else "")
    return hmac.compare_digest(sent.encode("utf-8", "replace"), token.encode())
