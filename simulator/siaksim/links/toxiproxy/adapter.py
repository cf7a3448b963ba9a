"""A Toxiproxy server's API: toxiproxy-python, and what it lacks.

The package has no time-outs, maps few errors, cannot change a toxic, populates from the client's
side, and drives one server per process (host and port are class attributes). The server takes
misspelt attributes, toxicities above 1 and negative times without a word. So: every call goes
through one session with a time-out that raises what the server said; names and attributes are
checked here; and the class attributes are set under a lock for each call.

Everything blocks: call it from a thread.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from siaksim.links.engine import EngineError

TIMEOUT_S = 2.0
"""Wall seconds that one call of the API may take."""
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Names that the server can delete again: its router knows no others."""
ATTRIBUTES: Mapping[str, Sequence[str]] = {
    "latency": ("latency", "jitter"),
    "bandwidth": ("rate",),
    "slow_close": ("delay",),
    "timeout": ("timeout",),
    "reset_peer": ("timeout",),
    "slicer": ("average_size", "size_variation", "delay"),
    "limit_data": ("bytes",),
}
"""Attributes of each type: whole numbers from 0, in ms, KB/s or bytes (slicer's delay is in µs)."""
_LOCK = threading.Lock()


class ToxiproxyError(EngineError):
    """The server refused: its own words, and its status."""

    def __init__(self, what: str, where: str, how: str = "", status: int = 0) -> None:
        super().__init__(what, where, how)
        self.status = status


class Unreachable(ToxiproxyError):
    """Nobody answers, or not in time."""


@dataclass(frozen=True, slots=True)
class ToxicSpec:
    """A toxic as the server has it."""

    type: str
    stream: str
    toxicity: float
    attributes: Mapping[str, int]

    def changes_to(self, other: ToxicSpec | None) -> bool:
        """Say whether the server can make it the other one in place."""
        return other is not None and (self.type, self.stream) == (other.type, other.stream)

    def checked(self, name: str) -> ToxicSpec:
        """Return it; EngineError for what the server would take and not do."""
        known = ATTRIBUTES.get(self.type)
        if known is None:
            raise EngineError(f"{self.type!r} is no type of toxic.", name, f"Types: {_told()}.")
        if self.stream not in ("upstream", "downstream"):
            raise EngineError(f"{self.stream!r} is neither upstream nor downstream.", name)
        if not 0.0 <= self.toxicity <= 1.0:
            raise EngineError(f"a toxicity of {self.toxicity} is not from 0 to 1.", name)
        for attribute, value in self.attributes.items():
            if attribute not in known:
                what = f"{attribute!r} is no attribute of {self.type}."
                raise EngineError(what, name, f"Attributes: {', '.join(known)}.")
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise EngineError(f"{attribute} is a whole number from 0, not {value!r}.", name)
        return self


def _told() -> str:
    return ", ".join(ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class ProxyInfo:
    """A proxy as the server has it; `toxics` by name."""

    name: str
    listen: str
    upstream: str
    enabled: bool
    toxics: Mapping[str, ToxicSpec] = field(default_factory=dict)


class _Session:
    """Stands in for `requests` in toxiproxy-python: a session, a time-out, the server's words."""

    def __init__(self) -> None:
        import requests

        self._requests = requests
        self._session = requests.Session()
        # Loopback needs no proxy of the environment's, and must never go through one.
        self._session.trust_env = False

    def get(self, url: str, **given: Any) -> Any:
        return self.send("GET", url, **given)

    def post(self, url: str, **given: Any) -> Any:
        return self.send("POST", url, **given)

    def delete(self, url: str, **given: Any) -> Any:
        return self.send("DELETE", url, **given)

    def send(self, method: str, url: str, **given: Any) -> Any:
        given.setdefault("timeout", TIMEOUT_S)
        try:
            answer = self._session.request(method, url, **given)
        except self._requests.Timeout as error:
            raise Unreachable(f"Toxiproxy did not answer within {TIMEOUT_S:g} s.", url) from error
        except self._requests.RequestException as error:
            raise Unreachable("Toxiproxy cannot be reached.", url, "Does it run?") from error
        if answer.status_code >= 400:
            raise ToxiproxyError(
                f"Toxiproxy says: {_words(answer)}.", url, status=answer.status_code
            )
        return answer


def _words(answer: Any) -> str:
    try:
        said = answer.json().get("error", "")
    except (ValueError, AttributeError):
        said = answer.text[:200]
    return str(said).rstrip(". \n") or f"status {answer.status_code}"


class Adapter:
    """One Toxiproxy server."""

    def __init__(self, url: str) -> None:
        """`url` is where its API answers; EngineError if it is none, or the package is missing."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/"):
            raise EngineError(
                f"{url!r} is no Toxiproxy API.", "toxiproxy", "Write http://127.0.0.1:8474."
            )
        try:
            import toxiproxy
            from toxiproxy import api
        except ImportError as error:
            raise EngineError(
                "the Python package toxiproxy-python is missing.",
                "--links toxiproxy",
                "Install it: pip install 'siaksim[links]'.",
            ) from error
        self.url = url.rstrip("/")
        self._host, self._port = parts.hostname, parts.port or 80
        self._session = _Session()
        self._api: Any = api
        self._server: Any = toxiproxy.Toxiproxy()
        self._proxy: Any = toxiproxy.Proxy

    @contextmanager
    def _package(self) -> Iterator[Any]:
        """Let toxiproxy-python speak with this server, through our session."""
        with _LOCK:
            before = self._api.requests
            self._api.requests = self._session
            self._server.update_api_consumer(self._host, self._port)
            try:
                yield self._server
            finally:
                self._api.requests = before

    def _send(self, method: str, path: str, **given: Any) -> Any:
        return self._session.send(method, self.url + path, **given)

    # -- what the package does -------------------------------------------------------------

    def create(self, name: str, listen: str, upstream: str) -> ProxyInfo:
        """Make a proxy; ToxiproxyError with the server's words, as when its port is taken."""
        checked_name(name)
        with self._package() as server:
            made = server.create(upstream=upstream, name=name, listen=listen, enabled=True)
            return ProxyInfo(made.name, made.listen, made.upstream, bool(made.enabled))

    def delete(self, name: str) -> None:
        """Delete a proxy with its connections."""
        with self._package():
            self._at(name).destroy()

    def enable(self, name: str, enabled: bool) -> None:
        """Let a proxy listen, or close it with its connections."""
        # PATCH: the package's POST is deprecated by the server since 2.6.
        self._send("PATCH", f"/proxies/{checked_name(name)}", json={"enabled": enabled})

    def add_toxic(self, proxy: str, name: str, spec: ToxicSpec) -> None:
        """Add a toxic, to open connections too."""
        spec.checked(checked_name(name))
        with self._package():
            self._at(proxy).add_toxic(
                name=name,
                type=spec.type,
                stream=spec.stream,
                toxicity=spec.toxicity,
                attributes=dict(spec.attributes),
            )

    def remove_toxic(self, proxy: str, name: str) -> None:
        """Remove a toxic."""
        with self._package():
            self._at(proxy).destroy_toxic(checked_name(name))

    def _at(self, name: str) -> Any:
        return self._proxy(name=checked_name(name), upstream="", enabled=True, listen="")

    # -- what it lacks ---------------------------------------------------------------------

    def version(self) -> str:
        """Return the server's version, such as 2.12.0 (`git` when it was built from source)."""
        answer = self._send("GET", "/version")
        try:
            return str(answer.json()["version"])
        except (ValueError, KeyError, TypeError):
            return str(answer.text).strip()

    def update_toxic(self, proxy: str, name: str, spec: ToxicSpec) -> None:
        """Change a toxic in place: connections live on."""
        spec.checked(name)
        path = f"/proxies/{checked_name(proxy)}/toxics/{checked_name(name)}"
        body = {"toxicity": spec.toxicity, "attributes": dict(spec.attributes)}
        self._send("PATCH", path, json=body)

    def populate(self, proxies: Sequence[ProxyInfo]) -> list[ProxyInfo]:
        """Make several proxies at once, on the server's side: all of them, or ToxiproxyError.

        The server leaves alone what is there already and is the same; it ignores toxics here.
        """
        body = [
            {"name": checked_name(p.name), "listen": p.listen, "upstream": p.upstream}
            for p in proxies
        ]
        found = self._send("POST", "/populate", json=body).json()
        return [_info(p) for p in found["proxies"]]

    def proxies(self) -> dict[str, ProxyInfo]:
        """Return all proxies with their toxics."""
        found = self._send("GET", "/proxies").json()
        return {name: _info(proxy) for name, proxy in found.items()}

    def metrics(self) -> str:
        """Return the server's metrics; ToxiproxyError when it was started without them."""
        return str(self._send("GET", "/metrics").text)


def checked_name(name: str) -> str:
    """Return a name that the server can find again; EngineError for others."""
    if not NAME.fullmatch(name):
        raise EngineError(f"{name[:80]!r} is no name for Toxiproxy.", "name", "Use A-Z a-z 0-9 _.-")
    return name


def _info(proxy: Mapping[str, Any]) -> ProxyInfo:
    toxics = {
        t["name"]: ToxicSpec(t["type"], t["stream"], float(t["toxicity"]), t["attributes"])
        for t in proxy.get("toxics", ())
    }
    return ProxyInfo(
        proxy["name"], proxy["listen"], proxy["upstream"], bool(proxy["enabled"]), toxics
    )
