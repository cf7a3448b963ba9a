"""Batches of recordings over real sockets: through both lanes, a lost answer and a kill -9."""

from __future__ import annotations

import signal
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from .conftest import QUIET, start

pytestmark = pytest.mark.live

LOSING = QUIET + "faults:\n  - {target: siak.sync, kind: lost_answer, how: reset, first: 1}\n"
ASKED: dict[str, str | int] = {"status": "never_recorded", "ages": "20-40", "limit": 5}
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
AT = "2024-07-11T08:00:00+07:00"


def batch(admin: str) -> dict[str, Any]:
    """Return a batch of five recordings: enough that their pictures are looked at in a thread."""
    people = httpx.get(f"{admin}/residents", params=ASKED, timeout=20).json()["residents"]
    items = []
    for number, person in enumerate(people):
        body = httpx.get(f"{admin}/residents/{person['nik']}/biometrics", timeout=20).json()
        item = {"kind": "enrolment", "client_ref": f"r-{number}", "captured_at": AT}
        items.append({**item, "enrolment": body})
    return {"device_id": "kit-1", "items": items}


def send(url: str, body: dict[str, Any], **headers: str) -> tuple[int, bytes]:
    """Log in, and send a batch; http.client adds no Connection header of its own."""
    opened = httpx.post(f"{url}/siak/v1/sessions", json=LOGIN, timeout=20).json()
    place = urlsplit(url)
    line = HTTPConnection(place.hostname or "", place.port, timeout=30)
    sent = {"Content-Type": "application/json", **headers}
    sent["Authorization"] = f"Bearer {opened['session_token']}"
    try:
        line.request("POST", f"{place.path}/siak/v1/sync/batches", orjson.dumps(body), sent)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def test_both_lanes_take_a_batch_and_give_the_same_results(simulator: Any, make_world: Any) -> None:
    told = []
    for headers in ({}, {"Connection": "keep-alive"}):
        world = make_world(text=QUIET, clock="manual")
        admin = f"{simulator.url}/__admin/worlds/{world.name}"
        status, answer = send(world.base, batch(admin), **headers)
        assert (status, answer.count(b'"accepted"')) == (200, 6)  # five, and their count
        (lane,) = (
            row["lane"]
            for row in world.journal()
            if row["kind"] == "decided" and row["operation"] == "siak.sync"
        )
        told.append((lane, answer))
    assert [lane for lane, _ in told] == ["hot", "other"]
    assert told[0][1] == told[1][1]


def test_a_batch_whose_answer_is_lost_and_whose_server_is_killed_is_taken_once(
    tmp_path: Path,
) -> None:
    day = tmp_path / "losing.yaml"
    day.write_text(LOSING, encoding="utf-8")
    options = ("--scenario", str(day), "--state", str(tmp_path / "state"))
    first = start(*options)
    try:
        body = batch(f"{first.url}/__admin")
        with pytest.raises((ConnectionError, HTTPException)):
            send(first.url, body)
    finally:
        first.stop(signal.SIGKILL)
    again = start(*options)
    try:
        with pytest.raises((ConnectionError, HTTPException)):
            send(again.url, body)  # the fault counts calls anew after a restart
        status, answer = send(again.url, body)
        assert status == 200
        assert orjson.loads(answer)["counts"]["already_known"] == 5
        ledger = httpx.get(f"{again.url}/__admin/ledger", timeout=20).json()
        assert sum(entry["kind"] == "enrolled" for entry in ledger["entries"]) == 5
    finally:
        assert again.stop() == 0
