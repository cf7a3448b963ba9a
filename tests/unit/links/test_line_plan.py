"""What a site's line is like at each moment of a scenario's day."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from siaksim import data
from siaksim.core.clock import WIB
from siaksim.core.toxics import Bandwidth, Latency, of_kind
from siaksim.errors import UserError
from siaksim.links.plan import LineState, LinkPlan
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.links import load_profile, shipped_profile
from siaksim.scenario.problems import ScenarioErrors

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
DAY = """links:
  counter: {profile: fibre-office, upload: 1Mbit/s, client: counter.1}
  hall: {round_trip: 100ms}
timeline:
  - at: "09:00"
    for: 1h
    links: {counter: {profile: 3g-slow}}
    faults:
      - {link: counter, kind: link.latency, delay: 2s, stream: both}
  - {at: "09:30", for: 10m, faults: [{link: "*", kind: link.down, id: digger}]}
  - {days: [fri], links: {hall: {profile: vsat}}}
"""


def day(text: str = DAY) -> Scenario:
    return load(HEAD + text, "x.yaml")


def at(clock: str, when: str = "2024-07-11") -> float:
    return datetime.fromisoformat(f"{when}T{clock}").replace(tzinfo=WIB).timestamp()


def plan(scenario: Scenario, name: str) -> LinkPlan:
    spec = next(spec for spec in scenario.links if spec.name == name)
    return LinkPlan(scenario.seed, scenario.start, spec, scenario.faults)


def state(clock: str, name: str = "counter") -> LineState:
    return plan(day(), name).state(at(clock))


def delays(found: LineState) -> list[float]:
    return [
        t.effect.delay_s for t in of_kind(found.toxics, Latency) if isinstance(t.effect, Latency)
    ]


def test_a_line_has_its_profile_with_what_the_scenario_changes_in_it() -> None:
    found = state("08:30")
    assert (found.profile, found.down, found.by) == ("fibre-office changed", False, ())
    rates = {t.stream: t.effect.rate for t in found.toxics if isinstance(t.effect, Bandwidth)}
    assert rates == {"up": 125_000.0, "down": 2_500_000.0}
    assert delays(found) == [0.0125, 0.0125]


def test_a_stage_changes_the_profile_and_adds_its_faults_while_it_lasts() -> None:
    found = state("09:10")
    assert found.profile == "3g-slow"
    assert found.by == ("link.latency#1",)
    assert delays(found) == [0.1, 0.1, 2.0, 2.0]
    assert state("10:00") == state("08:30")


def test_a_fault_of_all_lines_takes_each_down() -> None:
    for name in ("counter", "hall"):
        found = state("09:35", name)
        assert found.down
        assert "digger" in found.by


def test_the_next_change_is_told_and_nothing_changes_before() -> None:
    counter = plan(day(), "counter")
    marks, now = [], at("08:00")
    while (due := counter.upcoming(now)) is not None:
        marks.append(due)
        now = due
    assert marks == [at(t) for t in ("09:00", "09:30", "09:40", "10:00")]
    for one, other in [(at("08:00"), at("08:59")), (at("09:40"), at("09:59"))]:
        assert counter.state(one) == counter.state(other)


def test_weekdays_of_a_stage_fall_on_those_of_another_date() -> None:
    moved = day().shifted(date(2024, 7, 12))  # a Friday
    assert plan(moved, "hall").state(at("10:00", "2024-07-12")).profile == "vsat"
    assert plan(moved, "counter").state(at("09:10", "2024-07-12")).profile == "3g-slow"
    assert plan(day(), "hall").state(at("10:00")).profile == "own"


def test_a_flapping_fault_is_down_and_up_by_turns() -> None:
    text = "links: {a: {}}\nfaults: [{link: a, kind: link.down, flap: {down: 1m, up: 4m}}]\n"
    line = plan(day(text), "a")
    seen = [line.state(at(f"08:{m:02}")).down for m in range(10)]
    assert seen == [True, False, False, False, False] * 2
    assert line.upcoming(at("08:00")) == at("08:01")


def test_a_line_with_a_login_page_brings_a_fault_of_calls_by_it() -> None:
    text = """links: {a: {}, b: {profile: captive-portal}}
timeline:
  - {at: "09:00", for: 30m, links: {a: {profile: captive-portal}}}
"""
    found = {fault.id: fault for fault in day(text).faults}
    assert set(found) == {"a.portal", "b.portal"}
    assert found["b.portal"].windows is None
    (window,) = found["a.portal"].windows or ()
    assert (window.start, window.end) == (at("09:00"), at("09:30"))
    assert found["a.portal"].links == ("a",)
    moved = {f.id: f for f in day(text).shifted(date(2024, 7, 18)).faults}["a.portal"]
    assert moved.windows is not None
    assert moved.windows[0].start == at("09:00", "2024-07-18")


@pytest.mark.parametrize("name", data.profile_names())
def test_a_shipped_profile_says_what_it_is_and_where_its_numbers_come_from(name: str) -> None:
    profile = shipped_profile(name)
    assert profile.about
    assert profile.sources
    assert profile.toxics() or profile.portal


def test_the_profiles_of_the_issue_are_there() -> None:
    wanted = "fibre-office office-unstable wifi-lossy 4g-good 4g-busy 3g 3g-slow vsat "
    assert sorted((wanted + "captive-portal nat-idle").split()) == data.profile_names()


def test_a_profile_of_ones_own_lies_beside_the_scenario() -> None:
    files = {"desa.yaml": "about: A village.\nround_trip: 300ms\nupload: 64kbit/s\n"}
    text = HEAD + "links: {a: {profile: desa.yaml}}\n"
    scenario = load(text, "x.yaml", read_file=files.__getitem__)
    assert scenario.links[0].profile.upload == 8000
    assert scenario.traces == files  # a restart makes the world again from these


def test_mistakes_of_a_profile_file_are_told_with_its_name_and_place() -> None:
    with pytest.raises(ScenarioErrors) as caught:
        load_profile("about: x\nround_tripp: 3ms\nupload: 5 mbps\n", "mine.yaml")
    assert (
        str(caught.value)
        .splitlines()[0]
        .startswith("mine.yaml:2:1: round_tripp: unknown field. Did you mean 'round_trip'?")
    )
    assert "mine.yaml:3:9: upload: '5 mbps' is no rate" in str(caught.value)
    files = {"mine.yaml": "upload: much\n"}
    with pytest.raises(ScenarioErrors, match="upload: 'much' is no rate"):
        load(HEAD + "links: {a: {profile: mine.yaml}}", "x.yaml", read_file=files.__getitem__)


def test_a_profile_that_there_is_not_is_named_with_what_is_near() -> None:
    with pytest.raises(UserError, match="Did you mean 'vsat'"):
        data.profile_text("vsatt")


@pytest.mark.parametrize(
    ("text", "by_sockets"),
    [
        ("faults: [{target: all, kind: hang}]", False),
        ("links: {a: {}}", False),
        ("links: {a: {round_trip: 20ms}}", True),
        ("links: {a: {drops: {after: 5m, for: 1m}}}", True),
        ("links: {a: {}}\nfaults: [{link: a, kind: link.down}]", True),
        ("faults: [{kind: tls_expired}]", True),
    ],
)
def test_a_day_that_strikes_connections_says_so(text: str, by_sockets: bool) -> None:
    assert day(text).by_sockets == by_sockets
