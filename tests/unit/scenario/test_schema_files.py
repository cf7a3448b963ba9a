"""The JSON Schema for editors: good files pass it, bad ones fail it as far as a schema can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from siaksim import data
from siaksim.scenario.schema import schema

ROOT = Path(__file__).parents[3]
BAD = ROOT / "tests" / "bad_scenarios"
VALIDATOR = jsonschema_rs.Draft7Validator(schema())
# What only siaksim can tell: how values add up, what there is, and when a time comes.
OF_MEANING = {
    *("after-the-story", "area-elsewhere", "area-unknown", "bad-area", "days-and-a-day"),
    *("days-never", "days-until-the-next", "hours-twice", "no-holiday", "nth-after-first"),
    *("office-closed", "office-hours-and-the-night", "office-on-sunday", "office-without-hours"),
    *("operation-misspelt", "over-before-the-day", "ramps-add-up", "same-name", "service-typo"),
    *("shares-add-up", "shares-by-client", "stage-burst-good-share", "stage-rhythm-twice"),
    *("trace-file-elsewhere", "unknown-target", "until-before-at", "workdays-without-hours"),
    # ... that one value is above another, or that a text is a number in a range,
    *("bad-date", "bad-hours", "bad-status", "burst-good-share-above", "burst-too-quick"),
    *("clock-days", "flap-jitter", "percentiles-fall", "ramp-flat", "uniform-upside-down"),
    *("area-typo", "committed-and-lost", "cut-keep-and-bytes", "empty-without-status"),
    *("bounce-that-says-later", "face-result-and-score", "lag-that-grows-for-ever"),
    *("logout-of-one-client", "logout-without-a-time", "one-copy", "soft-success"),
    *("gateway-status", "retry-after-word", "size-too-large", "under-17", "zero-length"),
    # ... what links there are, and whether a line's numbers fit each other,
    *("link-misspelt", "link-nowhere", "link-jitter", "link-rate-slow", "link-drops", "link-loss"),
    *("profile-misspelt", "profile-jitter", "profile-file-elsewhere", "slicer-variation"),
    *("stage-link-misspelt", "stage-link-rhythm"),
    *("capacity-no-time", "capacity-retry-after", "background-manners-add-up", "stall-share"),
    *("stall-without-capacity", "stall-of-one-operation", "stall-without-a-time"),
    *(
        "capacity-empty",
        "stall-at-full-speed",
        "background-overload",
        "background-too-many",
        "background-times",
    ),
    # ... and what a reader of YAML does not show.
    *("anchor", "duplicate-key", "too-long"),
}
NO_YAML = {
    *("control-character", "glob-without-quotes", "not-yaml", "tab", "two-documents"),
    "unquoted-star",
}


def written(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "docs/examples").rglob("*.yaml"), *(ROOT / "scenarios").glob("*.yaml")]),
    ids=lambda p: p.stem,
)
def test_good_files_pass(path: Path) -> None:
    VALIDATOR.validate(written(path))


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(BAD.glob("*.yaml")) if p.stem not in OF_MEANING | NO_YAML],
    ids=lambda p: p.stem,
)
def test_bad_files_fail(path: Path) -> None:
    assert not VALIDATOR.is_valid(written(path))


@pytest.mark.parametrize("name", sorted(OF_MEANING))
def test_what_the_list_calls_beyond_a_schema_is_there_and_is_so(name: str) -> None:
    assert VALIDATOR.is_valid(written(BAD / f"{name}.yaml"))


@pytest.mark.parametrize("name", sorted(NO_YAML))
def test_what_the_list_calls_no_yaml_is_none(name: str) -> None:
    with pytest.raises(yaml.YAMLError):
        written(BAD / f"{name}.yaml")


def test_there_are_enough_bad_files_and_each_has_its_text() -> None:
    bad = {path.stem for path in BAD.glob("*.yaml")}
    assert len(bad) >= 60
    assert bad == {path.stem for path in BAD.glob("*.txt")}


HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
EVERYTHING = (
    HEAD
    + """hours: {mon-thu: "08:00-15:30", fri: "08:00-15:00"}
faults:
  - {target: all, kind: hang, share: 60%, burst: {good: 500s, bad: 50s, good_share: 0.5%}}
  - {target: [siak.*, ikd.status], kind: reset, at: "day 2 09:00", until: "10:00",
     ramp: {from: 0%, to: 10%}, client: kiosk, area: [35.76, Trowulan], after: mail_sent}
  - {target: all, kind: latency, days: [mon-wed, sat], hours: office, first: 3, per: world,
     delay: {mixture: [{weight: 85, law: 350ms}, {weight: 15, law: {normal: {mean: 2s, sd: 1s}}}]}}
  - {target: all, kind: latency, nth: 2, flap: {down: 5m, up: 10m, jitter: 2m},
     delay: {percentiles: {min: 1ms, p50: 1s, p99.9: 2s, max: 3s}}}
  - {target: all, kind: latency, nth: 7, delay: {trace: {values: [1s, 20ms]}}}
  - {target: all, kind: latency, nth: 8, delay: {trace: {file: a.csv, column: b, unit: ms}}}
timeline:
  - {days: workdays, hours: office, burst: {good: 5m, bad: 1m}, faults: [{target: all, kind: noop}]}
"""
)


def test_everything_that_the_language_says_passes_as_text_and_as_an_editor_reads_it() -> None:
    for loader in (yaml.BaseLoader, yaml.SafeLoader):
        found = yaml.load(EVERYTHING, loader)
        found["clock"]["start"] = str(found["clock"]["start"])
        VALIDATOR.validate(found)


def test_the_shipped_schema_is_draft_07() -> None:
    jsonschema_rs.meta.validate(yaml.safe_load(data.schema_text()))
