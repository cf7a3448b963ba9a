"""duplicate_record: a resident who is recorded twice."""

from __future__ import annotations

from typing import Any

from siaksim.core.effects import DuplicateRecord
from siaksim.core.facts import Facts


def test_duplicate_record_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: duplicate_record, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="ikd.register"))
    assert all(
        hit == (DuplicateRecord(),)
        for hit in bench.hits(told.format("100%"), operation="ikd.register")
    )


def test_duplicate_record_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "duplicate_record" in bench.struck("duplicate_record")


def test_a_resident_is_a_duplicate_for_everybody_or_for_nobody(
    bench: Any, share_holds: Any
) -> None:
    plan = bench.plan("{target: all, kind: duplicate_record, share: 20%}")
    found = []
    for number in range(1000):
        effects = {
            plan.decide(Facts(operation, client, "", False, f"s{number}", n, True), 0.0).effects
            for operation in ("ikd.register", "siak.search")
            for client in ("counter.1", "kiosk.2")
            for n in (1, 5)
        }
        assert len(effects) == 1
        found.append(effects.pop())
    assert share_holds(sum(bool(effects) for effects in found), 1000, 0.2)


def test_only_operations_that_look_a_resident_up_are_struck(bench: Any) -> None:
    planned = bench.planned("{target: all, kind: duplicate_record}")
    assert {"ikd.register", "siak.search"} <= set(planned.targets)
    assert "ikd.status" not in planned.targets
