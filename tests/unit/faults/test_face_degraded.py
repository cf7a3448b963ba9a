"""face_degraded: a face check that goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import FaceTrouble
from siaksim.scenario.problems import ScenarioErrors


def test_face_degraded_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: face_degraded, result: busy, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="ikd.upload_selfie"))
    assert all(
        hit == (FaceTrouble("busy"),)
        for hit in bench.hits(told.format("100%"), operation="ikd.upload_selfie")
    )


def test_face_degraded_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "face_degraded" in bench.struck("face_degraded")


def test_without_a_result_one_of_three_is_drawn(bench: Any) -> None:
    told = "{target: all, kind: face_degraded}"
    found = [bench.effects(told, None, mark)[0].result for mark in (0.0, 0.5, 0.999)]
    assert found == ["no_match", "poor_image", "busy"]
    told = "{target: all, kind: face_degraded, result: mixed}"
    assert bench.effects(told, None, 0.5) == (FaceTrouble("poor_image"),)


def test_a_lost_score_is_drawn_up_to_its_most(bench: Any) -> None:
    told = "{target: all, kind: face_degraded, score_loss: 40}"
    found = [bench.effects(told, None, mark)[0] for mark in (0.0, 0.25)]
    assert found == [FaceTrouble("", 0.0), FaceTrouble("", 10.0)]


def test_only_the_face_check_is_struck(bench: Any) -> None:
    assert bench.planned("{target: all, kind: face_degraded}").targets == ("ikd.upload_selfie",)
    with pytest.raises(
        ScenarioErrors, match=r"target: face_degraded strikes only ikd.upload_selfie"
    ):
        bench.planned("{target: siak.*, kind: face_degraded}")


@pytest.mark.parametrize(
    "told",
    [
        ", result: match",
        ", score_loss: 0",
        ", score_loss: 101",
        ", result: busy, score_loss: 5",
    ],
)
def test_what_makes_no_sense_for_face_degraded_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]"):
        bench.planned(f"{{target: all, kind: face_degraded{told}}}")
