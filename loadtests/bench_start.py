"""How long a server takes to start: processor time until it says where it listens.

Beside it what its libraries alone take, since machines differ: the ratio is what counts.

    .venv/bin/python loadtests/bench_start.py
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from statistics import median

ROUNDS = 12
SERVE = "from siaksim.cli import main; main(['serve', '--port', '0'])"
LIBRARIES = "import click, flask, gevent.pywsgi, jsonschema_rs, orjson, pydantic, yaml"


def processor_s(code: str, until: str = "") -> float:
    """Return the processor seconds of a Python process, to its end or until it says `until`."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if until and until in line:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.stdout.close()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the table that docs/benchmarks.md has."""
    told = {"serve": "listens on", "libraries": ""}
    code = {"serve": SERVE, "libraries": LIBRARIES}
    found: dict[str, list[float]] = {name: [] for name in code}
    for _ in range(ROUNDS):
        for name, seconds in found.items():
            seconds.append(processor_s(code[name], told[name]))
    serve, libraries = median(found["serve"]), median(found["libraries"])
    print("| what | figure |\n| --- | --- |")
    print(f"| `siaksim serve` until it listens, s of processor time | {serve:.2f} |")
    print(f"| its libraries alone, imported, s | {libraries:.2f} |")
    print(f"| serve / libraries | {serve / libraries:.1f} |")


if __name__ == "__main__":
    main()
