"""Calls operations directly, checks each answer against the contract, and commits its changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import orjson
from siaksim.contract.spec import Contract, parse, resolved
from siaksim.contract.validate import check
from siaksim.core import chance
from siaksim.core.clock import Clock
from siaksim.ledger.ledger import Ledger
from siaksim.ledger.store import FileStore
from siaksim.media.selfies import Variant, selfie
from siaksim.population.country import Resident
from siaksim.scenario.build import Scenario, load
from siaksim.services.base import Answer, Call
from siaksim.services.catalog import OPERATIONS
from siaksim.services.subjects import client_of, subject_of
from siaksim.world import World, country_of

ROOT = Path(__file__).parent.parent
FORM = "application/x-www-form-urlencoded"


@lru_cache(maxsize=1)
def contracts() -> dict[str, Contract]:
    folder = ROOT / "contracts" / "openapi"
    return {f.stem: parse(f.stem, f.read_text(encoding="utf-8")) for f in folder.glob("*.yaml")}


@lru_cache(maxsize=1)
def scenario() -> Scenario:
    path = ROOT / "scenarios" / "normal-day.yaml"
    return load(path.read_text(encoding="utf-8"), path.name)


@lru_cache(maxsize=256)
def answer_schema(name: str, status: int, media: str) -> Any:
    """Return the validator of an answer; KeyError when the contract has none."""
    contract = contracts()[name.partition(".")[0]]
    operation = contract.operations[name]
    item = contract.document["paths"][operation.path_template][operation.method.lower()]
    response = resolved(contract.document, item["responses"][str(status)])
    if "content" not in response:
        return None
    schema = response["content"][media]["schema"]
    whole = {"allOf": [schema], "components": contract.document["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


@dataclass(frozen=True)
class Reply:
    """An answer, its JSON if it has any, and how many entries it committed."""

    answer: Answer
    entries: tuple[str, ...]

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def json(self) -> Any:
        return orjson.loads(self.answer.body)

    @property
    def code(self) -> str:
        return str(self.json["code"])

    @property
    def text(self) -> str:
        return self.answer.body.decode()

    def header(self, name: str) -> str:
        return dict(self.answer.headers)[name]


class Office:
    """One world on a stepped clock, and the ways in which its people call it."""

    def __init__(self, state: Path | None = None, **settings: Any) -> None:
        known = scenario()
        self.scenario = replace(known, settings=known.settings.model_copy(update=settings))
        self.file = state
        self.world = self._world(known.start)
        self.requests = 0

    def _world(self, now: float) -> World:
        store = FileStore(self.file, {"seed": self.scenario.seed}) if self.file else None
        ledger = Ledger(self.scenario.seed, store)
        return World("default", self.scenario, Clock(now, "manual"), ledger=ledger)

    def restart(self) -> None:
        """End the world and begin it anew from its ledger file."""
        self.restart_at(self.world.clock.now())

    def restart_at(self, now: float) -> None:
        """End the world and begin it anew from its ledger file, at an office time."""
        assert self.file is not None
        self.world.close()
        self.world = self._world(now)

    def call(
        self,
        name: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        token: str = "",
        accept: str = "",
        media: str = "application/json",
        base_url: str = "http://siak.test",
    ) -> Reply:
        """Make one call that fits the contract, and commit what it asks for."""
        call = self.prepared(name, body, path, query, token, accept, media, base_url)
        answer = OPERATIONS[name](call, self.world)
        content = answer.content_type.partition(";")[0]
        validator = answer_schema(name, answer.status, content)
        if validator is not None and content.endswith("json"):
            validator.validate(orjson.loads(answer.body))
        if answer.changes:
            self.world.commit(answer.changes, call.request)
        return Reply(answer, tuple(change.kind for change in answer.changes))

    def prepared(
        self,
        name: str,
        body: Mapping[str, Any] | bytes | None = None,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        token: str = "",
        accept: str = "",
        media: str = "application/json",
        base_url: str = "http://siak.test",
    ) -> Call:
        """Return a call as the exchange makes it, and check it against the contract."""
        operation = contracts()[name.partition(".")[0]].operations[name]
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"accept": accept} if accept else {}
        raw = body if isinstance(body, bytes) else b""
        if isinstance(body, Mapping):
            raw = urlencode(body).encode() if media == FORM else orjson.dumps(body)
        parsed, problems = check(operation, path or {}, query or {}, headers, media, raw)
        assert problems == []
        self.requests += 1
        call = Call(
            operation,
            *(path or {}, query or {}, headers, media, parsed, raw, "", f"r-{self.requests}"),
            base_url=base_url,
            now=self.world.clock.now(),
        )
        return replace(call, client=client_of(call, self.world))

    def subject(self, name: str, body: Any = None, **more: Any) -> str:
        """Return whom such a call is about."""
        return subject_of(self.prepared(name, body, **more), self.world)

    # -- people ----------------------------------------------------------------------------

    def adults(self, count: int, **wanted: Any) -> list[Resident]:
        """Return adults who may register, or who fit `wanted`."""
        query = {"ages": (20, 50), "status": "normal", "recorded": True, **wanted}
        return found(self.world, count, **query)

    def photo(self, resident: Resident, variant: Variant = "plain") -> bytes:
        return picture(chance.bits(self.world.seed, "face", resident.nik), variant)

    # -- steps -----------------------------------------------------------------------------

    def register(
        self, resident: Resident, device: str | Mapping[str, Any] = "phone-1", **changed: Any
    ) -> Reply:
        """Register a resident's phone, given by its id or in full."""
        phone = {"id": device, "platform": "android", "os_major": 13}
        body = {
            "nik": resident.nik,
            "email": "warga@example.test",
            "phone": "081234567890",
            "terms_version": "1.0",
            "device": phone if isinstance(device, str) else device,
            **changed,
        }
        return self.call("ikd.register", body)

    def officer(self, operator: str = "petugas01") -> str:
        """Log an officer in; return the session's token."""
        body = {"operator_id": operator, "password": f"siaksim-{operator}"}
        return str(self.call("siak.login", body).json["session_token"])

    def to_face(self, resident: Resident, device: str = "phone-1") -> tuple[str, str]:
        """Register and pass the face check; return (registration id, token)."""
        made = self.register(resident, device).json
        identity, token = made["registration_id"], made["token"]
        body = self.photo(resident)
        path = {"registration_id": identity}
        checked = self.call("ikd.upload_selfie", body, path=path, token=token, media="image/jpeg")
        assert checked.json["result"] == "match"
        return identity, token

    def phone_qr(self, identity: str, token: str) -> str:
        shown = self.call("ikd.show_qr", path={"registration_id": identity}, token=token)
        return str(shown.json["payload"])

    def scan(self, payload: str, session: str) -> Reply:
        return self.call("siak.scan_qr", {"payload": payload}, token=session)

    def to_mail(
        self, resident: Resident, device: str = "phone-1", session: str = ""
    ) -> tuple[str, str]:
        """Come as far as the mail; return (registration id, token)."""
        identity, token = self.to_face(resident, device)
        scanned = self.scan(self.phone_qr(identity, token), session or self.officer())
        assert scanned.status == 200
        return identity, token

    def link(self, identity: str, number: int = 0) -> str:
        mails = self.world.registry.registrations[identity].mails
        return self.world.registry.link_token(identity, number or len(mails))

    def mailed_code(self, identity: str, number: int = 0) -> str:
        mails = self.world.registry.registrations[identity].mails
        length = self.world.settings.code_length
        return self.world.registry.code(identity, number or len(mails), length)

    def captcha(self, link: str) -> str:
        return self.call("mail.captcha", path={"token": link}).header("Siaksim-Captcha-Answer")

    def activate(self, identity: str, number: int = 0, **changed: str) -> Reply:
        """Enter code and captcha as JSON on the page of a registration's mail."""
        link = self.link(identity, number)
        shown = self.call("mail.captcha", path={"token": link})
        answer = dict(shown.answer.headers).get("Siaksim-Captcha-Answer", "XXXXX")
        body = {"code": self.mailed_code(identity, number), "captcha": answer, **changed}
        return self.call("mail.activate", body, path={"token": link})

    def log_in(self, resident: Resident, pin: str, device: str = "phone-1") -> Reply:
        body = {"nik": resident.nik, "device_id": device, "pin": pin}
        return self.call("ikd.login", body)

    def to_active(self, resident: Resident, device: str = "phone-1") -> tuple[str, str]:
        """Come as far as the first login; return (registration id, session token)."""
        identity, _ = self.to_mail(resident, device)
        assert self.activate(identity).status == 200
        entered = self.log_in(resident, self.mailed_code(identity), device)
        assert entered.status == 201
        return identity, str(entered.json["session_token"])

    def standing(self, identity: str, token: str) -> str:
        """Return the state that Cek Status gives."""
        path = {"registration_id": identity}
        return str(self.call("ikd.status", path=path, token=token).json["state"])


@lru_cache(maxsize=64)
def _found(seed: int, settings: Any, today: Any, count: int, query: Any) -> tuple[Resident, ...]:
    people = country_of(seed, settings).find(today=today, limit=count, **dict(query))
    return tuple(people)


def found(world: World, count: int, **query: Any) -> list[Resident]:
    """Return residents; searched once for all tests."""
    key = tuple(sorted(query.items()))
    settings = world.scenario.population_settings
    return list(_found(world.seed, settings, world.today(), count, key))


@lru_cache(maxsize=64)
def picture(identity: int, variant: Variant) -> bytes:
    """Return a selfie; drawn once for all tests."""
    return selfie(identity, variant, 240)
