"""Gives each world its actors, and carries their calls to the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from weakref import WeakValueDictionary

from siaksim.actors.base import Heard
from siaksim.actors.cast import Cast
from siaksim.edges.exchange import Exchange, Raw
from siaksim.world import World


class Acting:
    """The casts of all worlds; a cast lives as long as its world, which holds it."""

    def __init__(self, exchange: Exchange) -> None:
        """Actors call through `exchange`, as every client does."""
        self._exchange = exchange
        self._casts: WeakValueDictionary[str, Cast] = WeakValueDictionary()

    def attach(self, world: World) -> None:
        """Give a new world its actors; to be put into `Worlds.on_create`."""
        if not world.play:
            return
        if "citizen" in world.play:
            _practise()
        prefix = "" if world.name == "default" else f"/w/{world.name}"

        def call(
            method: str, path: str, headers: Mapping[str, str], body: bytes, actor: str
        ) -> Heard:
            conn = self._exchange.call(Raw(method, prefix + path, headers, body), actor)
            return heard(b"" if conn.ended else conn.data, conn.waited_s)

        self._casts[world.name] = Cast(world, call)

    def cast(self, world: World) -> Cast | None:
        """Return a world's actors, or None when siaksim plays nobody there."""
        found = self._casts.get(world.name)
        return found if found is not None and found.world is world else None


@cache
def _practise() -> None:
    """Take and judge one selfie: what Pillow loads for the first would hold up a client's calls."""
    from siaksim.media.faces import judge
    from siaksim.media.selfies import selfie

    judge(selfie(0), 0)


def heard(data: bytes, waited_s: float) -> Heard:
    """Return an answer's bytes as an actor takes them; no bytes are a lost answer."""
    if not data:
        return Heard(waited_s=waited_s)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    headers = {name.lower(): value for name, _, value in pairs}
    return Heard(int(first.split(" ")[1]), headers, body, waited_s)
