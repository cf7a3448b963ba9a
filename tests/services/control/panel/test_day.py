"""The day page: the clock, the band, faults by hand, and the live stream."""

from __future__ import annotations

import re
from typing import Any

import pytest
from control_harness import ok, refused
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly

from .conftest import PANEL, Browser


def faults(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(client.get("/__admin/faults"))["faults"]
    return found


def test_a_fault_is_switched_on_and_ended_by_hand(browser: Browser, client: FlaskClient) -> None:
    assert "This world has no faults" in browser.page("default/day")
    form = {"f.kind": "error", "f.target": "siak.*, ikd.*", "f.status": "503", "f.for": "5m"}
    answer = browser.post("default/day/faults", form, target="fault-form")
    assert answer.status_code == 200
    assert "error#1 is switched on." in answer.text
    (row,) = faults(client)
    assert (row["target"], row["parameters"]) == (["siak.*", "ikd.*"], {"status": 503})
    assert "08:00-08:05" in browser.page("default/day")
    answer = browser.post("default/day/faults/end", {"id": "error#1"})
    assert "error#1 is ended." in answer.text
    assert faults(client)[0]["state"] == "ended"


def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(
    browser: Browser, client: FlaskClient
) -> None:
    browser.page("default/day")
    form = {"f.kind": "latency", "f.target": "siak.*", "f.delay": "soon", "f.share": "120%"}
    answer = browser.post("default/day/faults", form, target="fault-form")
    assert answer.status_code == 422
    for name in ("delay", "share"):
        field = re.search(rf'<input id="f-{name}".*?</p>', answer.text, re.S)
        assert field
        assert 'aria-invalid="true"' in field[0]
        assert f'class="error" id="f-{name}-wrong"' in field[0]
    assert 'value="soon"' in answer.text
    assert faults(client) == []


def test_a_missing_field_and_a_bad_bracket_are_said_at_their_fields(browser: Browser) -> None:
    browser.page("default/day")
    answer = browser.post("default/day/faults", {"f.kind": "latency", "f.target": "siak.*"})
    assert 'id="f-delay-wrong"' in answer.text
    form = {"f.kind": "hang", "f.target": "siak.*", "f.burst": "{bad: [", "f.for": "5m"}
    answer = browser.post("default/day/faults", form)
    assert 'id="f-burst-wrong"' in answer.text
    assert "<details open" in answer.text


def test_every_kind_has_a_form_of_its_own_fields(browser: Browser, client: FlaskClient) -> None:
    for kind in ok(client.get("/__admin/kinds"))["kinds"]:
        form = browser.page(f"default/day/form?f.kind={kind['kind']}")
        assert f"<option selected>{kind['kind']}</option>" in form
        assert 'id="f-for"' in form
    assert 'id="f-lag"' in browser.page("default/day/form?f.kind=stale_read")


@pytest.mark.parametrize("number", range(5))
def test_each_ready_made_fault_can_be_switched_on(browser: Browser, number: int) -> None:
    page = browser.page("default/day")
    forms = re.findall(r'name="preset" value="1">(.*?)</form>', page, re.S)
    assert len(forms) == 5
    inputs = dict(re.findall(r'name="(f\.[^"]+)" value="([^"]*)"', forms[number]))
    answer = browser.post("default/day/faults", inputs | {"preset": "1"})
    assert answer.status_code == 200, answer.text
    assert "is switched on." in answer.text


def test_a_fault_that_is_over_can_be_typed_again(browser: Browser) -> None:
    browser.page("default/day")
    form = {"f.kind": "latency", "f.target": "siak.*", "f.delay": "2s", "f.share": "40%"}
    browser.post("default/day/faults", {**form, "f.for": "1m"})
    browser.post("default/day/clock", {"advance": "5m"})
    page = browser.page("default/day/form?again=latency%231")
    assert 'name="f.delay" value="2s"' in page
    assert 'name="f.share" value="40%"' in page
    assert 'name="f.target" value="siak.*"' in page


def test_rates_and_counts_are_told(browser: Browser, client: FlaskClient) -> None:
    client.post(
        "/__admin/faults", json={"fault": {"kind": "reset", "target": "siak.*", "share": "50%"}}
    )
    client.post(
        "/__admin/faults",
        json={"fault": {"kind": "error", "target": "siak.*", "status": 503, "share": "50%"}},
    )
    rows = {row["id"]: row for row in faults(client)}
    assert rows["reset#1"]["effective"] == 0.5
    assert rows["error#1"]["effective"] == 0.25  # of what the outer layer leaves
    for _ in range(40):
        try:
            client.get("/siak/v1/notices")
        except ConnectionResetError:
            continue
    struck = {row["id"]: row["struck"] for row in faults(client)}
    assert 8 <= struck["reset#1"] <= 32
    assert "25%" in browser.page("default/day")


def test_a_stepped_clock_jumps_and_has_no_speed(browser: Browser, client: FlaskClient) -> None:
    page = browser.page("default/day")
    assert "moves when told" in page
    assert 'id="clock-speed"' not in page
    assert "08:10" in browser.post("default/day/clock", {"advance": "10m"}).text
    assert "09:30" in browser.post("default/day/clock", {"to": "09:30"}).text
    late = browser.post("default/day/clock", {"to": "09:00"})
    assert late.status_code == 422
    assert "a clock never goes back" in late.text


def test_a_running_clock_is_stopped_hastened_and_set_forward(
    browser: Browser, client: FlaskClient
) -> None:
    ok(client.post("/__admin/worlds", json={"name": "run"}), 201)
    browser.page("run/day")
    browser.post("run/day/clock", {"do": "stop"})
    stopped = ok(client.get("/__admin/worlds/run/clock"))
    assert stopped["running"] is False
    assert "stopped" in browser.page("run/day")
    browser.post("run/day/clock", {"to": "10:00"})
    assert ok(client.get("/__admin/worlds/run/clock"))["now"][11:19] == "10:00:00"
    browser.post("run/day/clock", {"speed": "60"})
    browser.post("run/day/clock", {"do": "go"})
    going = ok(client.get("/__admin/worlds/run/clock"))
    assert (going["running"], going["speed"], going["mode"]) == (True, 60, "scaled")
    events = client.get("/__admin/worlds/run/journal?kind=clock").text
    assert re.findall(r'"event":"(\w+)"', events) == ["stopped", "jumped", "speed", "went_on"]
    verdict = ok(client.get("/__admin/worlds/run/verdict?client=counter"))
    assert "moved by hand" in str(verdict)


def test_a_recorded_worlds_clock_is_left_alone(client: FlaskClient) -> None:
    ok(client.post("/__admin/worlds", json={"name": "tape", "record": True}), 201)
    answer = client.post("/__admin/worlds/tape/clock", json={"running": False})
    assert "its clock goes as it began" in refused(answer, 409)["what"]


def test_the_stream_sends_each_part_and_then_only_what_changed(browser: Browser) -> None:
    browser.page("default/day")
    answer = browser.client.get(f"{PANEL}/default/day/stream", buffered=False)
    assert answer.content_type.startswith("text/event-stream")
    names: list[str] = []
    pieces = iter(answer.iter_encoded())
    while len(names) < 6:
        names += re.findall(r"event: (\w+)", next(pieces).decode())
    answer.close()
    assert sorted(names) == ["band", "clock", "counts", "faults", "live", "steering"]


def test_the_band_and_charts_say_in_words_what_they_draw(browser: Browser, whole: Assembly) -> None:
    worlds = whole.worlds
    worlds.create("bad", worlds.scenario("siak-blackout-25min"), mode="manual")
    page = browser.page("bad/day")
    assert "hang#1: 09:10-09:35" in page
    assert 'aria-label="Calls a second, by their end: done 0' in page


def test_a_world_without_the_page_still_streams_no_more(browser: Browser) -> None:
    assert browser.get("gone/day/stream").status_code == 404
