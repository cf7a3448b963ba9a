"""The matrix's diagonal: a careless client fails its rule, and no other but what that implies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from siaksim.example_clients.manners import GOOD, Manners
from siaksim.example_clients.variants import variants
from siaksim.example_clients.variants.base import Variant
from siaksim.stage.playing import Played, run
from siaksim.verdict.rules import implied

CASES = [
    pytest.param(variant, kind, scenario, id=f"{variant.rule}-{kind}-{title}-{number}")
    for number, variant in enumerate(variants())
    for kind in variant.kinds
    for scenario in variant.scenarios
    for title in [scenario.partition("\n")[0].removeprefix("scenario: ")]
]
LIMITS = [
    pytest.param(variant, kind, id=f"{variant.rule}-{kind}-{number}")
    for number, variant in enumerate(variants())
    for kind in variant.kinds
]


def played(variant: Variant, kind: str, scenario: str, manners: Manners) -> Played:
    return run(kind, manners, scenario, instances=variant.instances, residents=variant.residents)


def shown(played: Played, rule: str) -> Iterator[list[str]]:
    """Yield the operations of the calls that each finding of a rule shows."""
    operations = {call.id: call.operation for call in played.history.calls}
    for ruling in played.verdict.rulings:
        if ruling.rule == rule:
            yield from ([operations[call] for call in f.calls] for f in ruling.findings)


@pytest.mark.parametrize(("variant", "kind", "scenario"), CASES)
def test_a_careless_client_fails_its_rule_and_no_other(
    variant: Variant, kind: str, scenario: str
) -> None:
    careless = played(variant, kind, scenario, variant.careless)
    assert variant.rule in careless.failed
    assert careless.failed <= {variant.rule} | implied(variant.rule)
    for operations in shown(careless, variant.rule):
        assert set(operations) <= variant.shows
        assert bool(operations) == bool(variant.shows)


@pytest.mark.parametrize(("variant", "kind"), LIMITS)
def test_the_limit_is_where_it_is_said_to_be(variant: Variant, kind: str) -> None:
    near = played(variant, kind, variant.scenarios[0], variant.near_miss)
    assert near.failed == set()
    past = played(variant, kind, variant.scenarios[0], variant.just_past)
    assert variant.rule in past.failed
    assert past.failed <= {variant.rule} | implied(variant.rule)


@pytest.mark.parametrize(("variant", "kind", "scenario"), CASES)
def test_a_good_client_is_blamed_for_nothing(variant: Variant, kind: str, scenario: str) -> None:
    assert played(variant, kind, scenario, GOOD).failed == set()
