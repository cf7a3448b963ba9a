"""Scenario files: good ones say what they mean, bad ones say every mistake and its place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from siaksim import data
from siaksim.core.clock import WIB
from siaksim.core.facts import Facts
from siaksim.edges.choosing import known_operations
from siaksim.faults import kinds
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors
from siaksim.scenario.schema import schema, text

BAD = Path(__file__).parents[2] / "bad_scenarios"
OPERATIONS = ("ikd.register", "ikd.status", "siak.scan_qr", "siak.search", "mail.activate")
HEAD = """scenario: x
story: y
seed: 1
clock: {start: 2024-07-11T08:00}
"""


def at(clock: str) -> float:
    return datetime.fromisoformat(f"2024-07-11T{clock}").replace(tzinfo=WIB).timestamp()


def shipped(name: str) -> Scenario:
    return load(data.scenario_text(name), f"{name}.yaml", known_operations())


@pytest.mark.parametrize("name", data.scenario_names())
def test_every_shipped_scenario_is_sound_and_named_like_its_file(name: str) -> None:
    assert shipped(name).name == name
    validator = jsonschema_rs.Draft7Validator(schema())
    validator.validate(yaml.load(data.scenario_text(name), yaml.BaseLoader))


def test_the_committed_schema_is_of_this_code() -> None:
    assert data.schema_text() == text()


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_mistake_is_told_with_its_place_and_the_way_out(path: Path) -> None:
    with pytest.raises(ScenarioErrors) as caught:
        load(path.read_text(encoding="utf-8"), path.name, OPERATIONS)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    expected = expected.replace("<kinds>", ", ".join(kinds()))  # a new kind changes no old file
    assert str(caught.value) + "\n" == expected


def test_the_schema_refuses_a_misspelt_field() -> None:
    validator = jsonschema_rs.Draft7Validator(schema())
    good = HEAD + "faults: [{target: all, kind: hang, share: 5%}]"
    assert validator.is_valid(yaml.load(good, yaml.BaseLoader))
    assert not validator.is_valid(yaml.load(good.replace("share", "shar"), yaml.BaseLoader))
    assert not validator.is_valid(yaml.load(good.replace("hang", "hangs"), yaml.BaseLoader))


def test_the_blackout_lasts_exactly_25_minutes_and_spares_the_app() -> None:
    plan = shipped("siak-blackout-25min").plan()
    scan = Facts("siak.scan_qr", "counter.1", "counter", False, "-", 1, True)
    app = Facts("ikd.status", "counter.1", "counter", False, "-", 1, False)
    assert plan.decide(scan, at("09:09:59")).effects == ()
    assert plan.decide(scan, at("09:10")).effects != ()
    assert plan.decide(scan, at("09:34:59")).effects != ()
    assert plan.decide(scan, at("09:35")).effects == ()
    assert plan.decide(app, at("09:20")).effects == ()
    assert plan.upcoming(at("09:20")) == at("09:35")


def test_a_scenario_moves_to_another_date_with_its_timeline() -> None:
    moved = shipped("siak-blackout-25min").shifted(date(2024, 7, 18))
    week = 7 * 86400
    assert moved.start == at("08:00") + week
    assert [w.start for f in moved.faults for w in f.windows or ()] == [at("09:10") + week] * 2


def test_what_people_write_is_not_changed_by_yaml() -> None:
    told = HEAD.replace("story: y", "story: no")
    assert load(told, "x.yaml").story == "no"
    assert load(HEAD + "settings: {reveal: false}", "x.yaml").settings.reveal is False
    with pytest.raises(ScenarioErrors, match="neither true nor false"):
        load(HEAD + "settings: {reveal: no}", "x.yaml")


@given(st.text(max_size=300))
def test_no_text_crashes_the_reader(text: str) -> None:
    for tried in (text, HEAD + text, HEAD + "faults:\n  - " + text):
        told = "x.yaml:"
        try:
            load(tried, "x.yaml", OPERATIONS)
        except ScenarioErrors as errors:
            told = str(errors)
        assert told.startswith("x.yaml:")
