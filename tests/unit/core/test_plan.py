"""The plan: pure decisions, shares that hold, layers from the outside in."""

from __future__ import annotations

from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core import effects
from siaksim.core.effects import Effect, Hang, LoseAnswer, Reply, Reset, Wait
from siaksim.core.facts import Facts
from siaksim.core.plan import LAYERS, Draw, FaultPlan, PlannedFault, Window
from siaksim.faults import kinds

CALLS = 20_000


class Marked:
    """A fault of the tests: one effect, given."""

    def __init__(self, effect: Effect) -> None:
        self.effect = effect

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        return (self.effect,)


def facts(number: int = 1, **changes: object) -> Facts:
    given: dict[str, object] = {
        "operation": "siak.scan_qr",
        "client": "counter.1",
        "kind": "counter",
        "actor": False,
        "subject": f"s{number}",
        "attempt": 1,
        "write": True,
    }
    return Facts(**(given | changes))  # type: ignore[arg-type]


def planned(identity: str, layer: str, effect: Effect, **more: object) -> PlannedFault:
    return PlannedFault(identity, identity, layer, Marked(effect), **more)  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 0.5), st.floats(0.01, 0.49), st.integers(0, 2**32))
def test_the_share_written_is_the_share_injected(first: float, second: float, seed: int) -> None:
    faults = [
        planned("a", "transport", Reset(), share=first),
        planned("b", "transport", Hang(), share=second),
    ]
    plan = FaultPlan(seed, faults)
    number = 3000
    hits = [plan.decide(facts(n), 0.0).effects for n in range(number)]
    for effect, share in ((Reset(), first), (Hang(), second)):
        count = sum(effect in found for found in hits)
        assert abs(count - number * share) <= 6 * sqrt(number * share * (1 - share)) + 1
    assert all(len(found) <= 1 for found in hits)  # one draw a layer: never both


def test_shares_hold_over_many_calls_and_seeds_differ() -> None:
    plans = [FaultPlan(seed, [planned("a", "http", Reply(503), share=0.06)]) for seed in (1, 2)]
    hit = [[bool(p.decide(facts(n), 0.0).effects) for n in range(CALLS)] for p in plans]
    for found in hit:
        assert abs(sum(found) - CALLS * 0.06) < 5 * sqrt(CALLS * 0.06 * 0.94)
    assert hit[0] != hit[1]


def test_two_faults_of_one_share_in_two_layers_are_not_correlated() -> None:
    faults = [
        planned("a", "time", Wait(1.0), share=0.5),
        planned("b", "http", Reply(503), share=0.5),
    ]
    plan = FaultPlan(3, faults)
    both = sum(len(plan.decide(facts(n), 0.0).effects) == 2 for n in range(CALLS))
    assert abs(both - CALLS / 4) < 5 * sqrt(CALLS * 0.25 * 0.75)


@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_plays_no_part(random: Random) -> None:
    faults = [
        planned("a", "transport", Reset(), share=0.3),
        planned("b", "time", Wait(2), share=0.4),
    ]
    calls = [
        facts(n, client=f"counter.{c}", attempt=a) for n in range(3) for c in (1, 2) for a in (1, 2)
    ]
    wanted = {call: FaultPlan(9, faults).decide(call, 0.0) for call in calls}
    random.shuffle(calls)
    plan = FaultPlan(9, faults)
    assert {call: plan.decide(call, 0.0) for call in calls} == wanted


def test_an_outer_layer_that_ends_the_call_hides_the_inner_ones() -> None:
    plan = FaultPlan(1, [planned("b", "meaning", LoseAnswer()), planned("a", "transport", Reset())])
    decision = plan.decide(facts(), 0.0)
    assert decision.effects == (Reset(),)
    assert [reason.layer for reason in decision.reasons] == ["transport"]


def test_latency_adds_to_whatever_else_is_drawn() -> None:
    plan = FaultPlan(1, [planned("a", "http", Reply(503)), planned("b", "time", Wait(4.0))])
    assert plan.decide(facts(), 0.0).effects == (Wait(4.0), Reply(503))


def test_a_window_is_open_from_its_start_up_to_its_end() -> None:
    plan = FaultPlan(1, [planned("a", "transport", Reset(), windows=(Window(100.0, 200.0),))])
    moments = (99.9, 100.0, 199.9, 200.0)
    assert [bool(plan.decide(facts(), now).effects) for now in moments] == [
        False,
        True,
        True,
        False,
    ]
    assert [plan.upcoming(now) for now in (0.0, 150.0, 200.0)] == [100.0, 200.0, None]


def test_faults_find_their_targets_clients_and_subjects() -> None:
    plan = FaultPlan(
        1,
        [
            planned(
                "a",
                "transport",
                Reset(),
                targets=("siak.*",),
                clients=("counter", "kiosk.2"),
                subjects=("s1",),
            )
        ],
    )
    assert plan.decide(facts(), 0.0).effects
    assert plan.decide(facts(client="kiosk.2", kind="kiosk"), 0.0).effects
    assert not plan.decide(facts(client="kiosk.1", kind="kiosk"), 0.0).effects
    assert not plan.decide(facts(2), 0.0).effects
    assert not plan.decide(facts(operation="ikd.login"), 0.0).effects


def test_actors_are_spared_unless_a_fault_asks_for_them() -> None:
    spared = FaultPlan(1, [planned("a", "transport", Reset())])
    asked = FaultPlan(1, [planned("a", "transport", Reset(), clients=("actor",))])
    assert not spared.decide(facts(actor=True), 0.0).effects
    assert asked.decide(facts(actor=True), 0.0).effects
    assert not asked.decide(facts(), 0.0).effects


def test_what_becomes_of_a_mail_spares_no_actor_but_for_a_client_that_is_named() -> None:
    mails = FaultPlan(1, [planned("a", "mail", Reset())])
    counters = FaultPlan(1, [planned("a", "mail", Reset(), clients=("counter",))])
    assert mails.decide(facts(actor=True), 0.0).effects
    assert mails.decide(facts(), 0.0).effects
    assert not counters.decide(facts(actor=True), 0.0).effects
    assert counters.decide(facts(), 0.0).effects


def test_a_reason_says_what_was_drawn_and_when() -> None:
    plan = FaultPlan(1, [planned("a", "transport", Reset(), windows=(Window(0.0, 3600.0),))])
    (reason,) = plan.decide(facts(), 5.0).reasons
    assert reason.fault_id == "a"
    assert reason.why.startswith("draw 0.")
    assert reason.why.endswith("in 0.0000..1.0000 in 07:00-08:00")


# -- the kinds -------------------------------------------------------------------------------

GIVEN = {
    "noop": ({}, ()),
    "latency": ({"delay": "2s"}, (Wait(2.0),)),
    "error": ({"status": "503", "retry_after": "1m"}, (Reply(503, "", (("Retry-After", "60"),)),)),
    "hang": ({}, (Hang(9.0),)),
    "reset": ({}, (Reset(),)),
    "lost_answer": ({"how": "hang"}, (LoseAnswer("hang", 9.0),)),
    "stale_read": ({"lag": "40s"}, (effects.StaleRead(40.0),)),
    "soft_error": ({"code": "busy"}, (effects.SoftError("busy", 500),)),
    "session_expiry": ({}, ()),
    "clock_skew": ({"skew": "2m"}, (effects.ClockSkew(120.0),)),
    "duplicate_record": ({}, (effects.DuplicateRecord(),)),
    "face_degraded": ({"score_loss": "40"}, (effects.FaceTrouble(score_loss=20.0),)),
    "captcha_down": ({"delay": "12s"}, (Wait(12.0),)),
    "mail_delay": ({"delay": "6m"}, (effects.MailDelay(360.0),)),
    "mail_loss": ({}, (effects.MailLoss(),)),
    "mail_duplicate": ({"links": "newest"}, (effects.MailCopies(2, 5.0, True),)),
    "mail_bounce": ({}, (effects.MailBounce("550 5.1.1 no such mailbox"),)),
    "mail_spam": ({}, (effects.MailSpam(),)),
    "link_expiry": ({"life": "10m"}, (effects.LinkLife(600.0),)),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_every_kind_does_what_its_page_says(kind: str) -> None:
    parameters, wanted = GIVEN[kind]
    model = kinds()[kind].model_validate({"kind": kind} | parameters)
    assert model.effects(lambda _: 0.5, 9.0) == wanted
    assert model.layer in LAYERS
    assert kind in str(__import__(type(model).__module__, fromlist=["x"]).__doc__)


def test_a_lost_answer_that_is_mixed_is_lost_in_either_way() -> None:
    model = kinds()["lost_answer"].model_validate({"kind": "lost_answer"})
    assert model.effects(lambda _: 0.4, None) == (LoseAnswer("reset", None),)
    assert model.effects(lambda _: 0.6, None) == (LoseAnswer("gateway_504", None),)


@given(st.floats(0, 1, exclude_max=True))
def test_delay_laws_stay_in_their_bounds(u: float) -> None:
    latency = kinds()["latency"]

    def delay(law: object) -> float:
        model = latency.model_validate({"kind": "latency", "delay": law})
        (wait,) = model.effects(lambda _: u, None)
        assert isinstance(wait, Wait)
        return wait.seconds

    assert 1.0 <= delay({"uniform": {"min": "1s", "max": "3s"}}) <= 3.0
    long_tail = delay({"lognormal": {"median": "4s", "p99": "30s"}})
    assert (long_tail <= 4.0 + 1e-9) == (u <= 0.5)
    assert (long_tail <= 30.0 + 1e-6) == (u <= 0.99) or abs(u - 0.99) < 1e-6
