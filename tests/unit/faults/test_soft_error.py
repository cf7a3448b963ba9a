"""soft_error: an error that HTTP 200 hides."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import SoftError
from siaksim.scenario.problems import ScenarioErrors


def test_soft_error_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: soft_error, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (SoftError("", 500),)
        for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_soft_error_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "soft_error" in bench.struck("soft_error")


def test_nothing_runs_and_the_call_is_over(bench: Any) -> None:
    told = "{target: all, kind: soft_error, code: busy_7, status: 503}"
    (error,) = bench.effects(told, None)
    assert error == SoftError("busy_7", 503)
    assert (error.ends, error.commits) == (True, False)


@pytest.mark.parametrize(
    "told",
    [
        ", status: 200",
        ", status: 600",
        ", code: not a code",
    ],
)
def test_what_makes_no_sense_for_soft_error_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]\.(status|code)"):
        bench.planned(f"{{target: all, kind: soft_error{told}}}")
