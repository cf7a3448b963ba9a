"""Any scenario that is taken can be played; any that is not says where it is wrong."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.effects import MailEffect
from siaksim.core.facts import NO_EVENTS, Facts
from siaksim.edges.describing import described
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors

OPERATIONS = ("ikd.register", "ikd.status", "siak.search", "siak.scan_qr", "mail.activate")
_lengths = st.sampled_from(["1ms", "250ms", "2s", "3m", "1h30m"])
_laws = st.one_of(
    _lengths,
    st.just({"uniform": {"min": "1s", "max": "9s"}}),
    st.just({"lognormal": {"median": "4s", "p99": "30s"}}),
    st.just({"normal": {"mean": "2s", "sd": "1s"}}),
    st.just({"percentiles": {"p50": "1s", "p99": "4s", "max": "9s"}}),
    st.just({"trace": {"values": ["1s", "20ms"]}}),
    st.just({"mixture": [{"weight": "85", "law": "1s"}, {"weight": "15", "law": "12s"}]}),
)
_kinds: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"kind": st.just("latency"), "delay": _laws}),
    st.fixed_dictionaries({"kind": st.just("error"), "status": st.integers(400, 599).map(str)}),
    st.fixed_dictionaries({"kind": st.sampled_from(["hang", "reset", "noop"])}),
    st.fixed_dictionaries({"kind": st.sampled_from(["mail_delay", "latency"]), "delay": _laws}),
    st.fixed_dictionaries({"kind": st.just("stale_read"), "lag": _laws}),
    st.fixed_dictionaries({"kind": st.just("clock_skew"), "skew": _laws}),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["soft_error", "duplicate_record", "face_degraded", "mail_loss"])}
    ),
    st.fixed_dictionaries(
        {"kind": st.just("lost_answer")},
        optional={"how": st.sampled_from(["reset", "hang", "gateway_504"])},
    ),
)
_targets: st.SearchStrategy[Any] = st.sampled_from(
    ["all", "siak.*", "ikd.status", ["mail.*", "siak.search"]]
)
_clients: st.SearchStrategy[Any] = st.sampled_from(
    ["counter", "kiosk.2", "actor", ["counter.*", "actor"]]
)
_where = st.fixed_dictionaries(
    {"target": _targets, "share": st.integers(0, 60).map(lambda n: f"{n}%")},
    optional={
        "client": _clients,
        "subject": st.sampled_from(["3576014107079000", "s*"]),
        "first": st.integers(1, 4).map(str),
        "nth": st.integers(1, 4).map(str),
        "area": st.sampled_from(["35.76", "Magersari", ["35.16.11", "Kranggan"]]),
        "after": st.sampled_from(["mail_sent", "registered"]),
        "burst": st.just({"good": "5m", "bad": "90s"}),
        "flap": st.just({"down": "5m", "up": "10m", "jitter": "2m"}),
    },
)
_when: st.SearchStrategy[dict[str, str]] = st.sampled_from(
    [
        {},
        {"at": "09:00", "for": "1h"},
        {"at": "day 2 22:00", "until": "day 3 07:00"},
        {"days": "mon-fri", "at": "09:00", "for": "30m"},
        {"days": "sat"},
        {"hours": "always"},
    ]
)
_unplaced: st.SearchStrategy[dict[str, Any]] = st.builds(lambda a, b: {**a, **b}, _where, _kinds)
_faults: st.SearchStrategy[dict[str, Any]] = st.builds(lambda a, b: {**a, **b}, _unplaced, _when)
_times = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
_stages = st.fixed_dictionaries(
    {"at": _times, "for": _lengths, "faults": st.lists(_unplaced, min_size=1, max_size=3)}
)
_scenarios: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "scenario": st.just("any"),
        "story": st.text("abc", min_size=1),
        "seed": st.integers(0, 2**63 - 1).map(str),
        "clock": st.just({"start": "2024-07-11T00:00"}),
        "faults": st.lists(_faults, max_size=3),
        "timeline": st.lists(_stages, max_size=2),
    }
)


def taken(written: dict[str, Any]) -> Scenario | None:
    """Return the scenario; None if it is refused for its shares or numbers, and only for these."""
    try:
        return load(json.dumps(written), "any.yaml", OPERATIONS)  # JSON is YAML
    except ScenarioErrors as errors:
        told = str(errors).splitlines()
        whys = ("over 100%", "never among the first", "one rhythm")
        assert all(any(why in line for why in whys) for line in told), told
        return None


@settings(max_examples=100, deadline=None)
@given(_scenarios, st.data())
def test_a_scenario_that_is_taken_decides_about_any_call_at_any_time(
    written: dict[str, Any], drawn: st.DataObject
) -> None:
    scenario = taken(written)
    if scenario is None:
        return
    plan = scenario.plan()
    client = drawn.draw(st.sampled_from(["counter.1", "kiosk.2", "anonymous", "actor.citizen"]))
    facts = Facts(
        operation=drawn.draw(st.sampled_from(OPERATIONS)),
        client=client,
        kind=client.partition(".")[0],
        actor=client == "actor.citizen",
        subject=drawn.draw(st.sampled_from(["-", "s1", "3576014107079000"])),
        attempt=drawn.draw(st.integers(1, 5)),
        write=True,
        area=drawn.draw(st.sampled_from(["", "35.76.02.1003", "35.16.11.2001"])),
        events=drawn.draw(st.sampled_from([NO_EVENTS, frozenset({"mail_issued"})])),
    )
    now = scenario.start + drawn.draw(st.floats(-86400, 2 * 86400))
    decision = plan.decide(facts, now)
    # What ends a call is the last thing that happens to it; a mail may have left before.
    calls = [effect for effect in decision.effects if not isinstance(effect, MailEffect)]
    assert all(not effect.ends for effect in calls[:-1])
    active = {fault.id: fault for fault in plan.active(now)}
    for reason in decision.reasons:
        fault = active[reason.fault_id]
        assert fault.aims_at(facts)
        assert fault.share > 0
    change = plan.upcoming(now)
    if change is not None:
        assert plan.active((now + change) / 2) == plan.active(now)


@settings(max_examples=40, deadline=None)
@given(_scenarios, st.integers(-500, 500))
def test_a_day_that_is_moved_by_weeks_decides_as_the_first_did(
    written: dict[str, Any], weeks: int
) -> None:
    scenario = taken(written)
    if scenario is None:
        return
    moved = scenario.shifted(date(2024, 7, 11) + timedelta(weeks=weeks))
    assert moved.start == scenario.start + weeks * 7 * 86400
    was, now = scenario.plan(), moved.plan()
    facts = Facts("siak.search", "counter.1", "counter", False, "s1", 1, True, area="35.76.02.1003")
    for half_hour in range(3 * 48):
        before = was.decide(facts, scenario.start + half_hour * 1800).reasons
        after = now.decide(facts, moved.start + half_hour * 1800).reasons
        assert [reason.why for reason in after] == [reason.why for reason in before]


@settings(max_examples=40, deadline=None)
@given(_scenarios, st.integers(48, 120))
def test_any_scenario_can_be_shown(written: dict[str, Any], width: int) -> None:
    scenario = taken(written)
    if scenario is not None:
        page = described(scenario, width)
        assert all(len(line) <= width for line in page.splitlines())
        assert "unharmed" in page or not any(not fault.selective for fault in scenario.faults)
