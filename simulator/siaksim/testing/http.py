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


def ask(
    method: str,
    url: str,
    query: dict[str, Any] | None = None,
    body: Any = None,
    *,
    token: str | None = None,
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    """Return the body of an answer; UserError with the server's own words when it refuses.

    `SIAKSIM_TOKEN` of the environment is sent as the token, unless one is given.
    """
    __tracebackhide__ = True
    wanted = {k: _text(v) for k, v in (query or {}).items() if v is not None}
    whole = f"{url}?{urlencode(wanted)}" if wanted else url
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data is not None else {}
    if held := os.environ.get("SIAKSIM_TOKEN", "") if token is None else token:
        headers["Authorization"] = f"Bearer {held}"
    where = f"{method} {url}"
    try:
        with _OPENER.open(Request(whole, data, headers, method=method), timeout=timeout_s) as given:
            return bytes(given.read())
    except HTTPError as error:
        with error:
            raise _refused(error, where) from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        how = "Is `siaksim serve` running?"
        raise UserError(f"no siaksim answers here: {reason}.", where, how) from None


def ask_json(
    method: str, url: str, query: dict[str, Any] | None = None, body: Any = None, **more: Any
) -> Any:
    """Return an answer's JSON; see `ask`."""
    __tracebackhide__ = True
    return json.loads(ask(method, url, query, body, **more))


def _refused(error: HTTPError, where: str) -> UserError:
    raw = error.read().decode("utf-8", "replace").strip()
    try:
        said = json.loads(raw)
        place = f"{said['where']}: " if said.get("where") else ""
        what, how = f"{place}{said['what']}", str(said.get("how", ""))
        mistakes = [
            f"\n  {m['line']}:{m['column']}: {m['path']}: {m['what']}"
            for m in said.get("errors", ())
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        what = f"this server answers {error.code}: it is no siaksim."
        return UserError(what, where, "Mend the URL.")
    if error.code == 401:
        how = "Give --token, or set SIAKSIM_TOKEN."
    if mistakes:
        how = "".join(mistakes)
    return UserError(f"siaksim refused with {error.code}: {what}", where, how)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
