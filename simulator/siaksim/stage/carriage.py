"""Brings a client's calls to a world in this process, and lets it live on that world's clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from siaksim.edges.assembly import Assembly
from siaksim.edges.exchange import Raw
from siaksim.example_clients.calling import Closed, Reply
from siaksim.stage.driver import Stage
from siaksim.world import World

WAY_S = 0.01
"""Client seconds that a call is on its way: nothing takes no time at all (assumed)."""
HOST = "127.0.0.1"


class Carriage:
    """The carrier of all clients of one world; times are the client's seconds."""

    def __init__(self, whole: Assembly, world: World, stage: Stage) -> None:
        self.whole, self.world, self.stage = whole, world, stage
        self._control = whole.app.test_client()
        self._start = world.clock.now()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        deadline_s: float | None,
        *,
        last: bool = False,
    ) -> Reply:
        """Make one call; an answer that is cut off counts as none."""
        if self.stage.closed and not last:
            raise Closed
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not self.whole.exchange.mocks(parts.path):
            return self._ask(method, target, headers, body)
        sent = {name.lower(): value for name, value in headers.items()} | {"host": HOST}
        if deadline_s is not None:
            sent["siaksim-deadline"] = f"{deadline_s:g}"
        self.sleep(WAY_S)
        reply = self.exchange(Raw(method, target, sent, body))
        if self.stage.closed and not last:
            raise Closed
        return reply

    def exchange(self, raw: Raw) -> Reply:
        """Make a call of a mocked operation; it takes its time on the stage."""
        conn = self.whole.exchange.call(raw, passes=self._passes)
        if conn.ended or not conn.data:
            return Reply()
        head, _, content = conn.data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        return Reply(int(first.split()[1]), {n.lower(): v for n, v in pairs}, content)

    def _passes(self, until: float) -> bool:
        """Hold a call until office time `until`; False when the stage was closed meanwhile."""
        self.stage.sleep_until(until)
        return not self.stage.closed

    def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        answer = self._control.open(
            target, method=method, headers=dict(headers), data=body, base_url=f"http://{HOST}"
        )
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, named, answer.data)

    def now(self) -> float:
        """Return the time by the client's own clock: it runs as fast as its client lives."""
        clock = self.world.clock
        return self._start + clock.client_seconds(clock.now() - self._start)

    def sleep(self, seconds: float) -> None:
        """Let client seconds pass."""
        if self.stage.closed:
            raise Closed
        self.stage.sleep(self.world.clock.office_seconds(seconds))
        if self.stage.closed:
            raise Closed

    def spawn(self, play: Callable[[], None]) -> None:
        """Let a play go on beside the others."""
        self.stage.spawn(play)
