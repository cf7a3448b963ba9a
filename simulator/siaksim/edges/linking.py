"""The sites' lines of a running server: listeners, what each line is like by now, and the journal.

Lines are the default world's. Each leads to a listener of its own on this machine, so the exchange
knows by which line a call came; the engine carries the bytes between, and this module tells it
what the line is like whenever that changes.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gevent
import gevent.event
import gevent.lock

from siaksim.core.clock import office_text
from siaksim.core.toxics import Toxic
from siaksim.edges.exchange import Exchange
from siaksim.edges.marks import Marks
from siaksim.edges.server import Server, listener
from siaksim.edges.tls import Certificates, TlsFront
from siaksim.errors import UserError
from siaksim.links.engine import HOST, Ended, Engine
from siaksim.links.handshakes import PORTAL, Struck, struck_at
from siaksim.links.plan import LineState, LinkPlan
from siaksim.world import World
from siaksim.worlds import DEFAULT, Worlds

TLS_PORT = 21
"""HTTPS without a line listens at the port plus this: after twenty sites."""
LOOK_S = 1.0
"""Wall seconds between two looks at whether the engine is still what it was told to be."""


@dataclass(slots=True)
class Site:
    """One site: the port that its client calls, and what lies behind it."""

    name: str
    port: int
    server: Server
    marks: Marks
    plan: LinkPlan
    state: LineState
    front: TlsFront | None = None

    @property
    def url(self) -> str:
        """Return where the site's client reaches SIAK."""
        return f"{'http' if self.front is None else 'https'}://{HOST}:{self.port}"


class Linking:
    """Keeps an engine in step with the default world."""

    def __init__(
        self, worlds: Worlds, exchange: Exchange, app: Any, engine: Engine, tls: bool = False
    ) -> None:
        """With `tls` lines carry HTTPS, and there is a port for HTTPS beside the plain one."""
        self.engine = engine
        self.certificates = Certificates() if tls else None
        self.direct: TlsFront | None = None
        self.sites: dict[str, Site] = {}
        self.broken = ""
        self._worlds, self._exchange, self._app = worlds, exchange, app
        self._port = 0
        self._count = 0
        self._woken = gevent.event.Event()
        self._greenlet: gevent.Greenlet[[], None] | None = None
        self._changing = gevent.lock.RLock()
        engine.on_ended = self._ended
        worlds.on_create.append(self.attach)

    # -- beginning and ending --------------------------------------------------------------

    def start(self, port: int, bound: int = 0) -> None:
        """Open the default world's lines: the nth site gets `port` + n (0: any free ones).

        HTTPS without a line leads to the plain port that is `bound`.

        UserError when a port or the engine cannot be had.
        """
        self._port = port
        if self.certificates is not None and bound:
            self.direct = self._front(port + TLS_PORT if port else 0, bound, "")
        self._do(self.engine.start)
        self._follow(self._worlds.default)
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Close every line."""
        if self._greenlet is not None:
            self._greenlet.kill()
        for name in list(self.sites):
            self._close(name)
        if self.direct is not None:
            self.direct.stop()
        self._do(self.engine.stop)

    def attach(self, world: World) -> None:
        """Follow a new default world: after a reset everything begins anew."""
        if world.name == DEFAULT and self._greenlet is not None:
            self._follow(world)

    def _follow(self, world: World) -> None:
        with self._changing:
            world.on_plan.append(self._woken.set)
            world.clock.listeners.append(self._woken.set)
            self._do(self.engine.restart, world.seed, world.clock.speed)
            self._sync(world, told=True)

    # -- what lines there are, and what they are like --------------------------------------

    def _sync(self, world: World, told: bool = False) -> None:
        """Open and close sites as the scenario has them; bring every line up to date."""
        for name in [n for n in self.sites if n not in world.links]:
            self._close(name)
        opened = {name for name in world.links if told or name not in self.sites}
        for name in world.links:
            if name not in self.sites:
                self._open(name, world)
        now = world.clock.now()
        for site in self.sites.values():
            plan = LinkPlan(
                world.seed, world.scenario.start, world.links[site.name], world.plan.faults
            )
            site.plan = plan
            self._bring(site, plan.state(now), world, now, site.name in opened)

    def _bring(self, site: Site, state: LineState, world: World, at: float, told: bool) -> None:
        lacking = [toxic for toxic in state.toxics if not self.engine.can(toxic)]
        state = _without(state, lacking)
        if state == site.state and not told:
            return
        self._do(self.engine.apply, site.name, state)
        site.state = state
        line = {
            "kind": "link",
            "at": office_text(at),
            "event": "opened" if told else "changed",
            "link": site.name,
            "engine": self.engine.name,
            "profile": state.profile,
            "down": state.down,
            "by": list(state.by),
            "toxics": [toxic.text() for toxic in state.toxics],
        }
        if lacking:
            line["cannot"] = [toxic.text() for toxic in lacking]
        world.journal.add(line)

    def _open(self, name: str, world: World) -> None:
        self._count += 1
        marks = Marks()
        server = Server(listener(HOST, 0), self._app, self._exchange, name, marks)
        server.start()
        inner = int(server.address[1])
        front = None if self.certificates is None else self._front(0, inner, name)
        wanted = self._port + self._count if self._port else 0
        try:
            port = int(self._do(self.engine.open, name, wanted, front.port if front else inner))
        except UserError:
            server.stop(timeout=0)
            if front is not None:
                front.stop()
            raise
        plan = LinkPlan(world.seed, world.scenario.start, world.links[name], world.plan.faults)
        self.sites[name] = Site(name, port, server, marks, plan, LineState(), front)

    def _close(self, name: str) -> None:
        site = self.sites.pop(name)
        self._do(self.engine.close, name)
        site.server.stop(timeout=0)
        if site.front is not None:
            site.front.stop()

    # -- TLS -------------------------------------------------------------------------------

    def _front(self, port: int, upstream: int, link: str) -> TlsFront:
        assert self.certificates is not None

        def decide(ordinal: int) -> Struck | None:
            world = self._worlds.default
            now, spec = world.clock.now(), world.links.get(link)
            if spec is not None and spec.profile_at(now)[0].portal:
                return Struck(f"{link}.portal", PORTAL)
            return struck_at(world.seed, world.plan.faults, link, ordinal, now)

        def tell(event: str, struck: Struck | None, why: str) -> None:
            world = self._worlds.default
            line = {"kind": "tls", "at": office_text(world.clock.now()), "event": event}
            more = {"fault": struck.fault, "how": struck.how} if struck else {}
            world.journal.add(line | {"link": link} | more | ({"why": why} if why else {}))

        return TlsFront(HOST, port, upstream, self.certificates, decide, tell)

    # -- as time passes --------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            self._woken.wait(self._pause())
            self._woken.clear()
            try:
                self.look()
            except Exception:
                self._worlds.default.counters.internal_errors += 1
                traceback.print_exc(file=sys.stderr)

    def _pause(self) -> float:
        """Return the wall seconds until a line changes, or until the next look at the engine."""
        clock = self._worlds.default.clock
        if clock.stepped:
            return LOOK_S
        now = clock.now()
        dues = [due for site in self.sites.values() if (due := site.plan.upcoming(now)) is not None]
        return min(LOOK_S, *(clock.wall_until(due) for due in dues)) if dues else LOOK_S

    def look(self) -> None:
        """Bring every line up to date, and note if the engine is not what it was told to be."""
        world = self._worlds.default
        with self._changing:
            if self.broken:
                return
            try:
                # First, or a change of ours would be mended over what somebody else has done.
                why = str(self._do(self.engine.check))
                if not why:
                    self._sync(world)
            except UserError as error:
                why = str(error)
            if why:
                self._break(why, world)

    def _break(self, why: str, world: World) -> None:
        self.broken = why
        line = {"kind": "link", "at": office_text(world.clock.now()), "event": "broken"}
        world.journal.add({**line, "link": "", "engine": self.engine.name, "why": why})

    def _ended(self, ended: Ended) -> None:
        site = self.sites.get(ended.link)
        if site is None:
            return
        world = self._worlds.get(DEFAULT)
        for request in site.marks.ended(ended.port, ended.delivered):
            if world is not None and request.startswith(f"{world.name}-"):
                ago = ended.ago_s * world.clock.speed * world.clock.shorten
                at = office_text(world.clock.now() - ago)
                line = {"kind": "link", "at": at, "event": "lost", "link": ended.link}
                by = list(site.state.by)
                world.journal.add({**line, "id": request, "why": ended.why, "by": by})

    def _do(self, work: Callable[..., Any], *given: Any) -> Any:
        """Do what the engine is asked; one that blocks does it in a thread."""
        if not self.engine.blocks:
            return work(*given)
        return gevent.get_hub().threadpool.apply(work, given)


def _without(state: LineState, lacking: Sequence[Toxic]) -> LineState:
    """Return a line's state without what its engine lacks, and without faults of only that."""
    if not lacking:
        return state
    kept = tuple(toxic for toxic in state.toxics if toxic not in lacking)
    named = {_fault(toxic) for toxic in kept}
    gone = {_fault(toxic) for toxic in lacking} - named
    return replace(state, toxics=kept, by=tuple(name for name in state.by if name not in gone))


def _fault(toxic: Toxic) -> str:
    return toxic.name.removesuffix(f".{toxic.stream}") if toxic.stream else toxic.name
