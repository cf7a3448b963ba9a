"""A stretch of a day kept as a scenario: what it was, what was done by hand, and a check of it."""

from __future__ import annotations

import pytest
from control_harness import ok, refused
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly


def test_a_stretch_is_a_scenario_that_does_the_same(client: FlaskClient, whole: Assembly) -> None:
    made = {"name": "bad", "scenario": "siak-blackout-25min", "clock": "manual", "seed": 9}
    ok(client.post("/__admin/worlds", json=made), 201)
    here = "/__admin/worlds/bad"
    fault = {"kind": "error", "target": "ikd.*", "status": 503, "share": "30%", "for": "20m"}
    ok(client.post(f"{here}/clock", json={"to": "09:05"}))
    ok(client.post(f"{here}/faults", json={"fault": fault}), 201)
    burst = (
        "{kind: latency, target: siak.*, delay: 3s, for: 2h, burst: {bad: 1m, good: 4m}, id: slow}"
    )
    ok(client.post(f"{here}/faults", json={"text": burst}), 201)
    ok(client.post(f"{here}/clock", json={"to": "09:40"}))
    answer = client.get(f"{here}/span?from=09:00&until=09:30")
    assert answer.status_code == 200, answer.text
    kept = whole.worlds.inline(answer.text)
    found = {f.id: f for f in kept.faults}
    assert set(found) == {"hang#1", "reset#1", "error-1", "slow"}
    assert kept.seed == 9
    was = whole.worlds.get("bad")
    assert was is not None
    (window,) = found["error-1"].windows or ()
    assert window.text() == "09:05-09:25"
    assert found["error-1"].share == 0.3
    assert found["slow"].pace is not None
    (cut,) = found["slow"].windows or ()
    assert cut.text() == "09:05-09:30"
    assert [w.text() for w in found["hang#1"].windows or ()] == ["09:10-09:35"]
    assert "check:\n  from: 09:00\n  until: 09:30\n" in answer.text


def test_a_fault_ended_by_hand_is_cut_there(client: FlaskClient, whole: Assembly) -> None:
    ok(client.post("/__admin/faults", json={"text": "{kind: hang, target: siak.*, for: 1h}"}), 201)
    ok(client.post("/__admin/clock", json={"advance": "10m"}))
    ok(client.delete("/__admin/faults/hang%231"))
    kept = whole.worlds.inline(client.get("/__admin/span?from=08:00&until=09:00").text)
    assert [w.text() for w in kept.faults[0].windows or ()] == ["08:00-08:10"]
    late = whole.worlds.inline(client.get("/__admin/span?from=08:30&until=09:00").text)
    assert late.faults == ()


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("from=08:00", "query.until"),
        ("from=x&until=09:00", "query.from"),
        ("from=09:00&until=08:00", "query.until"),
    ],
)
def test_a_bad_stretch_is_explained(client: FlaskClient, query: str, where: str) -> None:
    assert refused(client.get(f"/__admin/span?{query}"))["where"] == where


def test_a_name_that_no_scenario_may_have_is_refused(client: FlaskClient) -> None:
    answer = client.get("/__admin/span?from=08:00&until=09:00&name=No%20Name")
    assert "mistake" in refused(answer)["what"]
