"""What the Schemathesis tests share: a quiet day, the checks, and hands that take real steps.

A fuzzer knows no citizen, no officer's password and no code from a mail, so on its own it stays
at the first refusal. Where a generated call is a valid one, these hands put real values in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.modes import GenerationMode

QUIET = """\
scenario: quiet
story: Nothing goes wrong, so every surprise is a defect.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"]}
"""
# Left out: positive_data_acceptance. The rules of the office refuse valid shapes (a NIK that
# nobody has, a step out of turn), and what is refused is told by tests/services.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
SERVICES = ("ikd", "mail", "siak")
COPIED = tuple(name for name in CHECKS if name != "negative_data_rejection")
"""Checks of a service that copies a real wire: what breaks its contract gets HTTP 200 there."""
REPORT_TOKEN = "siaksim-balikan"
OFFICER = {"operator_id": "petugas01", "password": "siaksim-petugas01"}

Send = Callable[..., "Seen"]
"""Makes a call: (method, path, json=, data=, token=)."""


@dataclass(frozen=True)
class Seen:
    """An answer: status, JSON if it is any, and its bytes and headers."""

    status: int
    json: Any
    body: bytes
    headers: Mapping[str, str]


def config(examples: int, base_url: str, wanted: Sequence[str] = CHECKS) -> SchemathesisConfig:
    """Return a repeatable configuration: these checks, so many examples an operation, a world."""
    left_out = (
        "positive_data_acceptance",
        "use_after_free",
        "ensure_resource_availability",
        "object_level_authorization",
    )
    checks: dict[str, Any] = {name: {"enabled": False} for name in (*left_out, *CHECKS)}
    checks |= {name: {"enabled": True} for name in wanted}
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "base-url": base_url,
            "checks": checks,
            # It would read the source of everything that the app imports, for most of a minute.
            "analysis": {"constants": {"enabled": False}},
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
        }
    )


def stateful_settings(examples: int, steps: int) -> settings:
    """Return repeatable settings of a state machine's run."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@dataclass
class Hands:
    """A citizen and an officer who can take every step of a quiet day; `admin` is a path."""

    send: Send
    admin: str
    queue: list[str] = field(default_factory=list)
    niks: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def good(self, method: str, path: str, **more: Any) -> Any:
        """Make a call that must end well, and return its JSON."""
        seen = self.send(method, path, **more)
        assert 200 <= seen.status < 300, (path, seen.status, seen.body[:500])
        return seen.json

    def begin(self) -> None:
        """Empty the world, so that a run does not depend on those before it."""
        self.good("POST", f"{self.admin}/reset")
        self.queue, self.niks, self.tokens = [], {}, {}

    def internal_errors(self) -> int:
        """Return how often siaksim itself failed, as its health tells."""
        return int(self.good("GET", "/__admin/health")["internal_errors"])

    def resident(self) -> str:
        """Return the NIK of somebody who may register, of 60 who take turns."""
        if not self.queue:
            asked = "ages=20-60&status=normal&recorded=true&limit=60"
            found = self.good("GET", f"{self.admin}/residents?{asked}")["residents"]
            self.queue = [str(resident["nik"]) for resident in found]
        nik = self.queue.pop(0)
        self.queue.append(nik)
        return nik

    def recording(self) -> dict[str, Any]:
        """Return a whole KTP-el recording of somebody who was never recorded."""
        asked = "ages=20-60&status=never_recorded&limit=1"
        nik = self.good("GET", f"{self.admin}/residents?{asked}")["residents"][0]["nik"]
        found: dict[str, Any] = self.good("GET", f"{self.admin}/residents/{nik}/biometrics")
        return found

    def selfie(self, nik: str) -> bytes:
        """Return the resident's selfie as a JPEG."""
        return self.send("GET", f"{self.admin}/residents/{nik}/selfie").body

    def registered(self) -> str:
        """Register somebody; return the registration's id."""
        nik = self.resident()
        device = {"id": f"phone-{nik}", "platform": "android", "os_major": 13}
        body: dict[str, Any] = {
            "nik": nik,
            "email": f"w{nik}@example.test",
            "phone": "081234567890",
        }
        body |= {"terms_version": "1.0", "device": device}
        made = self.good("POST", "/ikd/v1/registrations", json=body)
        return self.remember(nik, made)

    def remember(self, nik: str, made: Mapping[str, Any]) -> str:
        """Keep a registration's token; return its id."""
        identity = str(made["registration_id"])
        self.niks[identity], self.tokens[identity] = nik, str(made["token"])
        return identity

    def officer(self) -> str:
        """Log the officer in; return the session's token."""
        return str(self.good("POST", "/siak/v1/sessions", json=OFFICER)["session_token"])

    def officer_payload(self) -> str:
        """Return the payload on the officer's screen."""
        return str(self.good("POST", "/siak/v1/ikd/officer-qr", token=self.officer())["payload"])

    def phone_payload(self) -> str:
        """Bring somebody as far as the QR code on the phone; return its payload."""
        identity = self.registered()
        self.show_face(identity)
        here = f"/ikd/v1/registrations/{identity}/qr"
        return str(self.good("GET", here, token=self.tokens[identity])["payload"])

    def show_face(self, identity: str) -> Seen:
        """Upload the citizen's own selfie; a registration past this step refuses it."""
        picture = self.selfie(self.niks[identity])
        here = f"/ikd/v1/registrations/{identity}/selfie"
        return self.send("POST", here, data=picture, token=self.tokens[identity])

    def mailed(self) -> tuple[str, str]:
        """Bring somebody as far as the mail; return its link's token and its code."""
        scan = {"payload": self.phone_payload()}
        self.good("POST", "/siak/v1/ikd/scans", json=scan, token=self.officer())
        for _ in range(40):
            asked = f"query=to:w{list(self.niks.values())[-1]}@example.test"
            found = self.good("GET", f"/mail/api/v1/search?{asked}")["messages"]
            if found:
                text = self.good("GET", f"/mail/api/v1/message/{found[0]['ID']}")["Text"]
                code, link = re.search(r"\b\d{6}\b", text), re.search(r"/activation/(\w+)", text)
                assert code
                assert link
                return link[1], code[0]
            self.good("POST", f"{self.admin}/clock", json={"advance": 30})
        raise AssertionError("no mail came")

    def token_for(self, operation: str) -> str:
        """Return a credential that is good for one of the secured operations."""
        if operation.startswith("/siak/"):
            return self.officer()
        return next(iter(self.tokens.values()), "") or self.tokens[self.registered()]


def secured(schema: Any, hands: Hands) -> Any:
    """Give the schema's secured operations a real credential each; return the schema."""

    # A fresh one for each call: the fuzzer logs out, and the auto clock runs past lifetimes.
    @schema.auth(refresh_interval=None)
    class Bearer:
        def get(self, case: Any, _: Any) -> str:
            return hands.token_for(case.operation.path)

        def set(self, case: Any, data: str, _: Any) -> None:
            if case.operation.definition.raw.get("security"):
                case.headers["Authorization"] = f"Bearer {data}"

    return schema


def reporting(schema: Any) -> Any:
    """Give the usage report of the Dukcapil service its token; return the schema."""

    @schema.auth(refresh_interval=None)
    class Token:
        def get(self, case: Any, _: Any) -> str:
            return REPORT_TOKEN

        def set(self, case: Any, data: str, _: Any) -> None:
            if case.operation.definition.raw.get("security"):
                case.headers["Authorization"] = f"Bearer {data}"

    return schema


def machine(schema: Any, service: str, hands: Hands, **sending: Any) -> Any:
    """Return the state machine of a service's links, whose valid calls carry real values."""
    prepare = {"ikd": _as_citizen, "siak": _as_officer, "mail": _as_reader}[service]
    base: Any = schema.as_state_machine()

    class Linked(base):  # type: ignore[misc]
        statuses: ClassVar[dict[tuple[str, int], int]] = {}

        def setup(self) -> None:
            hands.begin()

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return dict(sending)

        def before_call(self, case: Any) -> None:
            if _valid(case):
                prepare(hands, case, _name(case))

        def after_call(self, response: Any, case: Any) -> None:
            name = _name(case)
            key = (name, int(response.status_code))
            self.statuses[key] = self.statuses.get(key, 0) + 1
            if name == "register" and response.status_code == 201:
                hands.remember(case.body["nik"], response.json())

    return Linked


def _valid(case: Any) -> bool:
    return case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE


def _name(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


def _as_citizen(hands: Hands, case: Any, name: str) -> None:
    if name == "register":
        case.body["nik"] = hands.resident()
        case.body["terms_version"] = "1.0"
        case.body["device"]["os_major"] = 13
        return
    identity = str((case.path_parameters or {}).get("registration_id"))
    if identity not in hands.tokens:
        return
    case.headers["Authorization"] = f"Bearer {hands.tokens[identity]}"
    if name in ("show_qr", "scan_officer_qr"):
        # A picture is never put into a generated call: the fuzzer holds bytes for a wrong type.
        hands.show_face(identity)
    if name == "scan_officer_qr":
        case.body = {"payload": hands.officer_payload()}


def _as_officer(hands: Hands, case: Any, name: str) -> None:
    if name == "login":
        case.body = dict(OFFICER)
    elif name != "notices":
        case.headers["Authorization"] = f"Bearer {hands.officer()}"
    if name == "scan_qr":
        case.body = {"payload": hands.phone_payload()}
    elif name == "enrol":
        case.body = hands.recording()
    elif name == "confirm_biodata":
        case.body["nik"] = hands.resident()
    elif name == "search":
        case.body = {"nik": hands.resident()}


def _as_reader(hands: Hands, case: Any, name: str) -> None:
    token = str(case.path_parameters["token"])
    if name == "activation_page" and token not in hands.tokens:
        token, code = hands.mailed()
        hands.tokens[token] = code
        case.path_parameters["token"] = token
    elif name == "activate" and case.media_type == "application/json" and token in hands.tokens:
        picture = hands.send("GET", f"/activation/{token}/captcha.png")
        answer = picture.headers.get("Siaksim-Captcha-Answer", "-")
        case.body = {"code": hands.tokens[token], "captcha": answer}
