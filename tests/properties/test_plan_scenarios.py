"""Any scenario that is taken can be played; any that is not says where it is wrong."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.effects import MailEffect
from siaksim.core.facts import Facts
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors

OPERATIONS = ("ikd.register", "ikd.status", "siak.search", "siak.scan_qr", "mail.activate")
_lengths = st.sampled_from(["1ms", "250ms", "2s", "3m", "1h30m"])
_laws = st.one_of(
    _lengths,
    st.just({"uniform": {"min": "1s", "max": "9s"}}),
    st.just({"lognormal": {"median": "4s", "p99": "30s"}}),
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
    },
)
_faults: st.SearchStrategy[dict[str, Any]] = st.builds(lambda a, b: {**a, **b}, _where, _kinds)
_times = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
_stages = st.fixed_dictionaries(
    {"at": _times, "for": _lengths, "faults": st.lists(_faults, min_size=1, max_size=3)}
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
        assert all("over 100%" in line or "never among the first" in line for line in told), told
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
@given(_scenarios, st.integers(-4000, 4000))
def test_a_day_that_is_moved_decides_as_the_first_did(written: dict[str, Any], days: int) -> None:
    scenario = taken(written)
    if scenario is None:
        return
    moved = scenario.shifted(date(2024, 7, 11) + timedelta(days=days))
    assert moved.start == scenario.start + days * 86400
    was, now = scenario.plan(), moved.plan()
    facts = Facts("siak.search", "counter.1", "counter", False, "s1", 1, True)
    for hour in range(24):
        before = was.decide(facts, scenario.start + hour * 3600).reasons
        after = now.decide(facts, moved.start + hour * 3600).reasons
        assert [reason.why for reason in after] == [reason.why for reason in before]
