"""The share written is the share injected, alone, beside others and behind outer layers."""

from __future__ import annotations

from collections import Counter
from math import sqrt

from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.effects import Effect, Hang, Reply, Reset, Wait
from siaksim.core.facts import Facts
from siaksim.core.plan import Draw, FaultPlan, PlannedFault

CALLS = 2000
ENDS: dict[str, Effect] = {"transport": Reset(), "http": Reply(503), "meaning": Hang()}


class Given:
    """A fault with one effect, given."""

    def __init__(self, effect: Effect) -> None:
        self.effect = effect

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        return (self.effect,)


def call(number: int, client: str = "counter.1") -> Facts:
    kind = client.partition(".")[0]
    return Facts("siak.scan_qr", client, kind, False, f"s{number % 97}", number // 97 + 1, True)


def near(count: int, share: float) -> bool:
    """Say whether a count is within six deviations (one in 500 million) of a binomial law."""
    return abs(count - CALLS * share) <= 6 * sqrt(CALLS * share * (1 - share)) + 1


def struck(plan: FaultPlan) -> Counter[str]:
    """Count the calls that each fault strikes; two of one layer never strike one call."""
    found: Counter[str] = Counter()
    for number in range(CALLS):
        reasons = plan.decide(call(number), 0.0).reasons
        assert len({reason.layer for reason in reasons}) == len(reasons)
        found.update(reason.fault_id for reason in reasons)
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=1, max_size=4), st.integers(0, 2**63 - 1))
def test_each_of_many_faults_of_a_layer_gets_its_share(percents: list[int], seed: int) -> None:
    faults = [
        PlannedFault(f"f{n}", "given", "http", Given(Reply(500 + n)), share=percent / 100)
        for n, percent in enumerate(percents)
    ]
    found = struck(FaultPlan(seed, faults))
    assert all(near(found[f.id], f.share) for f in faults)


@settings(max_examples=12, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(ENDS)), st.floats(0, 0.9), min_size=1),
    st.integers(0, 2**63 - 1),
)
def test_an_inner_layer_gets_its_share_of_what_the_outer_ones_leave(
    shares: dict[str, float], seed: int
) -> None:
    faults = [
        PlannedFault(layer, "given", layer, Given(ENDS[layer]), share=share)
        for layer, share in shares.items()
    ]
    found = struck(FaultPlan(seed, faults))
    left = 1.0
    for layer in ("transport", "http", "meaning"):
        share = shares.get(layer, 0.0)
        assert near(found[layer], left * share)
        left *= 1 - share


@settings(max_examples=10, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(0, 2**63 - 1))
def test_latency_is_drawn_apart_from_how_the_call_ends(slow: float, cut: float, seed: int) -> None:
    faults = [
        PlannedFault("slow", "given", "time", Given(Wait(1.0)), share=slow),
        PlannedFault("cut", "given", "transport", Given(Reset()), share=cut),
    ]
    plan = FaultPlan(seed, faults)
    both = sum(len(plan.decide(call(n), 0.0).reasons) == 2 for n in range(CALLS))
    assert near(both, slow * cut)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(0, 2**63 - 1))
def test_every_client_meets_the_same_share_but_not_on_the_same_calls(
    share: float, seed: int
) -> None:
    plan = FaultPlan(seed, [PlannedFault("a", "given", "http", Given(Reply(503)), share=share)])
    hit = [
        [bool(plan.decide(call(n, client), 0.0).reasons) for n in range(CALLS)]
        for client in ("counter.1", "counter.2")
    ]
    assert all(near(sum(found), share) for found in hit)
    together = sum(one and other for one, other in zip(*hit, strict=True))
    assert near(together, share * share)
