"""Worlds that are recorded or replayed, and clients whose calls can be made a second time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import yaml
from siaksim.core import chance
from siaksim.core.clock import Mode
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw
from siaksim.media.selfies import selfie
from siaksim.replay.player import Replay
from siaksim.replay.recorder import MemoryTape, Recorder
from siaksim.replay.runfile import Run, read_run, scenario_of
from siaksim.world import World

ROOT = Path(__file__).parent.parent
HEAD = {
    "scenario": "recorded",
    "story": "What happens here is written down.",
    "seed": "11",
    "clock": {"start": "2024-07-11T08:00"},
    "population": {"areas": ["35.76"], "size": "20000"},
    "settings": {"mail_delay": "8s"},
    "links": {"mpp-counter": {}},
}
WHOLE = assemble()
STEPS = ("register", "selfie", "qr_code", "scan", "status", "page", "activate", "login", "search")
OPERATORS = 4


def examples() -> dict[str, dict[str, Any]]:
    """Return the example scenario of every kind of fault."""
    found = {}
    for path in sorted((ROOT / "docs/examples/faults").glob("*.yaml")):
        found[path.stem] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    return found


def written(kinds: Sequence[str], **more: Any) -> str:
    """Return a scenario with the faults of the examples of these kinds (JSON is YAML)."""
    known = examples()
    faults = [f for kind in kinds for f in known[kind].get("faults", ())]
    stages = [s for kind in kinds for s in known[kind].get("timeline", ())]
    given = {**HEAD, "faults": faults, "timeline": stages}
    for kind in kinds:
        given |= {key: part for key, part in known[kind].items() if key == "capacity"}
    return orjson.dumps({**given, **more}).decode()


def recorded(text: str, mode: Mode = "auto", whole: Assembly = WHOLE, **more: Any) -> World:
    """Return a new world that is recorded in memory."""
    world = whole.worlds.create(None, whole.worlds.inline(text), mode=mode, text=text, **more)
    Recorder(MemoryTape).attach(world, text)
    return world


def run_of(world: World) -> Run:
    """Return what a world's recording says, read as from a file."""
    assert world.recorder is not None
    return read_run(world.recorder.read(), "run.json")


def replayed(run: Run, whole: Assembly = WHOLE) -> World:
    """Return a new world that replays a run, and that is recorded in its turn."""
    scenario, head = scenario_of(run, whole.worlds.inline), run.header
    clock, play = head.clock, frozenset(head.play)
    world = whole.worlds.create(
        None, scenario, head.seed, clock.mode, clock.speed, clock.shorten, play, head.text
    )
    Replay(run, whole.worlds.inline).attach(world)
    Recorder(MemoryTape).attach(world, head.text)
    return world


def decisions(run: Run) -> dict[Any, Any]:
    """Return what was decided for each call, whatever the office time was."""
    return {key: found.decision for key, found in run.calls.items()}


def gone(*worlds: World) -> None:
    """Delete worlds; siaksim itself may not have failed in any."""
    for world in worlds:
        assert world.counters.internal_errors == 0
        WHOLE.worlds.delete(world.name)


@dataclass
class Visitor:
    """One client that brings one resident through an activation, as far as it gets."""

    world: World
    number: int
    client: str = ""
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    registration: str = ""
    token: str = ""
    qr: str = ""
    session: str = ""
    _next: int = 0

    def __post_init__(self) -> None:
        self.client = self.client or f"counter.{self.number}"
        query: dict[str, Any] = {"ages": (20, 50), "status": "normal", "recorded": True}
        found = self.world.country.find(today=self.world.today(), limit=self.number, **query)
        self.nik = found[-1].nik

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> dict[str, Any]:
        """Make a call; an answer that is no JSON object, or none, is {}."""
        headers = {"host": "127.0.0.1", "content-type": "application/json"}
        headers |= {"accept": "application/json", "siaksim-deadline": "20"}
        if isinstance(body, bytes):
            headers["content-type"] = "image/jpeg"
        if token:
            headers["authorization"] = f"Bearer {token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        target = f"/w/{self.world.name}/c/{self.client}{path}"
        data = WHOLE.exchange.call(Raw(method, target, headers, raw)).data
        head, _, content = data.partition(b"\r\n\r\n")
        status = data[9:12].decode("latin-1") if data.startswith(b"HTTP") else ""
        self.seen.append((status, content))
        if b"Siaksim-Captcha-Answer: " in head:
            answer = head.partition(b"Siaksim-Captcha-Answer: ")[2].partition(b"\r\n")[0]
            return {"captcha": answer.decode()}
        try:
            found = orjson.loads(content)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}

    def step(self, name: str) -> None:
        """Try one step with what is known so far; `next` is the one after the last `next`."""
        if name == "next":
            name = STEPS[self._next % len(STEPS)]
            self._next += 1
        getattr(self, name)()

    def register(self) -> None:
        device = {"id": f"d{self.number}", "platform": "ios", "os_major": 17}
        body = {"nik": self.nik, "email": f"w{self.number}@example.test", "device": device}
        body |= {"phone": "081234567890", "terms_version": "1.0"}
        found = self.call("POST", "/ikd/v1/registrations", body)
        self.registration = found.get("registration_id", self.registration)
        self.token = found.get("token", self.token)

    @property
    def path(self) -> str:
        return f"/ikd/v1/registrations/{self.registration or 'reg-unknown'}"

    def selfie(self) -> None:
        picture = selfie(chance.bits(self.world.seed, "face", self.nik), "plain", 240)
        self.call("POST", f"{self.path}/selfie", picture, self.token)

    def qr_code(self) -> None:
        self.qr = self.call("GET", f"{self.path}/qr", token=self.token).get("payload", self.qr)

    def scan(self) -> None:
        if not self.session:
            operator = f"petugas{1 + self.number % OPERATORS:02}"
            login = {"operator_id": operator, "password": f"siaksim-{operator}"}
            self.session = self.call("POST", "/siak/v1/sessions", login).get("session_token", "")
        found = self.call("POST", "/siak/v1/ikd/scans", {"payload": self.qr}, self.session)
        if found.get("code") == "session_expired":
            self.session = ""

    def status(self) -> None:
        self.call("GET", self.path, token=self.token)

    def _mail(self) -> tuple[str, int]:
        mails = self.world.post.box("inbox", f"w{self.number}@example.test")
        if not mails:
            return "", 1
        found = mails[0]
        return found.registration.id, found.mail.number

    def page(self) -> None:
        self.world.settle()
        owner, number = self._mail()
        self.call("GET", f"/activation/{self.world.registry.link_token(owner, number)}")

    def activate(self) -> None:
        self.world.settle()
        owner, number = self._mail()
        path = f"/activation/{self.world.registry.link_token(owner, number)}"
        captcha = self.call("GET", f"{path}/captcha.png").get("captcha", "XXXXX")
        code = self.world.registry.code(owner, number, self.world.settings.code_length)
        self.call("POST", path, {"code": code, "captcha": captcha})

    def login(self) -> None:
        owner, number = self._mail()
        code = self.world.registry.code(owner, number, self.world.settings.code_length)
        body = {"nik": self.nik, "device_id": f"d{self.number}", "pin": code}
        self.call("POST", "/ikd/v1/sessions", body)

    def search(self) -> None:
        self.call("POST", "/siak/v1/residents/search", {"nik": self.nik}, self.session)
