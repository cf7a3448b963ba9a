"""Finite centres through the control API: how they stand, a storm, and shedding by hand."""

from __future__ import annotations

from typing import Any

import pytest
from control_harness import ok
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly, assemble

SCENARIO = """\
scenario: storm
story: A minute's stall.
seed: 5
clock: {{start: 2024-07-11T09:00}}
capacity:
  siak: {{servers: 10, service_time: 500ms}}
  background: {{load: 70%, manners: {manners}}}
timeline:
  - {{at: "09:05", for: 1m, faults: [{{target: siak.*, kind: stall}}]}}
"""
SHED = (
    "{target: siak.*, kind: shed, drop_queue: true, at: '09:10', for: 10m, "
    "ramp: {from: 98%, to: 0%}}"
)


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble()


def client_of(assembled: Assembly, manners: str) -> FlaskClient:
    worlds, text = assembled.worlds, SCENARIO.format(manners=manners)
    worlds.close()
    worlds.create("default", worlds.inline(text), mode="manual", text=text)
    return assembled.app.test_client()


def at(client: FlaskClient, clock: str) -> dict[str, Any]:
    ok(client.post("/__admin/clock", json={"to": clock}))
    found: dict[str, Any] = ok(client.get("/__admin/capacity"))["services"]["siak"]
    return found


def test_a_world_without_capacity_has_no_centres(assembled: Assembly) -> None:
    worlds = assembled.worlds
    worlds.close()
    text = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
    worlds.create("default", worlds.inline(text), mode="manual")
    client = assembled.app.test_client()
    assert ok(client.get("/__admin/capacity"))["services"] == {}
    assert "siaksim_capacity" not in client.get("/__admin/metrics").text


def test_careful_people_let_the_centre_recover_from_the_stall(assembled: Assembly) -> None:
    client = client_of(assembled, "careful")
    before = at(client, "09:05")
    assert (before["recovered"], before["speed"], before["places"]) == (None, 0.0, None)
    assert before["lately"]["goodput"] == pytest.approx(14.0, rel=0.2)
    stalled = at(client, "09:06")
    assert stalled["waiting"] > 700
    assert stalled["lately"]["goodput"] == 0.0
    assert at(client, "09:07")["recovered"] is False
    after = at(client, "09:12")
    assert after["recovered"] is True
    assert 80.0 <= after["recovered_after_s"] <= 240.0
    assert after["others"]["amplification"] < 1.11
    assert after["lately"]["wasted_share"] == 0.0


def test_careless_people_keep_it_down_until_calls_are_shed_by_hand(assembled: Assembly) -> None:
    client = client_of(assembled, "careless")
    storm = at(client, "09:10")
    assert storm["recovered"] is False
    assert storm["lately"]["goodput"] < 1.0
    assert storm["lately"]["wasted_share"] > 0.9
    assert storm["lately"]["amplification"] > 4.0
    added = ok(client.post("/__admin/faults", json={"text": SHED}), 201)["added"]
    assert added[0]["kind"] == "shed"
    shed = at(client, "09:11")
    assert shed["dropped"] > 1000
    assert shed["lately"]["refused"] > 10.0
    after = at(client, "09:22")
    assert (after["recovered"], after["lately"]["wasted_share"]) == (True, 0.0)
    assert after["lately"]["amplification"] == pytest.approx(1.0, abs=0.05)


def test_metrics_tell_of_the_centre(assembled: Assembly) -> None:
    client = client_of(assembled, "careful")
    at(client, "09:02")
    text = client.get("/__admin/metrics").text
    assert 'siaksim_capacity_servers{service="siak"} 10' in text
    assert 'siaksim_capacity_recovered{service="siak"} -1' in text
    served = 'siaksim_capacity_calls_total{service="siak",who="others",end="served"} '
    (line,) = [line for line in text.splitlines() if line.startswith(served)]
    assert int(line.rpartition(" ")[2]) == pytest.approx(14 * 120, rel=0.1)


def test_a_stall_by_hand_needs_a_finite_service(assembled: Assembly) -> None:
    client = client_of(assembled, "careful")
    text = "{target: ikd.*, kind: stall, for: 1m}"
    answer = client.post("/__admin/faults", json={"text": text})
    assert answer.status_code == 400
    assert "only siak.* have one" in answer.text


def test_a_stall_by_hand_moves_those_who_wait_and_its_end_lets_them_go(assembled: Assembly) -> None:
    client = client_of(assembled, "careful")
    at(client, "09:01")
    ok(client.post("/__admin/faults", json={"text": "{target: siak.*, kind: stall, for: 1h}"}), 201)
    stalled = at(client, "09:02")
    assert (stalled["speed"], stalled["lately"]["goodput"]) == (0.0, 0.0)
    ok(client.delete("/__admin/faults/stall%232"))
    going = at(client, "09:03")
    assert (going["speed"], going["busy"]) == (1.0, 10)
