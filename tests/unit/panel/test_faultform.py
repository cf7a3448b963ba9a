"""A form from a fault's schema: what was typed once can be typed again, and means the same."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from siaksim import data
from siaksim.edges.control.panel.faultform import (
    fault_of,
    form_of,
    kinds_of,
    put_errors,
    typed_again,
)
from siaksim.edges.control.shown import fault_dict
from siaksim.scenario.adding import added

SCHEMA = json.loads(data.schema_text())
NOW = 1_720_659_600.0  # 2024-07-11 08:00 WIB


def planned(fault: dict[str, Any]) -> dict[str, Any]:
    (found,) = added(orjson.dumps(fault).decode(), "form", NOW, [], [])
    return fault_dict(found)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "latency", "target": "siak.*", "delay": "2s", "share": "12.5%"},
        {
            "kind": "latency",
            "target": "all",
            "delay": {"lognormal": {"median": "4s", "p99": "30s"}},
        },
        {"kind": "latency", "target": "all", "delay": {"percentiles": {"p50": "1s", "max": "9s"}}},
        {"kind": "hang", "target": ["siak.*", "ikd.*"], "committed": "20%", "client": "counter"},
        {"kind": "error", "target": "ikd.register", "status": "503", "code": "busy"},
        {"kind": "stale_read", "target": "all", "lag": "5m"},
        {"kind": "cut", "target": "siak.search", "keep": "50%"},
        {"kind": "rate_limit", "target": "siak.*", "calls": "5", "every": "1m"},
        {"kind": "link.latency", "link": "all", "delay": "200ms", "jitter": "50ms"},
        {"kind": "mail_duplicate", "target": "all", "copies": "3"},
    ],
)
def test_a_fault_typed_again_is_the_same_fault(fault: dict[str, Any]) -> None:
    first = planned({**fault, "for": "5m"})
    again = planned(fault_of(form_of(SCHEMA, first["kind"], typed_again(SCHEMA, first))))
    assert again == first


def test_each_kind_asks_first_for_its_aim_and_for_what_it_needs() -> None:
    assert len(kinds_of(SCHEMA)) >= 40
    for kind in kinds_of(SCHEMA):
        form = form_of(SCHEMA, kind)
        needed = {f.name for f in form.fields() if f.required}
        assert needed <= {f.name for f in form.first}, kind
        assert {"at", "until", "burst"} <= {f.name for f in form.more}, kind
        assert len({f.name for f in form.fields()}) == len(form.fields())


def test_a_mistake_without_a_field_is_said_above_the_form() -> None:
    form = form_of(SCHEMA, "error", {"target": "siak.*"})
    mistakes = [
        {"path": "share", "what": "this comes to 130%"},
        {"path": "", "what": "give a time"},
        {"path": "", "what": "unknown field 'status'"},
    ]
    put_errors(form, {"errors": mistakes})
    said = {f.name: f.error for f in form.fields() if f.error}
    assert said == {"share": "this comes to 130%", "status": "unknown field 'status'"}
    assert form.errors == ["give a time"]


def test_a_refusal_without_a_list_is_said_with_how_to_mend_it() -> None:
    form = form_of(SCHEMA, "error", {})
    put_errors(form, {"what": "this world replays x.", "how": "Make another."})
    assert form.errors == ["this world replays x. Make another."]
