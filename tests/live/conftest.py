"""A real siaksim in another process, and worlds on it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fault_caller import Caller

QUIET = """
scenario: quiet
story: Nothing goes wrong.
seed: 1
clock: {start: 2024-07-11T08:00}
"""


@dataclass
class Simulator:
    """A running server: its base URL and process."""

    url: str
    process: subprocess.Popen[str]
    banner: str

    @property
    def port(self) -> int:
        found = urlsplit(self.url).port
        assert found is not None
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def start(*options: str, command: Sequence[str] = ("serve",)) -> Simulator:
    """Start `siaksim serve --port 0` (or another command) and wait for where it listens."""
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("siaksim")), *command, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    banner = ""
    for line in process.stdout:
        banner += line
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return Simulator(found[0], process, banner)
    process.stdout.close()
    process.wait(timeout=20)
    raise AssertionError(f"the server did not start:\n{banner}")


@dataclass
class RemoteWorld:
    """One world on the server, steered by the control API."""

    server: str
    name: str

    @property
    def base(self) -> str:
        return f"{self.server}/w/{self.name}"

    def admin(self, method: str, part: str, **more: Any) -> Any:
        url = f"{self.server}/__admin/worlds/{self.name}/{part}"
        answer = httpx.request(method, url, timeout=20, **more)
        assert answer.is_success, answer.text
        return answer

    def advance(self, seconds: float) -> None:
        """Let office time pass."""
        self.admin("POST", "clock", json={"advance": seconds})

    def resident(self, **filters: Any) -> str:
        """Return the NIK of a resident who fits, 30 years old unless said otherwise."""
        return self.residents(50, **filters)[0]

    def residents(self, count: int, **filters: Any) -> list[str]:
        """Return NIKs of residents who fit and whom the face check can compare with a photo."""
        asked = {"age": 30, "status": "normal", "recorded": "true", "limit": count, **filters}
        found = self.admin("GET", "residents", params=asked).json()["residents"]
        return [str(r["nik"]) for r in found if r["has_photo"]]

    def person(self, area: str) -> dict[str, Any]:
        """Return an ordinary resident of an area, with the birth date day first too."""
        asked = {"age": 30, "status": "normal", "recorded": "true", "limit": 1, "area": area}
        found = self.admin("GET", "residents", params=asked).json()["residents"][0]
        year, month, day = found["birth_date"].split("-")
        return dict(found) | {"day_first": f"{day}-{month}-{year}"}

    def selfie(self, nik: str, variant: str = "plain") -> bytes:
        path = f"residents/{nik}/selfie"
        return bytes(self.admin("GET", path, params={"variant": variant}).content)

    def journal(self) -> list[dict[str, Any]]:
        found = self.admin("GET", "journal", params={"limit": 10000})
        if "ndjson" in found.headers["content-type"]:
            return [httpx.Response(200, text=line).json() for line in found.text.splitlines()]
        return list(found.json()["lines"])

    def ledger(self) -> list[dict[str, Any]]:
        return list(self.admin("GET", "ledger").json()["entries"])


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    """The server that all live tests share."""
    server = start()
    yield server
    health = httpx.get(f"{server.url}/__admin/health", timeout=20).json()
    assert server.stop() == 0
    assert health["internal_errors"] == 0


@pytest.fixture(scope="session")
def make_world(simulator: Simulator) -> Any:
    """Return a function that makes a world from a scenario's name or text."""

    def make(**options: Any) -> RemoteWorld:
        answer = httpx.post(f"{simulator.url}/__admin/worlds", json=options, timeout=20)
        assert answer.status_code == 201, answer.text
        return RemoteWorld(simulator.url, answer.json()["name"])

    return make


@pytest.fixture
def caller(simulator: Any, make_world: Any, header: tuple[str, ...]) -> Caller:
    return Caller(simulator.port, make_world, header)
