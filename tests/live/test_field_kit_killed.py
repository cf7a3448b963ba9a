"""A field kit that is killed with SIGKILL again and again loses nothing, and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.live
KIT = Path(__file__).parent.parent / "clients" / "dying_kit.py"
DAY = """
scenario: field-killed
story: Some answers to a kit are lost.
seed: 23
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: siak.sync, kind: lost_answer, how: reset, share: 25%}
  - {target: siak.sync, kind: error, status: 503, share: 20%}
"""
VISITORS = 5
POINTS = 45
"""Within so many points a life captures some, and sends some."""


def life(world: Any, folder: Path, dies_at: int) -> int:
    """Let the kit live until a point, or to its day's end; return its exit code."""
    admin = f"{world.server}/__admin/worlds/{world.name}"
    words = (world.base, admin, str(folder), str(dies_at))
    done = subprocess.run(
        [sys.executable, str(KIT), *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode


@pytest.mark.parametrize("seed", [1, 2])
def test_a_kit_that_is_killed_at_any_point_goes_on_where_it_was(
    make_world: Any, tmp_path: Path, seed: int
) -> None:
    world = make_world(text=DAY, clock="manual")
    made = world.admin("POST", "work", json={"residents": VISITORS, "visits": "school"}).json()
    world.advance(3600)  # all of them are there
    chance, killed = Random(seed), 0
    for _ in range(4):
        killed += life(world, tmp_path, chance.randint(1, POINTS)) != 0
    assert killed >= 2
    assert life(world, tmp_path, 0) == 0
    visitors = [visit["nik"] for visit in made["visits"]]
    said = {one["subject"]: one["outcome"] for one in outcomes(world)}
    assert set(said) == set(visitors)
    assert Counter(said.values()) == {"done": VISITORS - 1, "failed": 1}  # one is too young
    recorded = [entry["nik"] for entry in world.ledger() if entry["kind"] == "enrolled"]
    assert sorted(recorded) == sorted(nik for nik in visitors if said[nik] == "done")
    noted = [entry for entry in world.ledger() if entry["kind"] == "synced"]
    assert Counter(entry["data"]["result"] for entry in noted) == {"accepted": VISITORS - 1}


def outcomes(world: Any) -> list[dict[str, str]]:
    return list(world.admin("GET", "outcomes").json()["outcomes"])
