"""A world on a stepped clock behind the exchange, and a client who walks an activation through it.

Calls go through `Exchange.call`, so that faults decide, act and are journaled as over a socket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from siaksim.core import chance
from siaksim.core.clock import Mode
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw
from siaksim.media.selfies import Variant, selfie
from siaksim.population.resident import Resident
from siaksim.post import Delivered
from siaksim.world import World

HEAD = """\
scenario: stepped
story: One thing goes wrong.
seed: 11
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
settings: {mail_delay: 8s}
"""


@dataclass(frozen=True)
class Heard:
    """What a client heard; status 0 when no answer came."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["code"])


@dataclass
class Activation:
    """A registration on its way, with its token."""

    id: str
    token: str
    email: str
    resident: Resident

    @property
    def path(self) -> str:
        return f"/ikd/v1/registrations/{self.id}"


class Desk:
    """One world, and the ways in which a client of the name `client` calls it."""

    def __init__(
        self,
        *faults: str,
        mode: Mode = "manual",
        state: Path | None = None,
        client: str = "counter.1",
        head: str = HEAD,
        play: frozenset[str] = frozenset(),
    ) -> None:
        """`faults` are lines of YAML; `play` names the actors that siaksim plays."""
        lines = "".join(f"  - {fault}\n" for fault in faults)
        self.text = head + (f"faults:\n{lines}" if lines else "")
        self.client = client
        self.state = state
        self.mode: Mode = mode
        self.play = play
        self.whole = self._open()
        self.officer = ""
        self._people = 0

    def _open(self) -> Assembly:
        whole = assemble(state_dir=self.state)
        scenario = whole.worlds.inline(self.text)
        whole.worlds.create("default", scenario, mode=self.mode, play=self.play, text=self.text)
        return whole

    def restart(self) -> None:
        """End the server and begin it anew over the same ledger file."""
        self.whole.worlds.close()
        self.whole = self._open()

    @property
    def world(self) -> World:
        return self.whole.worlds.default

    def advance(self, seconds: float) -> None:
        """Let office time pass."""
        self.world.advance(seconds)

    def at(self, clock: str) -> None:
        """Let office time come to a time of the first day, such as 09:10."""
        hour, minute = clock.split(":")
        self.advance(self.start + (int(hour) - 8) * 3600 + int(minute) * 60 - self.now)

    @property
    def start(self) -> float:
        return self.world.scenario.start

    @property
    def now(self) -> float:
        return self.world.clock.now()

    # -- calls -----------------------------------------------------------------------------

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "",
        *,
        client: str = "",
        **headers: str,
    ) -> Heard:
        """Make a call as a client (default: the desk's)."""
        named = {"host": "127.0.0.1"}  # whom captcha answers are revealed to
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named.setdefault("content-type", "application/json")
        if token:
            named["authorization"] = f"Bearer {token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        target = f"/c/{client or self.client}{path}"
        data = self.whole.exchange.call(Raw(method, target, named, raw)).data
        if not data:
            return Heard(0)
        head, _, content = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        return Heard(int(first.split()[1]), {n.lower(): v for n, v in pairs}, content)

    # -- an activation -----------------------------------------------------------------------

    def resident(self, **wanted: Any) -> Resident:
        """Return the next adult who may register, or who fits `wanted`."""
        self._people += 1
        query = {"ages": (20, 50), "status": "normal", "recorded": True, **wanted}
        found = self.world.country.find(today=self.world.today(), limit=self._people, **query)
        return found[-1]

    def register(self, resident: Resident | None = None, **more: str) -> Heard:
        """Register a resident's phone."""
        found = resident or self.resident()
        body = {
            "nik": found.nik,
            "email": f"warga-{found.nik}@example.test",
            "phone": "081234567890",
            "terms_version": "1.0",
            "device": {"id": "phone-1", "platform": "android", "os_major": 13},
        }
        return self.call("POST", "/ikd/v1/registrations", body, **more)

    def registered(self, resident: Resident | None = None) -> Activation:
        """Register and return the registration."""
        found = resident or self.resident()
        made = self.register(found)
        assert made.status == 201, made
        email = f"warga-{found.nik}@example.test"
        return Activation(made.json["registration_id"], made.json["token"], email, found)

    def check_face(self, on: Activation, variant: Variant = "plain") -> Heard:
        """Send a selfie."""
        identity = chance.bits(self.world.seed, "face", on.resident.nik)
        picture = selfie(identity, variant, 240)
        return self.call("POST", f"{on.path}/selfie", picture, on.token, content_type="image/jpeg")

    def to_face(self, resident: Resident | None = None) -> Activation:
        """Come as far as a face that matches."""
        found = self.registered(resident)
        checked = self.check_face(found)
        assert checked.status == 200
        assert checked.json["result"] == "match"
        return found

    def log_in(self, operator: str = "petugas01") -> str:
        """Log an officer in."""
        body = {"operator_id": operator, "password": f"siaksim-{operator}"}
        return str(self.call("POST", "/siak/v1/sessions", body).json["session_token"])

    def show_qr(self, on: Activation) -> str:
        return str(self.call("GET", f"{on.path}/qr", token=on.token).json["payload"])

    def scan(self, payload: str, officer: str = "", **more: str) -> Heard:
        """Scan a phone's code as an officer."""
        self.officer = officer or self.officer or self.log_in()
        body = {"payload": payload}
        return self.call("POST", "/siak/v1/ikd/scans", body, self.officer, **more)

    def to_mail(self, resident: Resident | None = None) -> Activation:
        """Come as far as the mail that is on its way."""
        found = self.to_face(resident)
        self.scan(self.show_qr(found))
        return found

    def status(self, on: Activation, **more: str) -> Heard:
        """Ask Cek Status."""
        return self.call("GET", on.path, token=on.token, **more)

    # -- mails -------------------------------------------------------------------------------

    def mails(self, on: Activation, folder: str = "inbox") -> list[Delivered]:
        """Return what has arrived for a citizen, newest first."""
        self.world.settle()
        return self.world.post.box(folder, on.email)

    def link(self, on: Activation, number: int) -> str:
        return self.world.registry.link_token(on.id, number)

    def page(self, on: Activation, number: int = 1) -> Heard:
        """Open the page behind a mail's button, as a program does."""
        path = f"/activation/{self.link(on, number)}"
        return self.call("GET", path, accept="application/json")

    def captcha(self, on: Activation, number: int = 1) -> Heard:
        return self.call("GET", f"/activation/{self.link(on, number)}/captcha.png")

    def activate(self, on: Activation, number: int = 1) -> Heard:
        """Enter code and captcha of a mail."""
        shown = self.captcha(on, number)
        length = self.world.settings.code_length
        body = {
            "code": self.world.registry.code(on.id, number, length),
            "captcha": shown.headers.get("siaksim-captcha-answer", "XXXXX"),
        }
        path = f"/activation/{self.link(on, number)}"
        return self.call("POST", path, body, accept="application/json")

    # -- what is written -----------------------------------------------------------------------

    def lines(self, kind: str, **where: Any) -> list[dict[str, Any]]:
        """Return the journal's lines of a kind whose fields are as asked."""
        return [
            line
            for line in self.world.journal.lines
            if line["kind"] == kind and all(line.get(k) == v for k, v in where.items())
        ]

    def mail_events(self) -> list[str]:
        return [str(line["event"]) for line in self.lines("mail")]

    def struck(self, operation: str) -> list[str]:
        """Return the kinds of faults drawn for the calls of an operation."""
        decided = self.lines("decided", operation=operation)
        return [fault["kind"] for line in decided for fault in line.get("faults", ())]
