"""A KTP-el recording with its pictures over real sockets: in both lanes, and through a kill -9."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import QUIET, start

pytestmark = pytest.mark.live

ASKED: dict[str, str | int] = {"status": "never_recorded", "ages": "20-40", "limit": 1}
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}


def recorded(simulator: Any, world: Any, *headers: str) -> tuple[bytes, str, str]:
    """Record the first who never was; return the answer's bytes, its lane and the record's id."""
    nik = world.admin("GET", "residents", params=ASKED).json()["residents"][0]["nik"]
    body = world.admin("GET", f"residents/{nik}/biometrics").content
    assert 20_000 < len(body) < 100_000
    opened = httpx.post(f"{world.base}/siak/v1/sessions", json=LOGIN, timeout=20).json()
    head = (
        f"POST /w/{world.name}/siak/v1/ktp-el/enrolments HTTP/1.1",
        *("Host: localhost", "Content-Type: application/json"),
        f"Authorization: Bearer {opened['session_token']}",
        *(f"Content-Length: {len(body)}", *headers),
    )
    data = b""
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=20) as sock:
        sock.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        sock.shutdown(socket.SHUT_WR)
        while chunk := sock.recv(65536):
            data += chunk
    (line,) = (
        row
        for row in world.journal()
        if row["kind"] == "decided" and row["operation"] == "siak.enrol"
    )
    identity = re.search(rb"enr-[0-9A-Za-z]{12}", data)
    assert identity, data
    return data.replace(world.name.encode(), b"W"), line["lane"], identity[0].decode()


def test_both_lanes_take_a_recording_and_answer_with_the_same_bytes(
    simulator: Any, make_world: Any
) -> None:
    hot, other = (
        recorded(simulator, make_world(text=QUIET, clock="manual"), *header)
        for header in ((), ("Connection: keep-alive",))
    )
    assert hot[0].startswith(b"HTTP/1.1 201 Created\r\n")
    assert hot[0] == other[0]
    assert (hot[1], other[1]) == ("hot", "other")


def test_a_recording_survives_kill_9_and_never_goes_back(tmp_path: Path) -> None:
    first = start("--state", str(tmp_path), "--speed", "1000")
    try:
        here = f"{first.url}/__admin"
        nik = httpx.get(f"{here}/residents", params=ASKED, timeout=20).json()["residents"][0]["nik"]
        body = httpx.get(f"{here}/residents/{nik}/biometrics", timeout=20).json()
        token = httpx.post(f"{first.url}/siak/v1/sessions", json=LOGIN, timeout=20).json()
        own = {"Authorization": f"Bearer {token['session_token']}"}
        where = f"{first.url}/siak/v1/ktp-el/enrolments"
        made = httpx.post(where, json=body, headers=own, timeout=20)
        assert made.status_code == 201
        httpx.post(f"{here}/blanks", json={"add": 7}, timeout=20)
        kept = made.json()["enrolment_id"]
        seen: list[str] = []
        while "SENT_FOR_ENROLLMENT" not in seen:  # within some seconds, at this speed
            seen.append(httpx.get(f"{where}/{kept}", headers=own, timeout=20).json()["status"])
        before = httpx.get(f"{here}/enrolments/{kept}", timeout=20).json()
    finally:
        first.stop(signal.SIGKILL)
    again = start("--state", str(tmp_path), "--speed", "1000")
    try:
        after = httpx.get(f"{again.url}/__admin/enrolments/{kept}", timeout=20).json()
        assert after["history"][: len(before["history"])] == before["history"]
        blanks = httpx.get(f"{again.url}/__admin/blanks", timeout=20).json()
        assert blanks["supplied"] == 507
    finally:
        assert again.stop() == 0
