"""What the small Dukcapil clients share: one POST, options, one line of JSON. No parsing.

Standard library only: each client is a program of its own process. Run one from the checkout:

    PYTHONPATH=tests python tests/clients/dukcapil/respon_present.py --url URL --nik NIK
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError

Told = dict[str, Any]
"""What a client says about a reply: `outcome` in its own words, and what it kept of the reply."""


class TimedOut(Exception):
    """No answer came in time."""


class NoConnection(Exception):
    """There is no service, it hung up, or what came is no JSON with HTTP 200."""


@dataclass(frozen=True)
class Login:
    """Credentials, and the address that the caller claims to have."""

    user_id: str
    password: str
    ip: str


@dataclass(frozen=True)
class Errand:
    """One thing to ask: base URL, NIK, credentials, elements to verify, seconds to wait."""

    url: str
    nik: str
    login: Login
    timeout: float = 10.0
    elements: Mapping[str, str] = field(default_factory=dict)


def post(url: str, body: Mapping[str, Any] | None, timeout: float, **headers: str) -> Any:
    """POST JSON (None: no body at all) and return the reply's JSON, with plain Python types.

    A header's name is given with `_` for `-`. Proxies of the environment are not asked: offices
    reach the service over a private line.
    """
    data = b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, named, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout) as answer:
            return json.loads(answer.read())
    except TimeoutError as error:
        raise TimedOut from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise TimedOut from error
        raise NoConnection(str(error)) from error
    except (OSError, ValueError) as error:
        raise NoConnection(str(error)) from error


def main(ask: Callable[[Errand], Told], login: Login) -> None:
    """Ask what the command line says, and print what the client makes of it."""
    options = argparse.ArgumentParser()
    options.add_argument("--url", required=True, help="base URL, with a world's prefix if any")
    options.add_argument("--nik", required=True)
    options.add_argument("--timeout", type=float, default=10.0, help="seconds")
    options.add_argument("--user-id", default=login.user_id)
    options.add_argument("--password", default=login.password)
    options.add_argument("--ip", default=login.ip, help="the address to claim")
    options.add_argument("--element", action="append", default=[], metavar="KEY=VALUE")
    given = options.parse_args()
    errand = Errand(
        given.url,
        given.nik,
        Login(given.user_id, given.password, given.ip),
        given.timeout,
        dict(text.split("=", 1) for text in given.element),
    )
    json.dump(ask(errand), sys.stdout)
    print()
