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
from pathlib import Path

from siaksim.core.effects import Reset
from siaksim.core.facts import Facts
from siaksim.core.plan import Draw, FaultPlan, PlannedFault

CALLS = 4000
ROUNDS = 3
QUIET = "scenario: quiet\nstory: Quiet.\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"


class Rare:
    """A fault that is hardly ever drawn, so that the draw is what is measured."""

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Reset, ...]:
        """Return a reset."""
        return (Reset(),)


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


def decide_us(number: int) -> float:
    """Return the microseconds of one decision among `number` faults of one operation."""
    faults = [
        PlannedFault(f"f{n}", "rare", "transport", Rare(), ("siak.*",), share=0.5 / number)
        for n in range(number)
    ]
    plan = FaultPlan(1, faults)
    facts = [Facts("siak.search", "c.1", "c", False, f"s{n}", 1, True) for n in range(5000)]
    start = time.perf_counter()
    for fact in facts:
        plan.decide(fact, 0.0)
    return (time.perf_counter() - start) / len(facts) * 1e6


def main() -> None:
    """Print the figures as Markdown rows."""
    siaksim = str(Path(sys.executable).with_name("siaksim"))
    server = subprocess.Popen([siaksim, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)", server.stdout.readline())
    assert found is not None
    try:
        body = json.dumps({"name": "bench", "text": QUIET}).encode()
        asked = urllib.request.Request(
            f"{found[0]}/__admin/worlds", body, {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(asked).close()
        port = int(found[1])
        pairs = [
            (
                calls_per_second(port, "bench", b""),
                calls_per_second(port, "bench", b"Connection: keep-alive\r\n"),
            )
            for _ in range(ROUNDS)
        ]
    finally:
        server.terminate()
        server.communicate()
    hot, other = max(p[0] for p in pairs), max(p[1] for p in pairs)
    print(f"| hot lane, calls/s, one connection | {hot:.0f} |")
    print(f"| other lane, calls/s, one connection | {other:.0f} |")
    print(f"| hot / other | {hot / other:.1f} |")
    for number in (1, 5, 50, 500):
        print(f"| plan.decide, {number} faults, µs | {decide_us(number):.1f} |")


if __name__ == "__main__":
    main()
