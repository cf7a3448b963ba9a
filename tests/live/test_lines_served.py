"""Sites' lines of a whole server: ports, identity, the journal, faults added by hand, verdicts."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from siaksim.testing.http import ask_json
from siaksim.verdict.history import History, read_history

from .conftest import Simulator, start
from .test_verdict_live import judged

pytestmark = pytest.mark.live
TOXIPROXY = pytest.param("toxiproxy", marks=pytest.mark.needs("toxiproxy-server"))
LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
DAY = """scenario: lines
story: Two sites and their lines.
seed: 7
clock: {start: 2024-07-11T08:00}
links:
  office: {client: counter.7}
  hall: {round_trip: 200ms}
"""


class Served:
    """A server with lines, and what clients of its sites see."""

    def __init__(self, folder: Path, *options: str, day: str = DAY) -> None:
        scenario = folder / "lines.yaml"
        scenario.write_text(day, encoding="utf-8")
        self.journals = folder / "journals"
        given = ("--scenario", str(scenario), "--journal", str(self.journals), *options)
        self.server: Simulator = start(*given)
        self.admin = f"{self.server.url}/__admin"
        # The banner is printed when every line is open.
        until(lambda: self.links() or None)
        self.http = httpx.Client(timeout=5)

    def links(self) -> dict[str, dict[str, Any]]:
        found = ask_json("GET", f"{self.admin}/links")["links"]
        return {site["link"]: site for site in found}

    def url(self, link: str) -> str:
        return str(self.links()[link]["url"])

    def add(self, text: str, **more: Any) -> str:
        body = {"text": text, **more}
        return str(ask_json("POST", f"{self.admin}/faults", body=body)["added"][0]["id"])

    def end(self, fault: str) -> None:
        httpx.delete(f"{self.admin}/faults/{quote(fault)}", timeout=5).raise_for_status()

    def lines(self, **where: str) -> list[dict[str, Any]]:
        query = {"format": "json", **where}
        found: list[dict[str, Any]] = ask_json("GET", f"{self.admin}/journal", query)["lines"]
        return found

    def history(self) -> History:
        return read_history(self.lines())

    def stop(self) -> None:
        self.http.close()
        assert self.server.stop() == 0


def until(true: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Return what is true once it is; AssertionError if it never is."""
    pause, end = threading.Event(), monotonic() + seconds
    while not (found := true()):
        assert monotonic() < end, "it never came"
        pause.wait(0.02)
    return found


@pytest.fixture(scope="module", params=["embedded", TOXIPROXY])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("served"), "--links", request.param)
    yield made
    made.stop()


def test_each_site_has_a_port_and_the_journal_says_by_which_a_call_came(served: Served) -> None:
    for link, client in (("office", "counter.7"), ("hall", "operator.petugas01")):
        answer = served.http.post(f"{served.url(link)}/siak/v1/sessions", json=LOGIN)
        assert answer.status_code == 201
        (line, *_) = reversed(served.lines(kind="decided"))
        assert (line["link"], line["client"]) == (link, client)
    served.http.post(f"{served.url('office')}/c/counter.2/siak/v1/sessions", json=LOGIN)
    assert served.lines(kind="decided")[-1]["client"] == "counter.2"  # what is said wins
    served.http.post(f"{served.server.url}/siak/v1/sessions", json=LOGIN)
    assert "link" not in served.lines(kind="decided")[-1]


def test_a_profile_acts_on_its_site_alone(served: Served) -> None:
    took = {}
    for link in ("office", "hall"):
        with httpx.Client(timeout=5) as http:
            http.get(f"{served.url(link)}/__admin/health")
            began = monotonic()
            http.get(f"{served.url(link)}/__admin/health")
            took[link] = monotonic() - began
    assert took["hall"] + 0.002 >= 0.2
    assert took["office"] < 0.2


def test_a_fault_added_by_hand_acts_on_the_line_until_it_is_ended(served: Served) -> None:
    url = f"{served.url('office')}/__admin/health"
    assert served.http.get(url).status_code == 200
    fault = served.add("{link: office, kind: link.down}")

    def refused() -> bool:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            return True
        return False

    until(refused)
    site = served.links()["office"]
    assert (site["down"], site["by"]) == (True, [fault])
    assert not served.links()["hall"]["down"]
    served.end(fault)
    until(lambda: not refused())
    window = served.history().windows[-1]
    assert (window.fault, window.kind) == (fault, "link.down")
    assert window.ended_s is not None
    time = served.history().lines.down[-1]
    assert (time.link, time.by) == ("office", (fault,))
    assert served.history().lines.was_down("office", (time.began_s + window.ended_s) / 2)


def test_a_photograph_goes_through_a_line(served: Served) -> None:
    fault = served.add("{link: office, kind: link.bandwidth, rate: 2MB/s, stream: up}")
    until(lambda: served.links()["office"]["toxics"])
    body = {"photo": "A" * 200_000}
    answer = served.http.post(f"{served.url('office')}/ikd/v1/registrations", json=body)
    served.end(fault)
    assert answer.status_code == 413  # read whole, and refused for a field that is too long
    assert served.lines(kind="decided")[-1]["body_size"] > 200_000


def test_the_same_scenario_gives_its_sites_ports_in_order(tmp_path: Path) -> None:
    for _ in range(5):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        try:
            made = Served(tmp_path, "--port", str(port))
        except AssertionError:
            continue  # somebody has taken one of the three meanwhile
        try:
            urls = [made.server.url, made.url("office"), made.url("hall")]
            assert urls == [f"http://127.0.0.1:{port + n}" for n in range(3)]
        finally:
            made.stop()
        return
    raise AssertionError("there were never three ports in a row")


def test_an_answer_that_the_line_took_is_no_answer_in_the_history(tmp_path: Path) -> None:
    made = Served(tmp_path)
    try:
        url = f"{made.url('office')}/siak/v1/sessions"
        assert made.http.post(url, json=LOGIN).status_code == 201
        made.add("{link: office, kind: link.latency, delay: 5s}")
        until(lambda: made.links()["office"]["toxics"])
        with pytest.raises(httpx.TransportError):
            httpx.post(url, json=LOGIN, timeout=0.5)
        made.add("{link: office, kind: link.down}")
        until(lambda: made.lines(kind="link", event="lost"))
        first, second = made.history().judged
        assert (first.end, first.told, first.link) == ("sent", True, "office")
        assert (second.end, second.told, second.status) == ("line", False, 0)
        assert second.ambiguous
        assert len(second.entries) == 1  # it was committed all the same
        assert 0.3 < second.took_s < 5
    finally:
        made.stop()


def test_drops_of_a_profile_come_by_the_office_clock(tmp_path: Path) -> None:
    drops = "{after: 10m, for: 2m}"
    day = DAY.replace("{round_trip: 200ms}", f"{{drops: {drops}}}")
    made = Served(tmp_path, "--shorten", "600", day=day)
    try:
        until(lambda: len(made.history().lines.down) >= 3)
        for time in made.history().lines.down[:2]:
            assert (time.link, time.by) == ("hall", ("profile",))
            assert time.ended_s is not None
            # Two office minutes are 0.2 s of the client's.
            assert 0.1 <= time.ended_s - time.began_s < 1.0
    finally:
        made.stop()


def test_a_reset_world_has_its_lines_anew(tmp_path: Path) -> None:
    made = Served(tmp_path)
    try:
        before = made.url("office")
        made.add("{link: office, kind: link.down}")
        until(lambda: made.links()["office"]["down"])
        httpx.post(f"{made.admin}/reset", json={}, timeout=5).raise_for_status()
        until(lambda: not made.links()["office"]["down"])
        assert made.url("office") == before
        assert httpx.get(f"{before}/__admin/health", timeout=5).status_code == 200
        opened = [line["link"] for line in made.lines(kind="link", event="opened")]
        assert opened == ["office", "hall"]
    finally:
        made.stop()


def _toxiproxy_of(server: int) -> int:
    """Return the process id of the Toxiproxy that a server has started (Linux)."""
    for task in Path(f"/proc/{server}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            if "toxiproxy" in Path(f"/proc/{child}/comm").read_text(encoding="utf-8"):
                return int(child)
    raise AssertionError("it has started none")


@pytest.mark.needs("toxiproxy-server")
def test_a_run_whose_toxiproxy_died_cannot_tell(tmp_path: Path) -> None:
    made = Served(tmp_path, "--links", "toxiproxy")
    try:
        made.http.post(f"{made.url('office')}/siak/v1/sessions", json=LOGIN)
        os.kill(_toxiproxy_of(made.server.process.pid), signal.SIGKILL)
        until(lambda: made.lines(kind="link", event="broken"))
    finally:
        made.stop()
    code, told = judged(str(made.journals), "--client", "counter")
    assert code == 3
    assert "INCONCLUSIVE" in told
    assert re.search(r"lines cannot be trusted:\s+Toxiproxy died \(killed by\s+signal 9\)", told)


@pytest.mark.needs("toxiproxy-server")
def test_what_an_engine_cannot_do_is_printed_and_journaled(tmp_path: Path) -> None:
    day = DAY.replace("{round_trip: 200ms}", "{profile: nat-idle, loss: {good: 20, bad: 2}}")
    made = Served(tmp_path, "--links", "toxiproxy", day=day)
    try:
        cannot = {line["link"]: line.get("cannot", []) for line in made.lines(kind="link")}
        assert cannot["office"] == []
        assert [text.partition(":")[0] for text in cannot["hall"]] == [
            "profile.loss.up",
            "profile.loss.down",
            "profile.nat_idle",
        ]
        fault = made.add("{link: office, kind: link.nat_idle, idle: 60s}")
        until(lambda: [x for x in made.lines(kind="link", event="changed") if x["by"] == []] or 1)
        assert fault not in made.links()["office"]["by"]  # it never acts, so it reaches nobody
    finally:
        made.stop()
