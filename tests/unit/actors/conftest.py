"""An office in one process: siaksim plays the actors, the test plays whoever is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from siaksim import data
from siaksim.core.clock import Mode
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.control.common import ControlOptions
from siaksim.edges.exchange import Raw
from siaksim.services.siak.rules import password
from siaksim.world import World

QUIET = """\
scenario: quiet
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
"""
WHOLE: list[Assembly] = []


def assembled() -> Assembly:
    """An app is dear to make, a world is cheap."""
    if not WHOLE:
        WHOLE.append(assemble(ControlOptions(public_url="http://siak.test:7425")))
    return WHOLE[0]


@dataclass
class Desk:
    """A world, its control API, and a client under test that calls its services."""

    whole: Assembly
    world: World
    tokens: dict[str, str] = field(default_factory=dict)
    lost: int = 0

    def __post_init__(self) -> None:
        name = self.world.name
        self.admin = "/__admin" if name == "default" else f"/__admin/worlds/{name}"
        self.prefix = "" if name == "default" else f"/w/{name}"
        self.http = self.whole.app.test_client()

    def control(self, method: str, path: str, status: int = 200, json: Any = None) -> Any:
        """Make a control call that must end with this status."""
        answer = self.http.open(self.admin + path, method=method, json=json)
        assert answer.status_code == status, answer.text
        return answer.get_json(force=True)

    def call(
        self, method: str, path: str, body: Any = None, token: str = "", image: bytes = b""
    ) -> tuple[int, Any]:
        """Make a call as the client under test: its status (0: lost) and JSON."""
        headers = {"content-type": "image/jpeg" if image else "application/json"}
        if token:
            headers["authorization"] = f"Bearer {self.tokens[token]}"
        raw = image or (orjson.dumps(body) if body is not None else b"")
        conn = self.whole.exchange.call(Raw(method, self.prefix + path, headers, raw))
        if not conn.data:
            return 0, None
        head, _, content = conn.data.partition(b"\r\n\r\n")
        said = content if b"json" in head else b"{}"
        return int(head.split(b" ")[1]), orjson.loads(said)

    def surely(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Repeat a call while its answer is lost or 5xx; it must end well."""
        for _ in range(60):
            status, found = self.call(method, path, body, **more)
            if 0 < status < 500:
                assert status < 300, found
                return found
            self.lost += 1
            self.world.advance(10)
        raise AssertionError(path)

    def niks(self, count: int) -> list[str]:
        """Return adults who can register."""
        query = f"/residents?ages=20-50&status=normal&recorded=true&limit={count}"
        return [r["nik"] for r in self.control("GET", query)["residents"]]

    def officer_logs_in(self) -> None:
        login = {"operator_id": "petugas01", "password": password("petugas01")}
        self.tokens["officer"] = self.surely("POST", "/siak/v1/sessions", login)["session_token"]

    def citizen(self, nik: str) -> Any:
        return self.control("GET", f"/actors/citizens/{nik}")

    def until(
        self, look: Callable[[], Any], wanted: Callable[[Any], bool], limit: int = 400
    ) -> Any:
        """Let office time pass until what is seen is as wanted."""
        for _ in range(limit):
            found = look()
            if wanted(found):
                return found
            self.world.advance(10)
        raise AssertionError(look())

    def served(self, nik: str, direction: str = "shows_qr") -> Any:
        """Serve a citizen as a counter app does; return the citizen at the end."""
        self.control("POST", "/actors/citizens", 201, {"nik": nik, "direction": direction})
        return self.meet(nik)

    def meet(self, nik: str) -> Any:
        """Meet a citizen who has walked in, and wait for the end."""

        def look() -> Any:
            return self.citizen(nik)

        seen = self.until(look, lambda c: c["qr"] or c["state"] == "waiting" or c["problem"])
        assert not seen["problem"], seen
        if seen["direction"] == "shows_qr":
            self.scanned(nik)
        else:
            screen = self.surely("POST", "/siak/v1/ikd/officer-qr", token="officer")
            shown = {"payload": screen["payload"]}
            self.control("POST", f"/actors/citizens/{nik}/scans", 202, shown)
        return self.until(look, lambda c: c["done"] or c["problem"])

    def scanned(self, nik: str) -> None:
        """Scan a citizen's phone until an answer says that it is done, or the citizen goes on."""
        for _ in range(60):
            seen = self.citizen(nik)
            if seen["step"] != "qr":
                return
            if seen["qr"]:  # after 90 s the phone shows another one
                shown = {"payload": seen["qr"]}
                status, found = self.call("POST", "/siak/v1/ikd/scans", shown, token="officer")
                if 0 < status < 500:
                    assert status < 300, found
                    return
                self.lost += 1
            self.world.advance(10)
        raise AssertionError(nik)

    def decided(self, **where: str) -> list[dict[str, Any]]:
        """Return what was decided on calls."""
        return self.world.journal.query({"kind": "decided", **where}, 0, 100_000)


Open = Callable[..., Desk]


@pytest.fixture
def open_desk() -> Open:
    """Return a function that makes a world with actors: (play, text, mode, name, seed)."""
    whole = assembled()
    whole.worlds.close()

    def opened(
        *play: str,
        text: str = QUIET,
        mode: Mode = "manual",
        name: str = "default",
        seed: int | None = None,
    ) -> Desk:
        scenario = whole.worlds.inline(text)
        world = whole.worlds.create(
            name, scenario, seed=seed, mode=mode, play=frozenset(play), text=text
        )
        return Desk(whole, world)

    return opened


@pytest.fixture
def desk_of() -> type[Desk]:
    """Return the class of a client under test, for worlds that a test makes itself."""
    return Desk


@pytest.fixture
def ambiguous() -> str:
    """The shipped scenario's text, with its losses from the start and more of them."""
    text = data.scenario_text("ambiguous-commit")
    losses = {
        "share: 2.54%": "share: 30%",
        "share: 2.8%": "share: 10%",
        "share: 2.88%": "share: 10%",
        '"09:00"': '"08:00"',
        "3h": "6h",
    }
    for old, new in losses.items():
        assert old in text
        text = text.replace(old, new)
    return text
