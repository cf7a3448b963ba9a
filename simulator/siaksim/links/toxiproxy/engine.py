"""The lines of a real Toxiproxy: what each is to be like, told to its API and looked after."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from siaksim.core.toxics import (
    Bandwidth,
    Latency,
    LimitData,
    Reset,
    Slicer,
    SlowClose,
    Stall,
    Stream,
    Timeout,
    Toxic,
)
from siaksim.links.engine import HOST, Ended, EngineError
from siaksim.links.plan import LineState
from siaksim.links.toxiproxy.adapter import Adapter, ProxyInfo, ToxicSpec, ToxiproxyError
from siaksim.links.toxiproxy.process import ToxiproxyProcess

LONGEST_MS = 3_600_000
"""A stall is a latency that is taken away when it is over; what it held goes on at once then."""
DYING_S = 0.5
"""Wall-clock seconds that a server which closed its sockets is given to be dead (assumed)."""
_ODD = re.compile(r"[^A-Za-z0-9_.-]")
_STREAMS: Mapping[Stream, str] = {"up": "upstream", "down": "downstream"}


@dataclass(slots=True)
class _Line:
    proxy: str
    upstream: str
    listen: str
    down: bool = False
    toxics: dict[str, ToxicSpec] = field(default_factory=dict)


class ToxiproxyEngine:
    """Carries lines by Toxiproxy: a server of its own, or one that runs at a URL."""

    name = "toxiproxy"
    blocks = True
    lacks: tuple[str, ...] = (
        "a seed: jitter, slices and the connections that a share hits are other ones each time",
        "losses: packets lost in runs do not stall a stream",
        "nat_idle: a silent connection is never forgotten",
        "a line's own rate: download and upload limit each connection by itself, in whole KB/s",
        "resets by SIAK: they reach the client as a close; link.reset closes what is open already, "
        "and resets only what begins later",
        "half-closed connections: when one side has sent all, both ways end",
        "lost answers: what it holds back when a connection ends is not told to the journal",
    )

    def __init__(self, url: str = "") -> None:
        """`url` is of a Toxiproxy that runs ('': siaksim starts one of its own)."""
        self.on_ended: Callable[[Ended], None] | None = None
        self._url = url
        self._process: ToxiproxyProcess | None = None
        self._adapter: Adapter | None = None
        self._lines: dict[str, _Line] = {}
        self._speed = 1.0

    @property
    def adapter(self) -> Adapter:
        """The server's API; EngineError before `start`."""
        if self._adapter is None:
            raise EngineError("the Toxiproxy engine was not started.", "links")
        return self._adapter

    @property
    def pid(self) -> int | None:
        """The id of the process that siaksim started, None for another's server."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start or find the server; see Engine."""
        if not self._url:
            self._process = ToxiproxyProcess()
        try:
            self._adapter = Adapter(self._url or self._process_url())
            version = self._adapter.version()
            if version[:1].isdigit() and not version.startswith("2."):
                what = f"Toxiproxy {version} is not of the versions 2.x."
                raise EngineError(what, self._adapter.url)
        except EngineError:
            self.stop()
            raise

    def _process_url(self) -> str:
        assert self._process is not None
        return self._process.url

    def restart(self, seed: int, speed: float) -> None:
        """Take the new world's speed: there is no seed to take."""
        self._speed = speed

    def can(self, toxic: Toxic) -> bool:
        """Say whether it can do a toxic."""
        return toxic_specs(toxic, self._speed) != {}

    def open(self, link: str, port: int, upstream: int) -> int:
        """Make a proxy; see Engine."""
        name = f"siaksim-{os.getpid()}-{link}"
        to = f"{HOST}:{upstream}"
        try:
            made = self.adapter.create(name, f"{HOST}:{port}", to)
        except ToxiproxyError as error:
            how = "Choose another --port (0 lets the system choose)."
            raise EngineError(error.what, f"{HOST}:{port}", how) from error
        self._lines[link] = _Line(name, to, made.listen)
        return int(made.listen.rpartition(":")[2])

    def apply(self, link: str, state: LineState) -> None:
        """Tell the server what differs from before; see Engine."""
        line = self._lines[link]
        wanted: dict[str, ToxicSpec] = {}
        for toxic in state.toxics:
            wanted |= toxic_specs(toxic, self._speed)
        if state.down and not line.down:
            self.adapter.enable(line.proxy, False)
            line.down = True
        for name in [n for n, spec in line.toxics.items() if not spec.changes_to(wanted.get(n))]:
            self.adapter.remove_toxic(line.proxy, name)
            del line.toxics[name]
        for name, spec in wanted.items():
            before = line.toxics.get(name)
            if before is None:
                self.adapter.add_toxic(line.proxy, name, spec)
            elif before != spec:
                self.adapter.update_toxic(line.proxy, name, spec)
            line.toxics[name] = spec
        if line.down and not state.down:
            self.adapter.enable(line.proxy, True)
            line.down = False

    def check(self) -> str:
        """Return how the server differs from what it was told; see Engine."""
        if how := self._died():
            return how
        try:
            found = self.adapter.proxies()
        except ToxiproxyError as error:
            # Its sockets close before it is dead: how it ended may be known a moment later.
            return self._died(within_s=DYING_S) or str(error)
        for link, line in self._lines.items():
            if why := _differs(line, found.get(line.proxy)):
                return f"Somebody else changed Toxiproxy: the line {link} {why}."
        return ""

    def _died(self, within_s: float = 0.0) -> str:
        if self._process is not None and (how := self._process.died(within_s)):
            return f"Toxiproxy died ({how})."
        return ""

    def close(self, link: str) -> None:
        """Delete a proxy; see Engine."""
        line = self._lines.pop(link)
        # It may be gone already, with its server or by somebody's hand.
        with suppress(ToxiproxyError):
            self.adapter.delete(line.proxy)

    def stop(self) -> None:
        """Delete what is left, and end the server if it is ours."""
        if self._adapter is not None:
            for link in list(self._lines):
                self.close(link)
        if self._process is not None:
            self._process.stop()


def _differs(line: _Line, found: ProxyInfo | None) -> str:
    """Return in what a line is not as it was told to be, '' if it is."""
    if found is None:
        return "is gone"
    if found.enabled == line.down:
        return "listens, though it is down" if found.enabled else "was closed"
    if (found.listen, found.upstream) != (line.listen, line.upstream):
        return f"leads from {found.listen} to {found.upstream}"
    for name in sorted(line.toxics.keys() ^ found.toxics.keys()):
        return f"lacks the toxic {name}" if name in line.toxics else f"has a toxic {name}"
    for name, spec in line.toxics.items():
        there = found.toxics[name]
        if there.toxicity != spec.toxicity or dict(there.attributes) != dict(spec.attributes):
            return f"has another toxic {name}"
    return ""


def toxic_specs(toxic: Toxic, speed: float = 1.0) -> dict[str, ToxicSpec]:
    """Return a toxic as Toxiproxy has it, by name; nothing when it has none of its kind."""
    name, effect = _ODD.sub("_", toxic.name), toxic.effect
    if isinstance(effect, Stall):
        held = {"latency": LONGEST_MS, "jitter": 0}
        return {
            f"{name}.{way}": ToxicSpec("latency", stream, 1.0, held)
            for way, stream in _STREAMS.items()
        }
    if toxic.stream is None:
        return {}

    def spec(kind: str, **attributes: int) -> dict[str, ToxicSpec]:
        assert toxic.stream is not None
        return {name: ToxicSpec(kind, _STREAMS[toxic.stream], toxic.share, attributes)}

    def ms(seconds: float) -> int:
        return round(1000 * seconds / speed)

    if isinstance(effect, Latency):
        return spec("latency", latency=ms(effect.delay_s), jitter=ms(effect.jitter_s))
    if isinstance(effect, Bandwidth):
        return spec("bandwidth", rate=max(1, round(effect.rate * speed / 1000)))
    if isinstance(effect, Reset):
        return spec("reset_peer", timeout=ms(effect.after_s))
    if isinstance(effect, SlowClose):
        return spec("slow_close", delay=ms(effect.delay_s))
    if isinstance(effect, Timeout):
        return spec("timeout", timeout=0 if effect.after_s is None else max(1, ms(effect.after_s)))
    if isinstance(effect, Slicer):
        return spec(
            "slicer",
            average_size=effect.size,
            size_variation=effect.variation,
            delay=round(1e6 * effect.delay_s / speed),
        )
    if isinstance(effect, LimitData):
        return spec("limit_data", bytes=effect.size)
    return {}
