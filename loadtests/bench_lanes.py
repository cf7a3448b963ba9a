"""How much the hot lane saves, and what a plan costs: ratios from one run, on loopback.

Run: .venv/bin/python loadtests/bench_lanes.py
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from siaksim.core.facts import Facts
from siaksim.core.plan import FaultPlan
from siaksim.scenario.build import load

CALLS = 4000
ROUNDS = 3
NUMBERS = (1, 5, 50, 500)
HEAD = "scenario: quiet\nstory: Quiet.\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
# Half of all calls are struck, however many faults share them.
RHYTHMS: dict[str, Callable[[float], str]] = {
    "steady": lambda share: f"share: {share:.4f}%",
    "first: 3": lambda share: f"share: {share:.4f}%, first: 3",
    "burst": lambda share: f"share: {share:.4f}%, burst: {{good: 500s, bad: 50s}}",
    "flap": lambda share: f"share: {share:.4f}%, flap: {{down: 5m, up: 10m, jitter: 2m}}",
    "ramp": lambda share: f'at: "08:00", for: 5h, ramp: {{from: 0%, to: {share:.4f}%}}',
}


def calls_per_second(port: int, world: str, header: bytes) -> float:
    """Return sequential calls a second on one kept connection."""
    request = b"GET /w/%b/siak/v1/notices HTTP/1.1\r\nHost: a\r\n%b\r\n" % (world.encode(), header)
    with socket.create_connection(("127.0.0.1", port)) as sock:
        start = time.perf_counter()
        for _ in range(CALLS):
            sock.sendall(request)
            while not sock.recv(65536).endswith(b"}"):
                pass
        return CALLS / (time.perf_counter() - start)


def faults(number: int, kind: str, mods: Callable[[float], str]) -> str:
    """Return a scenario of so many faults of all SIAK's operations."""
    line = f"  - {{target: siak.*, kind: {kind}, {mods(50 / max(1, number))}}}\n"
    return HEAD + ("faults:\n" + line * number if number else "")


def decide_us(number: int, mods: Callable[[float], str]) -> float:
    """Return the microseconds of one decision among `number` faults; two calls a second."""
    scenario = load(faults(number, "reset", mods), "bench")
    facts = [
        Facts("siak.search", "c.1", "c", False, f"s{n}", 1, True, call=n + 1) for n in range(5000)
    ]
    found = []
    for _ in range(ROUNDS):
        plan = FaultPlan(1, scenario.faults)
        start = time.process_time()
        for number_, fact in enumerate(facts):
            plan.decide(fact, scenario.start + 3600 + number_ * 0.5)
        found.append((time.process_time() - start) / len(facts) * 1e6)
    return min(found)


def make_world(url: str, name: str, text: str) -> None:
    """Make a world with a scenario."""
    body = json.dumps({"name": name, "text": text}).encode()
    asked = urllib.request.Request(
        f"{url}/__admin/worlds", body, {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(asked).close()


def main() -> None:
    """Print the figures as Markdown rows."""
    siaksim = str(Path(sys.executable).with_name("siaksim"))
    server = subprocess.Popen([siaksim, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)", server.stdout.readline())
    assert found is not None
    lanes: dict[str, list[float]] = {}
    try:
        # noop is drawn and journaled as any fault is, and leaves an answer to be timed.
        for number in (0, 5, 50):
            make_world(found[0], f"bench{number}", faults(number, "noop", RHYTHMS["steady"]))
        port = int(found[1])
        for _ in range(ROUNDS):  # by turns, so that a busy moment strikes all alike
            for number in (0, 5, 50):
                speed = calls_per_second(port, f"bench{number}", b"")
                lanes.setdefault(f"hot lane, {number} faults", []).append(speed)
            other = calls_per_second(port, "bench0", b"Connection: keep-alive\r\n")
            lanes.setdefault("other lane, 0 faults", []).append(other)
    finally:
        server.terminate()
        server.communicate()
    for name, speeds in lanes.items():
        print(f"| {name}, calls/s, one connection | {max(speeds):.0f} |")
    hot, other = (max(lanes[f"{lane}, 0 faults"]) for lane in ("hot lane", "other lane"))
    print(f"| hot / other | {hot / other:.1f} |")
    print()
    print("| faults | " + " | ".join(RHYTHMS) + " |")
    print("| --- |" + " --- |" * len(RHYTHMS))
    for number in NUMBERS:
        figures = [f"{decide_us(number, mods):.1f}" for mods in RHYTHMS.values()]
        print(f"| {number} | " + " | ".join(figures) + " |")


if __name__ == "__main__":
    main()
