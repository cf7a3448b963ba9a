"""Calls of a running server's control API, with the standard library alone."""

from __future__ import annotations

import json
import os
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from siaksim.errors import UserError

TIMEOUT_S = 60.0
# A proxy of the environment is for the world outside, not for this simulator.
_OPENER = build_opener(ProxyHandler({}))


def ask(method: str, url: str, query: dict[str, Any] | None = None, body: Any = None) -> bytes:
    """Return the body of an answer; UserError with the server's own words when it refuses.

    `SIAKSIM_TOKEN` of the environment is sent as the token.
    """
    __tracebackhide__ = True
    wanted = {k: _text(v) for k, v in (query or {}).items() if v is not None}
    whole = f"{url}?{urlencode(wanted)}" if wanted else url
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data is not None else {}
    if token := os.environ.get("SIAKSIM_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    try:
        with _OPENER.open(Request(whole, data, headers, method=method), timeout=TIMEOUT_S) as given:
            return bytes(given.read())
    except HTTPError as error:
        with error:
            said = error.read().decode("utf-8", "replace").strip()
        raise UserError(f"siaksim refused with {error.code}: {said}", f"{method} {url}") from None
    except (URLError, HTTPException, OSError) as error:
        how = "Is the server still running?"
        raise UserError(f"siaksim does not answer: {error}.", f"{method} {url}", how) from None


def ask_json(method: str, url: str, query: dict[str, Any] | None = None, body: Any = None) -> Any:
    """Return an answer's JSON; see `ask`."""
    __tracebackhide__ = True
    return json.loads(ask(method, url, query, body))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
