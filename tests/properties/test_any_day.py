"""Any valid scenario, any requests, any steps of the clock: never a traceback or a dead server.

The faults are those of the docs' examples, so a new kind is in here as soon as it has one. Times,
targets and shares are drawn anew; requests are real steps of an activation, look-ups at the
Dukcapil service, and nonsense.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from siaksim.agreements.showing import request_of
from siaksim.core import chance
from siaksim.edges.assembly import assemble, contracts
from siaksim.edges.exchange import Raw
from siaksim.media.selfies import selfie
from siaksim.scenario.problems import ScenarioErrors

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples/faults"
OPERATIONS = {n: o for c in contracts().values() for n, o in c.operations.items()}
TARGETS = ("all", "siak.*", "ikd.*", "mail.*", "dukcapil.*", "ikd.register", "siak.scan_qr")
PLACES = ("at", "for", "until", "days", "hours", "share", "id", "name")
CENTRE = {
    "servers": "2",
    "queue": "3",
    "service_time": {"lognormal": {"median": "180ms", "p99": "1500ms"}},
}
PERSON = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
ALLOWED = (
    "over 100%",
    "lost_answer",
    "strikes only",
    "needs a time",
    "gives either",
    "the same",
    "a ramp",
    "needs a `capacity`",
)


def _written() -> list[dict[str, Any]]:
    """Return every fault of the examples as its text scalars, without its place in time."""
    found = []
    for path in sorted(EXAMPLES.glob("*.yaml")):
        day = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        staged = [fault for stage in day.get("timeline", []) for fault in stage["faults"]]
        for fault in [*day.get("faults", []), *staged]:
            if "file" not in json.dumps(fault):
                found.append({k: v for k, v in fault.items() if k not in PLACES})
    return found


FAULTS = _written()


def _placed(
    fault: dict[str, Any], target: str | None, share: int, place: dict[str, str]
) -> dict[str, Any]:
    # A line or a connection has no calls to share, and what acts on servers or by a ramp has none.
    if "target" not in fault or "ramp" in fault or fault["kind"] == "stall":
        return {**fault, **place}
    aimed = {"target": target} if target else {}
    return {**fault, **aimed, "share": f"{share}%", **place}


SOME_FAULT = st.builds(
    _placed,
    st.sampled_from(FAULTS),
    st.sampled_from([None, *TARGETS]),
    st.integers(1, 40),
    st.sampled_from([{}, {"at": "08:30", "for": "30m"}, {"at": "09:00", "until": "11:00"}]),
)
JUNK = st.sampled_from([b"", b"{", b"[]", b'{"nik": 1}', b"\xff", b"a=b", b'{"payload": "x"}'])


class AnyDay(RuleBasedStateMachine):
    """One world on an auto clock under a drawn scenario."""

    @initialize(
        faults=st.lists(SOME_FAULT, max_size=6), seed=st.integers(0, 2**31), finite=st.booleans()
    )
    def begin(self, faults: list[dict[str, Any]], seed: int, finite: bool) -> None:
        self.siaksim = assemble()
        worlds = self.siaksim.worlds
        while True:
            day = {
                "scenario": "any",
                "story": "Whatever may happen.",
                "seed": str(seed),
                "clock": {"start": "2024-07-11T08:00"},
                "population": {"areas": ["35.76"]},
                "links": {"mpp-counter": {}},
                **({"capacity": {"siak": CENTRE}} if finite else {}),
                "faults": faults,
            }
            try:
                scenario = worlds.inline(json.dumps(day))
                break
            except ScenarioErrors as errors:
                told = str(errors).splitlines()
                assert all(any(why in line for why in ALLOWED) for line in told), told
                faults = faults[:-1]
        self.world = worlds.create("default", scenario, mode="auto")
        people = self.world.country.find(
            today=self.world.today(), ages=(20, 60), status="normal", recorded=True, limit=3
        )
        self.niks = [person.nik for person in people]
        self.tokens: dict[str, tuple[str, str]] = {}
        self.officer = ""
        self.payloads = ["SIAK1:none"]

    def send(self, method: str, path: str, body: Any = None, token: str = "", **more: str) -> Any:
        """Make a call; return the parsed JSON of a whole answer, else None."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        headers = {"content-type": "application/json", "siaksim-deadline": "10"} | more
        if token:
            headers["authorization"] = f"Bearer {token}"
        conn = self.siaksim.exchange.call(Raw(method, path, headers, raw, peer="127.0.0.1"))
        head, _, content = conn.data.partition(b"\r\n\r\n")
        try:
            found = json.loads(content)
        except ValueError:
            return None
        return found if head.startswith(b"HTTP/1.1 2") and isinstance(found, dict) else None

    @rule(number=st.integers(0, 2), key=st.booleans())
    def register(self, number: int, key: bool) -> None:
        nik = self.niks[number]
        device = {"id": f"phone-{nik}", "platform": "android", "os_major": 13}
        body = {"nik": nik, "email": f"w{nik}@example.test", "phone": "081234567890"}
        more = {"idempotency-key": f"k-{nik}"} if key else {}
        body |= {"terms_version": "1.0", "device": device}  # type: ignore[dict-item]
        found = self.send("POST", "/ikd/v1/registrations", body, **more)
        if found and "token" in found:
            self.tokens[nik] = (found["registration_id"], found["token"])

    @rule()
    def officer_logs_in(self) -> None:
        found = self.send("POST", "/siak/v1/sessions", PERSON)
        if found and "session_token" in found:
            self.officer = str(found["session_token"])

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def step_of_a_citizen(self, data: st.DataObject) -> None:
        nik = data.draw(st.sampled_from(sorted(self.tokens)))
        identity, token = self.tokens[nik]
        here = f"/ikd/v1/registrations/{identity}"
        step = data.draw(st.sampled_from(["selfie", "qr", "status", "officer-scans"]))
        if step == "selfie":
            picture = selfie(chance.bits(self.world.seed, "face", nik), "plain")
            self.send("POST", f"{here}/selfie", picture, token, **{"content-type": "image/jpeg"})
        elif step == "qr":
            found = self.send("GET", f"{here}/qr", None, token)
            self.payloads += [found["payload"]] if found and "payload" in found else []
        elif step == "status":
            self.send("GET", here, None, token)
        else:
            payload = data.draw(st.sampled_from(self.payloads))
            self.send("POST", f"{here}/officer-scans", {"payload": payload}, token)

    @rule(data=st.data())
    def step_of_an_officer(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(["scan", "officer-qr", "search", "notices"]))
        if step == "scan":
            body = {"payload": data.draw(st.sampled_from(self.payloads))}
            self.send("POST", "/siak/v1/ikd/scans", body, self.officer)
        elif step == "officer-qr":
            found = self.send("POST", "/siak/v1/ikd/officer-qr", None, self.officer)
            self.payloads += [found["payload"]] if found and "payload" in found else []
        elif step == "search":
            self.send("POST", "/siak/v1/residents/search", {"nik": self.niks[0]}, self.officer)
        else:
            self.send("GET", "/siak/v1/notices", None, self.officer)

    @rule(code=st.sampled_from(["000000", "mailed"]))
    def citizen_opens_the_newest_mail(self, code: str) -> None:
        for mail in self.world.mailbox()[:1]:
            registry = self.world.registry
            token = registry.link_token(mail.registration.id, mail.mail.number)
            real = registry.code(mail.registration.id, mail.mail.number, 6)
            self.send("GET", f"/activation/{token}")
            self.send("GET", f"/activation/{token}/captcha.png")
            body = {"code": real if code == "mailed" else code, "captcha": "ABCDE"}
            self.send("POST", f"/activation/{token}", body)

    @rule(
        name=st.sampled_from(["rsud-lookup", "finance-verify", "desa-family", "tegal-query"]),
        number=st.integers(0, 2),
    )
    def dukcapil(self, name: str, number: int) -> None:
        agreement = self.world.agreements.get(name)
        assert agreement is not None
        method, operation = next(iter(agreement.methods.items()))
        self.send(
            "POST", agreement.path(method), request_of(agreement, operation, self.niks[number])
        )

    @rule(name=st.sampled_from(sorted(OPERATIONS)), body=JUNK)
    def nonsense(self, name: str, body: bytes) -> None:
        operation = OPERATIONS[name]
        path = operation.path_template
        for part in ("registration_id", "activation_id", "token", "institution"):
            path = path.replace("{" + part + "}", "reg-0123456789ab")
        self.send(operation.method, path, body)

    @rule(seconds=st.sampled_from([1, 60, 600, 3600, 7 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.world.advance(float(seconds))

    @invariant()
    def nothing_of_siaksim_has_failed(self) -> None:
        if not hasattr(self, "world"):
            return
        counters = self.world.counters
        assert counters.internal_errors == 0
        assert counters.open_calls == 0
        activated = [e for e in self.world.ledger.entries if e.kind == "activated"]
        scanned = {e.data["registration"] for e in self.world.ledger.entries if e.kind == "scanned"}
        assert {e.data["registration"] for e in activated} <= scanned


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
