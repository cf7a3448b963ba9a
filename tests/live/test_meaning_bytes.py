"""Faults of meaning as a client sees them on the wire, in both lanes of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.live

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n  - "
LANES = pytest.mark.parametrize(
    ("more", "lane"), [({}, "hot"), ({"Connection": "keep-alive"}, "other")]
)
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}


class Client:
    """One client on one connection to a world."""

    def __init__(self, port: int, world: Any, more: dict[str, str]) -> None:
        self.world = world
        self._more = more
        self._http = HTTPConnection("127.0.0.1", port, timeout=20)

    def call(
        self, method: str, path: str, body: Any = None, token: str = "", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        named = {**self._more, **headers}
        if isinstance(body, dict):
            named["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        if token:
            named["Authorization"] = f"Bearer {token}"
        self._http.request(method, f"/w/{self.world.name}{path}", body, named)
        answer = self._http.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def close(self) -> None:
        self._http.close()

    def lanes(self) -> set[str]:
        return {line["lane"] for line in self.world.journal() if line["kind"] == "decided"}

    def to_mail(self) -> str:
        """Come as far as the mail that has arrived; return the registration's path."""
        nik = self.world.resident()
        person = {"nik": nik, "email": f"w{nik}@example.test", "phone": "081234567890"}
        device = {"id": "phone-1", "platform": "android", "os_major": 13}
        data = {**person, "terms_version": "1.0", "device": device}
        made = json.loads(self.call("POST", "/ikd/v1/registrations", data)[2])
        self.own = made["token"]
        path = f"/ikd/v1/registrations/{made['registration_id']}"
        picture = self.world.selfie(nik)
        self.call("POST", f"{path}/selfie", picture, self.own, **{"Content-Type": "image/jpeg"})
        payload = json.loads(self.call("GET", f"{path}/qr", None, self.own)[2])["payload"]
        officer = json.loads(self.call("POST", "/siak/v1/sessions", LOGIN)[2])["session_token"]
        scanned = self.call("POST", "/siak/v1/ikd/scans", {"payload": payload}, officer)
        assert scanned[0] == 200, scanned
        self.world.advance(3600)
        return path

    def link(self) -> str:
        """Return the path in the newest mail."""
        status, _, body = self.call("GET", "/mail/api/v1/message/latest")
        assert status == 200, body
        text = json.loads(body)["Text"]
        return "/activation/" + str(text.partition("/activation/")[2].split()[0])


@pytest.fixture
def connect(simulator: Any, make_world: Any) -> Iterator[Any]:
    """Give a function that opens a client in a manual world of one fault."""
    opened: list[Client] = []

    def made(fault: str, more: dict[str, str]) -> Client:
        world = make_world(text=HEAD + fault + "\n", clock="manual")
        opened.append(Client(simulator.port, world, more))
        return opened[-1]

    yield made
    for client in opened:
        client.close()


@LANES
def test_a_soft_error_is_a_200_on_the_wire(connect: Any, more: dict[str, str], lane: str) -> None:
    client = connect("{target: siak.login, kind: soft_error, status: 503}", more)
    for _ in range(2):  # the connection is kept
        status, headers, body = client.call("POST", "/siak/v1/sessions", LOGIN)
        assert (status, headers["content-type"]) == (200, "application/json")
        assert json.loads(body)["status"] == 503
    assert client.lanes() == {lane}
    assert client.world.ledger() == []


@LANES
def test_the_date_on_the_wire_is_off(connect: Any, more: dict[str, str], lane: str) -> None:
    told = "{target: ikd.terms, kind: clock_skew, skew: 5h, runs: slow}"
    client = connect(told, more)
    _, headers, _ = client.call("GET", "/ikd/v1/terms")
    now = datetime.fromisoformat(client.world.admin("GET", "clock").json()["now"])
    assert (now - parsedate_to_datetime(headers["date"])).total_seconds() == 5 * 3600
    assert client.lanes() == {lane}


@LANES
def test_a_captcha_on_the_wire_is_noise_or_503(
    connect: Any, more: dict[str, str], lane: str
) -> None:
    client = connect("{target: mail.captcha, kind: captcha_down, how: unreadable, nth: 1}", more)
    client.to_mail()
    link = client.link()
    _, noise, picture = client.call("GET", f"{link}/captcha.png")
    assert (noise["content-type"], int(noise["content-length"])) == ("image/png", len(picture))
    with Image.open(BytesIO(picture)) as shown:
        shown.load()
    assert "siaksim-captcha-answer" not in noise
    assert "siaksim-captcha-answer" in client.call("GET", f"{link}/captcha.png")[1]
    down = connect("{target: mail.captcha, kind: captcha_down, how: error}", more)
    down.to_mail()
    status, headers, body = down.call("GET", f"{down.link()}/captcha.png")
    assert (status, headers["content-type"]) == (503, "application/problem+json")
    assert json.loads(body)["code"] == "service_unavailable"
    assert lane in client.lanes()


@LANES
def test_a_stale_status_on_the_wire_catches_up(
    connect: Any, more: dict[str, str], lane: str
) -> None:
    client = connect("{target: ikd.status, kind: stale_read, lag: 2h}", more)
    path = client.to_mail()
    assert client.call("GET", path, None, client.own)[0] == 404
    client.world.advance(3600)
    status, _, body = client.call("GET", path, None, client.own)
    assert (status, json.loads(body)["state"]) == (200, "MAIL_SENT")
    assert lane in client.lanes()


@LANES
def test_a_running_world_logs_everybody_out_at_the_minute(
    connect: Any, more: dict[str, str], lane: str
) -> None:
    fault = '{target: siak.*, kind: session_expiry, at: "09:00", for: 1m}'
    client = connect(fault, more)
    world = client.world
    token = json.loads(client.call("POST", "/siak/v1/sessions", LOGIN)[2])["session_token"]
    world.advance(600)
    search = ("POST", "/siak/v1/residents/search", {"nik": world.resident()}, token)
    assert client.call(*search)[0] == 200
    for _ in range(5):
        world.advance(599)
        assert client.call(*search)[0] == 200
    world.advance(600)
    status, _, body = client.call(*search)
    assert (status, json.loads(body)["code"]) == (401, "session_expired")
    assert [e["kind"] for e in world.ledger()] == ["session_opened", "sessions_ended"]
