"""How scenario files are read: as text, with places, and never with a traceback."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim import data
from siaksim.core.clock import WIB
from siaksim.core.plan import Window
from siaksim.scenario import reader
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors
from siaksim.scenario.schema import schema

ROOT = Path(__file__).parents[3]
OPERATIONS = ("ikd.register", "ikd.status", "siak.scan_qr", "siak.search", "mail.activate")
HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"


def fault(line: str) -> Scenario:
    return load(HEAD + "faults:\n  - " + line, "x.yaml", OPERATIONS)


def at(clock: str) -> float:
    return datetime.fromisoformat(f"2024-07-11T{clock}").replace(tzinfo=WIB).timestamp()


def test_until_and_for_tell_of_the_same_window() -> None:
    wanted = Window(at("09:10"), at("09:35"))
    for end in ("for: 25m", 'until: "09:35"'):
        (planned,) = fault(f'{{target: all, kind: hang, at: "09:10", {end}}}').faults
        assert planned.windows == (wanted,)
        stage = f'timeline:\n  - {{at: "09:10", {end}, faults: [{{target: all, kind: hang}}]}}'
        (planned,) = load(HEAD + stage, "x.yaml").faults
        assert planned.windows == (wanted,)


def test_a_window_that_ends_as_it_begins_is_a_mistake() -> None:
    with pytest.raises(ScenarioErrors, match="this is not after `at`"):
        fault('{target: all, kind: hang, at: "09:10", until: "09:10"}')


def test_a_fault_without_a_time_acts_always() -> None:
    (planned,) = fault("{target: all, kind: hang}").faults
    assert (planned.windows, planned.share, planned.targets) == (None, 1.0, ("*",))


def test_every_modifier_gets_into_the_plan() -> None:
    (planned,) = fault(
        '{target: [siak.*, ikd.status], kind: hang, client: [counter, "k*"], subject: '
        "0123456701234567, share: 12.5%, first: 7, id: slow.one}"
    ).faults
    assert planned.targets == ("siak.*", "ikd.status")
    assert planned.clients == ("counter", "k*")
    assert planned.subjects == ("0123456701234567",)  # 16 digits are no octal number
    assert (planned.share, planned.first, planned.nth) == (0.125, 7, None)
    assert planned.id == "slow.one"
    assert fault("{target: all, kind: hang, nth: 4}").faults[0].nth == 4


def test_a_name_given_to_one_fault_leaves_the_names_of_the_others() -> None:
    ids = []
    for name in ("", ", id: mine"):
        lines = [f"{{target: siak.*, kind: hang{name}}}", "{target: ikd.*, kind: hang}"]
        text = HEAD + "faults:\n" + "".join(f"  - {line}\n" for line in lines)
        ids.append([f.id for f in load(text, "x.yaml").faults])
    assert ids == [["hang#1", "hang#2"], ["mine", "hang#2"]]


@pytest.mark.parametrize(
    "start", ["2024-13-01T08:00", "0001-01-01T00:00", "9999-12-31T23:59", "2024-07-11", "now", "8"]
)
def test_a_start_that_no_office_has_is_a_mistake_and_no_traceback(start: str) -> None:
    text = HEAD.replace("2024-07-11T08:00", start)
    stage = 'timeline:\n  - {at: "09:00", for: 5m, faults: [{target: all, kind: hang}]}'
    with pytest.raises(ScenarioErrors, match="write it like 2024-07-11T08:00"):
        load(text + stage, "x.yaml")


def test_a_file_may_be_so_long_and_no_longer() -> None:
    text = HEAD + "#" * (reader.SIZE_LIMIT - len(HEAD))
    assert load(text, "x.yaml").name == "x"
    with pytest.raises(ScenarioErrors, match="over 256 KiB"):
        load(text + "#", "x.yaml")


@pytest.mark.parametrize("nested", ["[", "{a: ", "- "])
def test_what_is_nested_too_deep_is_refused_before_anything_is_built(nested: str) -> None:
    with pytest.raises(ScenarioErrors, match="over 20 levels deep"):
        load(nested * 20_000, "x.yaml")


def test_mistakes_stand_in_the_order_of_the_file() -> None:
    text = (ROOT / "tests/bad_scenarios/six-mistakes.yaml").read_text(encoding="utf-8")
    with pytest.raises(ScenarioErrors) as caught:
        load(text, "x.yaml", OPERATIONS)
    places = [(m.line, m.column) for m in caught.value.mistakes]
    assert all(one <= other for one, other in pairwise(places))
    assert len(places) == 6


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs/examples/faults").glob("*.yaml")), ids=lambda p: p.stem
)
def test_the_schema_takes_the_docs_examples_as_text_and_as_an_editor_reads_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    validator = jsonschema_rs.Draft7Validator(schema())
    for loader in (yaml.BaseLoader, yaml.SafeLoader):
        found = yaml.load(text, loader)
        found["clock"]["start"] = str(found["clock"]["start"])  # JSON has no dates
        validator.validate(found)


_WORDS = st.sampled_from(
    [
        *"[]{},:-?&*!|>'\"%#@` \n\t",
        *("  ", "faults", "timeline", "kind: ", "hang", "target: ", "all", "share: ", "50%"),
        *("at: ", '"09:10"', "for: ", "25m", "settings: ", "~", "<<: ", "---\n", "...\n"),
        *("latency", "delay: ", "lognormal: "),
        *(chr(code) for code in (0, 0xFEFF, 0xD800, 0x2028)),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=40).map("".join))
def test_no_broken_yaml_crashes_the_reader(text: str) -> None:
    for tried in (text, HEAD + text, HEAD + "faults:\n  - {" + text):
        told = "x.yaml:"
        try:
            load(tried, "x.yaml", OPERATIONS)
        except ScenarioErrors as errors:
            told = str(errors)
        assert told.startswith("x.yaml:")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(data.scenario_names()), st.data())
def test_no_cut_swap_or_insertion_in_a_good_file_crashes_the_reader(
    name: str, drawn: st.DataObject
) -> None:
    text = data.scenario_text(name)
    start = drawn.draw(st.integers(0, len(text)))
    end = drawn.draw(st.integers(start, min(len(text), start + 30)))
    told = "x.yaml:"
    try:
        load(text[:start] + drawn.draw(_WORDS) + text[end:], "x.yaml", OPERATIONS)
    except ScenarioErrors as errors:
        told = str(errors)
    assert told.startswith("x.yaml:")
