"""link_expiry: a link that dies early."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import LinkLife
from siaksim.scenario.problems import ScenarioErrors


def test_link_expiry_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: link_expiry, life: 10m, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (LinkLife(600.0),)
        for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_link_expiry_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "link_expiry" in bench.struck("link_expiry")


@pytest.mark.parametrize(
    "told",
    [
        "",
        ", life: 0s",
    ],
)
def test_what_makes_no_sense_for_link_expiry_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]"):
        bench.planned(f"{{target: all, kind: link_expiry{told}}}")
