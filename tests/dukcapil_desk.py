"""A world with the Dukcapil service, called in this process as a client would over HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from siaksim.agreements.model import Agreement
from siaksim.agreements.showing import request_of
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw
from siaksim.population.country import Resident
from siaksim.world import World

HEAD = """\
scenario: s
story: A day.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"]}
"""
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers and the parsed body."""

    status: int
    headers: dict[str, str]
    json: Any

    @property
    def element(self) -> dict[str, Any]:
        """Return the only element of the content."""
        (found,) = self.json["content"]
        return dict(found)


class Desk:
    """One world of `text` on a stepped clock."""

    def __init__(self, text: str = "", mode: str = "auto") -> None:
        self.siaksim: Assembly = assemble()
        worlds = self.siaksim.worlds
        self.world: World = worlds.create("default", worlds.inline(HEAD + text), mode=mode)  # type: ignore[arg-type]

    def agreement(self, name: str) -> Agreement:
        found = self.world.agreements.get(name)
        assert found is not None
        return found

    def person(self, **filters: Any) -> Resident:
        """Return a resident: 25-60, alive, recorded, unless said otherwise."""
        asked: dict[str, Any] = {"ages": (25, 60), "status": "normal", "recorded": True} | filters
        found = self.world.country.find(today=self.world.today(), limit=1, **asked)
        assert found, filters
        return found[0]

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        peer: str = LOOPBACK,
        method: str = "POST",
        **headers: str,
    ) -> Reply:
        """Send a request; a body that is no bytes goes as JSON. Status 0: no answer."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        given = {"content-type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        conn = self.siaksim.exchange.call(Raw(method, path, given, text, peer=peer))
        if not conn.data:
            return Reply(0, {}, None)
        head, _, content = conn.data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        found = dict(line.split(": ", 1) for line in lines)
        return Reply(int(first.split()[1]), found, json.loads(content) if content else None)

    def ask(self, name: str, nik: str, method: str = "", /, **more: Any) -> Reply:
        """Call an agreement in its own spelling; `more` changes or adds keys (None: drops)."""
        agreement = self.agreement(name)
        chosen = method or next(iter(agreement.methods))
        operation = agreement.grants(chosen)
        assert operation is not None
        body = request_of(agreement, operation, nik)
        body = {k: v for k, v in (body | more).items() if v is not None}
        return self.post(agreement.path(chosen), body)
