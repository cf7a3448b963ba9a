"""error: a refusal in the service's own shape."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Reply
from siaksim.edges.choosing import known_operations
from siaksim.scenario.build import load
from siaksim.scenario.problems import ScenarioErrors


def test_error_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: error, status: 503, share: 0%}"))
    assert all(
        hit == (Reply(503, "", ()),)
        for hit in bench.hits("{target: all, kind: error, status: 503, share: 100%}")
    )


def test_error_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("error") == {"error"}


@pytest.mark.parametrize("status", [400, 599])
def test_a_status_at_either_end_is_taken(bench: Any, status: int) -> None:
    (reply,) = bench.effects(f"{{target: all, kind: error, status: {status}}}", None)
    assert (reply.status, reply.ends, reply.commits) == (status, True, False)


@pytest.mark.parametrize("status", ["399", "600", "5xx", "", "503.5"])
def test_a_status_that_is_no_refusal_is_a_mistake(bench: Any, status: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\].status"):
        bench.planned(f"{{target: all, kind: error, status: {status}}}")


def test_retry_after_is_whole_seconds_and_a_code_is_kept(bench: Any) -> None:
    told = "{target: all, kind: error, status: 429, code: quota_used_up, retry_after: 1m30s}"
    wanted = Reply(429, "quota_used_up", (("Retry-After", "90"),))
    assert bench.effects(told, None) == (wanted,)


def test_a_code_that_no_service_would_have_is_a_mistake(bench: Any) -> None:
    with pytest.raises(ScenarioErrors, match="is no code: give a word"):
        bench.planned("{target: all, kind: error, status: 503, code: Not Found}")


def test_a_number_strikes_only_who_speaks_in_numbers() -> None:
    with pytest.raises(ScenarioErrors, match=r"with these parameters error strikes only dukcapil"):
        load(DAY.format(target="siak.*"), "x.yaml", known_operations())
    (fault,) = load(DAY.format(target="all"), "x.yaml", known_operations()).faults
    assert fault.targets
    assert all(target.startswith("dukcapil.") for target in fault.targets)


DAY = """\
scenario: numbers
story: Codes of the Dukcapil service.
seed: 1
clock: {{start: 2024-07-11T08:00}}
faults:
  - {{target: {target}, kind: error, code: "05"}}
"""
