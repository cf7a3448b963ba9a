"""A manual clock fires everything that is due, in order: a whole office day, event by event."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from siaksim.core import chance
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.exchange import Raw
from siaksim.media.selfies import selfie
from siaksim.world import World

DAY = """
scenario: a-day
story: A whole day, with an outage in the morning and slow mail at noon.
seed: 7
clock: {start: 2024-07-11T08:00}
hours: {mon-fri: "08:00-15:30"}
settings: {mail_delay: 90s, session_idle: 15m, session_absolute: 4h}
timeline:
  - {at: "09:10", for: 25m, faults: [{target: siak.*, kind: reset, id: outage}]}
  - {at: "12:00", until: "13:00", faults: [{target: ikd.*, kind: error, status: 503, id: lunch}]}
  - {at: "15:00", for: 30m, hours: office, faults: [{target: all, kind: noop, id: last}]}
"""
QUIET = DAY[: DAY.index("timeline")].replace("a-day", "quiet")


@pytest.fixture(scope="module")
def whole() -> Assembly:
    return assemble()


@pytest.fixture
def world(whole: Assembly) -> Iterator[World]:
    found = whole.worlds.create("day", whole.worlds.inline(DAY), mode="manual")
    yield found
    whole.worlds.delete("day")


class Desk:
    """A citizen with a phone and an officer, who call at the minutes that they are told."""

    def __init__(self, whole: Assembly, world: World) -> None:
        self.whole, self.world = whole, world

    def call(self, method: str, path: str, body: Any = b"", token: str = "", kind: str = "") -> Any:
        headers = {"content-type": kind or "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        raw = Raw(method, f"/w/day/c/counter.1{path}", headers, data)
        conn = self.whole.exchange.call(raw)
        if not conn.data:
            return conn.ended
        answer = conn.data.partition(b"\r\n\r\n")[2]
        return orjson.loads(answer) if answer else None

    def to_mail(self, session: str) -> None:
        """Register, pass the face check, show the code and have it scanned."""
        country = self.world.country
        today = self.world.today()
        (who,) = country.find(today=today, age=30, status="normal", recorded=True, limit=1)
        made = self.call(
            "POST",
            "/ikd/v1/registrations",
            {
                "nik": who.nik,
                "email": "warga@example.test",
                "phone": "081234567890",
                "terms_version": "1.0",
                "device": {"id": "phone-1", "platform": "android", "os_major": 13},
            },
        )
        base = f"/ikd/v1/registrations/{made['registration_id']}"
        face = selfie(chance.bits(self.world.seed, "face", who.nik), "plain", 240)
        checked = self.call("POST", f"{base}/selfie", face, made["token"], "image/jpeg")
        assert checked["result"] == "match"
        shown = self.call("GET", f"{base}/qr", token=made["token"])
        self.call("POST", "/siak/v1/ikd/scans", {"payload": shown["payload"]}, session)

    def log_in(self) -> str:
        body = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
        return str(self.call("POST", "/siak/v1/sessions", body)["session_token"])


def events(world: World) -> list[str]:
    """Return what happened by itself: time of day, and what."""
    found = []
    for line in world.journal.lines:
        what = line.get("fault") or line.get("by") or line.get("number")
        if line["kind"] in ("fault", "session", "mail"):
            found.append(f"{line['at'][11:23]} {line['kind']} {line['event']} {what}")
    return found


def test_a_day_of_seven_and_a_half_hours_is_told_event_by_event(
    whole: Assembly, world: World
) -> None:
    desk = Desk(whole, world)
    begin = time.process_time()
    session = desk.log_in()
    desk.to_mail(session)
    world.advance(70 * 60 + 30)  # into the outage
    assert desk.call("GET", "/siak/v1/notices", token=session) == "reset"
    world.advance(6.5 * 3600)
    took = time.process_time() - begin
    assert events(world) == [
        "08:00:00.000 mail queued 1",
        "08:01:30.000 mail delivered 1",
        "08:15:00.000 session expired idle",
        "09:10:00.000 fault began outage",
        "09:35:00.000 fault ended outage",
        "12:00:00.000 fault began lunch",
        "13:00:00.000 fault ended lunch",
        "15:00:00.000 fault began last",
        "15:30:00.000 fault ended last",
    ]
    numbers = [line["n"] for line in world.journal.lines]
    assert numbers == sorted(numbers)
    assert world.counters.internal_errors == 0
    assert took < 2.0  # of processor time: the selfie and its check are nearly all of it


def test_time_alone_takes_milliseconds(world: World) -> None:
    begin = time.process_time()
    for _ in range(450):  # every minute of the day
        world.advance(60)
    assert time.process_time() - begin < 0.25
    assert len(events(world)) == 6


def test_a_day_passed_in_one_step_or_in_many_tells_the_same(whole: Assembly) -> None:
    told = []
    for step in (7.5 * 3600, 60, 7):
        world = whole.worlds.create("day", whole.worlds.inline(DAY), mode="manual")
        desk = Desk(whole, world)
        desk.to_mail(desk.log_in())
        for _ in range(int(7.5 * 3600 / step) + 1):
            world.advance(step)
        told.append(events(world))
        whole.worlds.delete("day")
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 9


def test_a_session_that_is_used_lives_on_until_it_is_too_old(whole: Assembly, world: World) -> None:
    whole.worlds.change_scenario("day", whole.worlds.inline(QUIET))
    desk = Desk(whole, world)
    session = desk.log_in()
    for _ in range(30):
        world.advance(10 * 60)
        desk.call("POST", "/siak/v1/residents/search", {"nik": "3576014107079000"}, session)
    assert events(world) == ["12:00:00.000 session expired age"]


def test_a_session_that_was_closed_does_not_run_out(whole: Assembly, world: World) -> None:
    desk = Desk(whole, world)
    desk.call("DELETE", "/siak/v1/sessions/current", token=desk.log_in())
    world.advance(7.5 * 3600)
    closed = [line for line in world.journal.lines if line.get("entry") == "session_closed"]
    assert len(closed) == 1
    assert not [text for text in events(world) if "session" in text]


def test_faults_of_a_scenario_that_was_put_aside_are_not_told_of(
    whole: Assembly, world: World
) -> None:
    world.advance(75 * 60)
    whole.worlds.change_scenario("day", whole.worlds.inline(QUIET))
    world.advance(6 * 3600)
    assert events(world) == ["09:10:00.000 fault began outage"]
