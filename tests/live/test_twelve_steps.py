"""All twelve steps of an activation, from another process, on good and bad days."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from clients.walker import Direction, Walker

pytestmark = pytest.mark.live

# When each scenario's faults act.
DAYS = {
    "normal-day": "08:30",
    "siak-brownout": "08:40",
    "siak-blackout-25min": "09:12",
    "ambiguous-commit": "09:30",
}

KINDS = {
    "normal-day": {"latency", "error"},
    "siak-brownout": {"capacity"},
    "siak-blackout-25min": {"hang", "reset"},
    "ambiguous-commit": {"lost_answer", "reset", "error"},
}
WHY = {"capacity": ("waits ", "full: ")}
"""How a reason begins that is not drawn."""
STEPS = ("registered", "face_checked", "scanned", "mail_issued", "activated", "logged_in")


@pytest.mark.parametrize("direction", get_args(Direction))
@pytest.mark.parametrize("scenario", DAYS)
def test_a_citizen_is_activated(make_world: Any, scenario: str, direction: Direction) -> None:
    world = make_world(scenario=scenario, clock="auto")
    world.admin("POST", "clock", json={"to": DAYS[scenario]})
    # The rarest faults hit one citizen in seven: walk on until the journal shows one.
    for nik in world.residents(40):
        with Walker(world.base, nik, world.selfie(nik), world.advance) as walker:
            walker.walk(direction)
        kinds = [entry["kind"] for entry in world.ledger() if entry["nik"] == nik]
        assert set(STEPS) <= set(kinds)
        assert kinds.count("activated") == 1
        lines = world.journal()
        faults = [fault for line in lines for fault in line.get("faults", ())]
        if faults:
            break
    assert {fault["kind"] for fault in faults} <= KINDS[scenario]
    assert all(fault["why"].startswith(WHY.get(fault["kind"], "draw ")) for fault in faults)
    operations = {line["operation"] for line in lines if line["kind"] == "decided"}
    assert {"ikd.register", "mail.activate", "ikd.set_pin", "siak.search"} <= operations
    opened = {line["id"] for line in lines if line["kind"] == "decided"}
    assert opened == {line["id"] for line in lines if line["kind"] == "outcome"}


LOSING = """
scenario: losing
story: Every answer to a scan and to an activation is lost after the commit, for five minutes.
seed: 5
clock: {start: 2024-07-11T08:00}
timeline:
  - at: "08:00"
    for: 5m
    faults:
      - {target: [siak.scan_qr, mail.activate], kind: lost_answer, how: HOW}
"""


@pytest.mark.parametrize("how", ["reset", "hang", "gateway_504"])
def test_a_lost_answer_is_committed_once_and_given_again_by_its_key(
    make_world: Any, how: str
) -> None:
    world = make_world(text=LOSING.replace("HOW", how), clock="auto")
    nik = world.resident()
    with Walker(world.base, nik, world.selfie(nik), world.advance) as walker:
        identity = walker.register()
        walker.officer_logs_in()
        walker.meet_officer(identity, "officer_scans")
    first = next(status for path, status in walker.seen if path.endswith("/ikd/scans"))
    assert first in (0, 504)
    kinds = [entry["kind"] for entry in world.ledger() if entry["nik"] == nik]
    assert kinds.count("mail_issued") == 1
