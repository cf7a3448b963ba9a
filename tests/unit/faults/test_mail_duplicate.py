"""mail_duplicate: a mail that comes more than once."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import MailCopies
from siaksim.scenario.problems import ScenarioErrors


def test_mail_duplicate_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: mail_duplicate, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (MailCopies(2, 5.0, False),)
        for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_mail_duplicate_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "mail_duplicate" in bench.struck("mail_duplicate")


def test_copies_their_gap_and_their_links_are_as_said(bench: Any) -> None:
    told = "{target: mail.*, kind: mail_duplicate, copies: 5, links: newest, gap: 1m}"
    assert bench.effects(told, None) == (MailCopies(5, 60.0, True),)


@pytest.mark.parametrize(
    "told",
    [
        ", copies: 1",
        ", copies: 6",
        ", links: oldest",
        ", gap: wide",
    ],
)
def test_what_makes_no_sense_for_mail_duplicate_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"faults\[0\]\.(copies|links|gap)"):
        bench.planned(f"{{target: all, kind: mail_duplicate{told}}}")
