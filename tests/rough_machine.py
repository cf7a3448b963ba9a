"""What machines over a rough day share: a world on disk, and calls whose answers get lost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar

import orjson
from hypothesis.stateful import RuleBasedStateMachine
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw


class RoughMachine(RuleBasedStateMachine):
    """One world of `day` on an auto clock, over a ledger file that outlives the server."""

    day: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.whole = self.opened()

    def opened(self) -> Assembly:
        """Return a server over the ledger file, as after a restart."""
        whole = assemble(state_dir=Path(self.folder.name))
        day = whole.worlds.inline(self.day)
        whole.worlds.create("default", day, mode="auto", text=self.day)
        return whole

    def teardown(self) -> None:
        self.whole.worlds.close()
        self.folder.cleanup()

    @property
    def world(self) -> Any:
        return self.whole.worlds.default

    def sent(
        self, method: str, path: str, body: Any = None, token: str = "", kind: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        """Make a call (bytes are an image, anything else JSON); status 0: the answer was lost."""
        headers = {"siaksim-deadline": "5"}
        if body is not None:
            image = isinstance(body, bytes)
            headers["content-type"] = kind or ("image/jpeg" if image else "application/json")
        if token:
            headers["authorization"] = f"Bearer {token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        data = self.whole.exchange.call(Raw(method, path, headers, raw)).data
        if not data:
            return 0, {}, b""
        head, _, content = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        return int(first.split()[1]), {name.lower(): value for name, value in pairs}, content
