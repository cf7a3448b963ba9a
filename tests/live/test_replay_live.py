"""`serve --record`, `siaksim replay` and `serve --reload`, each in a process of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from siaksim.replay.runfile import read_run

from .conftest import RemoteWorld, Simulator, start

pytestmark = pytest.mark.live

DAY = """\
scenario: rough
story: Calls are late, refused, cut and lost.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: all, kind: latency, share: 50%, delay: {uniform: {min: 1ms, max: 30ms}}}
  - {target: siak.search, kind: rate_limit, calls: 12, every: 1h}
  - {target: siak.*, kind: reset, share: 20%}
  - {target: siak.*, kind: cut, share: 10%}
  - {target: siak.*, kind: error, status: 503, share: 30%, retry_after: 7s}
"""
CLIENTS = 4
CALLS = 20
DEADLINE_S = 20.0


def visit(url: str, client: str, niks: list[str]) -> list[tuple[int, str, bytes]]:
    """Let one client ask for residents; return what it heard (status 0: no whole answer)."""
    heard = []
    with httpx.Client(base_url=f"{url}/c/{client}", timeout=20) as http:
        for number in range(CALLS):
            try:
                body = {"nik": niks[number % len(niks)]}
                answer = http.post("/siak/v1/residents/search", json=body)
            except httpx.TransportError as error:
                heard.append((0, type(error).__name__, b""))
            else:
                retry = answer.headers.get("retry-after", "")
                heard.append((answer.status_code, retry, answer.content))
    return heard


def visits(server: Simulator) -> dict[str, list[tuple[int, str, bytes]]]:
    """Let all clients call at once."""
    niks = RemoteWorld(server.url, "default").residents(3)
    names = [f"counter.{n}" for n in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return dict(zip(names, pool.map(lambda n: visit(server.url, n, niks), names), strict=True))


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.yaml"
    path.write_text(DAY)
    return path


def test_a_recorded_run_is_heard_again_by_each_client_from_another_process(
    day: Path, tmp_path: Path
) -> None:
    file = tmp_path / "run.json"
    server = start("--scenario", str(day), "--record", str(file))
    assert f"recording   {file}" in server.banner + rest_of_banner(server)
    first = visits(server)
    assert server.stop() == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert len({status for heard in first.values() for status, _, _ in heard}) >= 4
    day.write_text(DAY.replace("30%", "1%"))  # the run file needs no other file

    again = start(str(file), command=("replay",))
    assert visits(again) == first
    extra = httpx.get(f"{again.url}/c/kiosk.7/siak/v1/notices", timeout=20)
    assert extra.status_code == 200
    told = httpx.get(f"{again.url}/__admin/replay", timeout=20).json()
    wanted = {"recorded": CLIENTS * CALLS, "known": CLIENTS * CALLS, "unknown": 1, "unused": 0}
    assert {name: told[name] for name in wanted} == wanted
    lines = RemoteWorld(again.url, "default").journal()
    (unknown,) = (line for line in lines if line["kind"] == "replay")
    assert (unknown["client"], unknown["operation"]) == ("kiosk.7", "siak.notices")
    again.process.send_signal(signal.SIGTERM)
    assert again.process.stdout is not None
    said = again.process.stdout.read()
    assert again.stop() == 0
    assert "80 of 80 recorded calls were made again, 0 were not, and 1 calls were unknown" in said
    assert "  unknown  kiosk.7 siak.notices - attempt 1" in said


def rest_of_banner(server: Simulator) -> str:
    """Return what the server has said until the first line to paste."""
    assert server.process.stdout is not None
    said = ""
    while "  curl" not in said:
        said += server.process.stdout.readline()
    return said


def test_kill_9_loses_no_decision_that_was_answered(day: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    server = start("--scenario", str(day), "--record", str(file))
    heard = visit(server.url, "counter.1", RemoteWorld(server.url, "default").residents(3))
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    whole = file.read_bytes()
    assert len(read_run(whole, "run.json").calls) == CALLS
    file.write_bytes(whole[:-5])  # the line that a kill may tear
    again = start(str(file), command=("replay",))
    assert "last line was cut off" in rest_of_banner(again)
    told = visit(again.url, "counter.1", RemoteWorld(again.url, "default").residents(3))
    assert told[:-1] == heard[:-1]
    assert httpx.get(f"{again.url}/__admin/replay", timeout=20).json()["unknown"] == 1
    assert again.stop() == 0


def test_a_manual_clock_may_be_asked_for(day: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    server = start("--scenario", str(day), "--record", str(file))
    assert server.stop() == 0
    again = start(str(file), "--clock", "manual", command=("replay",))
    world = RemoteWorld(again.url, "default")
    before = world.admin("GET", "clock").json()
    world.advance(60)
    assert before["mode"] == "manual"
    assert world.admin("GET", "clock").json()["now"] != before["now"]
    assert again.stop() == 0


# -- hot reload ----------------------------------------------------------------------------


class Watched:
    """A server that reloads, and the file that it reloads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.server = start("--scenario", str(file), "--reload")
        assert "reloads" in rest_of_banner(self.server)
        self.http = httpx.Client(base_url=self.server.url, timeout=20)

    def shares(self) -> list[float]:
        return [fault["share"] for fault in self.http.get("/__admin/scenario").json()["faults"]]

    def events(self) -> list[str]:
        lines = self.http.get("/__admin/journal?kind=world&format=json").json()["lines"]
        return [line["event"] for line in lines[1:]]

    def until(self, holds: Callable[[], Any]) -> None:
        """Ask the server again and again until something holds; fail after the deadline."""
        end = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < end, (self.events(), self.shares())

    def replace(self, text: str) -> None:
        """Save as many editors do: write another file and rename it over the old one."""
        other = self.file.with_suffix(".new")
        other.write_text(text)
        os.replace(other, self.file)

    def said(self, wanted: str) -> str:
        """Return what the terminal says next, up to a line with these words."""
        assert self.server.process.stdout is not None
        said = ""
        while wanted not in said:
            line = self.server.process.stdout.readline()
            assert line, said
            said += line
        return said


@pytest.fixture
def watched(day: Path) -> Iterator[Watched]:
    found = Watched(day)
    yield found
    health = found.http.get("/__admin/health").json()
    found.http.close()
    assert found.server.stop() == 0
    assert health["internal_errors"] == 0


def test_edits_renames_mistakes_and_deletions_meet_a_running_server(watched: Watched) -> None:
    file = watched.file
    file.write_text(DAY.replace("30%", "40%"))
    watched.until(lambda: watched.shares()[-1] == 0.4)
    watched.replace(DAY.replace("30%", "50%"))
    watched.until(lambda: watched.shares()[-1] == 0.5)
    assert watched.events() == ["scenario"] * 2

    file.write_text(DAY.replace("kind: cut", "kind: cutt").replace("seed: 5", "seed: five"))
    watched.until(lambda: "scenario_refused" in watched.events())
    said = watched.said("not reloaded; the plan stays as it was.")
    assert f"{file}:3:7: seed: " in said
    assert f"{file}:10:28: faults[3].kind: " in said
    assert "Traceback" not in said
    assert watched.shares()[-1] == 0.5

    file.unlink()
    watched.until(lambda: watched.events().count("scenario_refused") == 2)
    assert watched.shares()[-1] == 0.5
    watched.replace(DAY.replace("30%", "60%"))
    watched.until(lambda: watched.shares()[-1] == 0.6)
    assert watched.events() == ["scenario"] * 2 + ["scenario_refused"] * 2 + ["scenario"]
    failed = sum(watched.http.get("/ikd/v1/terms").status_code != 200 for _ in range(10))
    assert failed == 0


def test_a_file_written_in_halves_ends_as_the_whole(watched: Watched) -> None:
    text = DAY.replace("30%", "70%")
    with watched.file.open("w") as file:
        for line in text.splitlines(keepends=True):
            file.write(line)
            file.flush()
            watched.http.get("/ikd/v1/terms")
    watched.until(lambda: watched.shares()[-1:] == [0.7])
    assert len(watched.shares()) == 5


def test_calls_of_a_recorded_and_reloaded_day_are_replayed(day: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    server = start("--scenario", str(day), "--record", str(file), "--reload")
    niks = RemoteWorld(server.url, "default").residents(3)
    before = visit(server.url, "counter.1", niks)
    day.write_text(DAY.partition("faults:")[0])
    end = time.monotonic() + DEADLINE_S
    while httpx.get(f"{server.url}/__admin/scenario", timeout=20).json()["faults"]:
        assert time.monotonic() < end
    after = visit(server.url, "counter.1", niks)
    assert server.stop() == 0
    kinds = [orjson.loads(line).get("kind") for line in file.read_bytes().splitlines()[1:]]
    assert kinds == ["call"] * CALLS + ["scenario"] + ["call"] * CALLS
    again = start(str(file), command=("replay",))
    assert visit(again.url, "counter.1", niks) == before
    assert visit(again.url, "counter.1", niks) == after
    assert again.stop() == 0
