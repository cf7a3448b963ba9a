"""captcha_down: a captcha that is slow, refused or unreadable."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import CaptchaUnreadable, Reply, Wait
from siaksim.scenario.problems import ScenarioErrors


def test_captcha_down_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: captcha_down, how: error, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="mail.captcha"))
    assert all(
        hit == (Reply(503),) for hit in bench.hits(told.format("100%"), operation="mail.captcha")
    )


def test_captcha_down_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "captcha_down" in bench.struck("captcha_down")


@pytest.mark.parametrize(
    ("told", "mark", "effect"),
    [
        ("how: slow, delay: 3s", 0.9, Wait(3.0)),
        ("how: slow", 0.1, Wait(12.0)),
        ("how: unreadable", 0.5, CaptchaUnreadable()),
        ("how: mixed", 0.4, Reply(503)),
        ("how: mixed", 0.5, Wait(12.0)),
    ],
)
def test_how_it_is_down_is_said_or_drawn(bench: Any, told: str, mark: float, effect: Any) -> None:
    line = "{target: mail.*, kind: captcha_down, " + told + "}"
    assert bench.planned(line).targets == ("mail.captcha",)
    assert bench.effects(line, None, mark) == (effect,)


@pytest.mark.parametrize(
    "told",
    [
        ", how: broken",
        ", delay: never",
    ],
)
def test_what_makes_no_sense_for_captcha_down_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]\.(how|delay)"):
        bench.planned(f"{{target: all, kind: captcha_down{told}}}")
