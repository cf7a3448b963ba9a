"""mail_delay: a mail that takes its time."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import MailDelay
from siaksim.scenario.problems import ScenarioErrors


def test_mail_delay_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: mail_delay, delay: 6m, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (MailDelay(360.0),)
        for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_mail_delay_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "mail_delay" in bench.struck("mail_delay")


def test_the_delay_is_drawn_from_its_law(bench: Any) -> None:
    told = "{target: mail.*, kind: mail_delay, delay: {uniform: {min: 6m, max: 35m}}}"
    assert [bench.effects(told, None, mark)[0].seconds for mark in (0.0, 0.5)] == [360.0, 1230.0]


@pytest.mark.parametrize(
    "told",
    [
        "",
        ", delay: late",
    ],
)
def test_what_makes_no_sense_for_mail_delay_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]"):
        bench.planned(f"{{target: all, kind: mail_delay{told}}}")
