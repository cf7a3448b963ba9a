"""A journal file and the running server that wrote it give one verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from siaksim.edges import judging

from .conftest import RemoteWorld, Simulator, start

pytestmark = pytest.mark.live

CALLS = 30


def judged(*arguments: str) -> tuple[int, str]:
    command = [str(Path(sys.executable).with_name("siaksim")), "verdict", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Simulator, RemoteWorld]]:
    server = start("--journal", str(tmp_path / "journals"), "--token", "s3cret")
    headers = {"Authorization": "Bearer s3cret"}
    made = {"name": "demo", "scenario": "siak-blackout-25min", "clock": "manual"}
    answer = httpx.post(f"{server.url}/__admin/worlds", json=made, headers=headers, timeout=20)
    assert answer.status_code == 201
    world = RemoteWorld(server.url, "demo")
    with httpx.Client(base_url=f"{world.base}/c/counter.1", timeout=20) as http:
        for _ in range(CALLS):
            http.get("/ikd/v1/terms")
        http.get("/ikd/v1/nowhere")
        http.post("/siak/v1/residents/search?nik=" + "1" * 16, json={})
    yield server, world
    assert server.stop() == 0


def test_file_and_live_verdict_are_equal(
    serving: tuple[Simulator, RemoteWorld], tmp_path: Path
) -> None:
    server, world = serving
    live, filed = tmp_path / "live.json", tmp_path / "file.json"
    common = ("--client", "counter", "--world", "demo", "--lang", "id")
    from_live = judged(server.url, *common, "--json", str(live), "--token", "s3cret")
    from_file = judged(str(tmp_path / "journals"), *common, "--json", str(filed))
    assert from_live == from_file
    assert from_live[0] == 1
    assert live.read_bytes() == filed.read_bytes()
    asked: Any = httpx.get(
        f"{server.url}/__admin/worlds/demo/verdict?client=counter&lang=id",
        headers={"X-Siaksim-Token": "s3cret"},
        timeout=20,
    )
    found = asked.json()
    assert found == json.loads(live.read_bytes())
    assert found["runs"][0]["calls"] >= CALLS
    assert {r["rule"] for r in found["runs"][0]["rules"] if r["value"] == "FAIL"} >= {
        "known_operation",
        "request_valid",
    }
    code, told = judged(world.base, "--client", "counter", "--lang", "id", "--token", "s3cret")
    assert (code, told) == from_live


@pytest.mark.parametrize("page", [1, 7, 68])
def test_a_journal_of_many_pages_is_read_whole(
    serving: tuple[Simulator, RemoteWorld], monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    _, world = serving
    said: list[str] = []
    for size in (judging.PAGE, page):
        monkeypatch.setattr(judging, "PAGE", size)
        options = judging.VerdictOptions(world.base, "counter", token="s3cret")
        assert judging.give_verdict(options, said.append) == 1
    assert said[0] == said[1]


def test_a_server_that_refuses_is_told_so(serving: tuple[Simulator, RemoteWorld]) -> None:
    server, _ = serving
    command = [str(Path(sys.executable).with_name("siaksim")), "verdict", server.url]
    for more, said in [
        ((), "the token is missing or wrong. Give --token, or set SIAKSIM_TOKEN."),
        (("--token", "s3cret", "--world", "none"), "there is no world 'none'."),
    ]:
        done = subprocess.run(
            [*command, "--client", "counter", *more],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
