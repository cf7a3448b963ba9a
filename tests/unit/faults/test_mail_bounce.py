"""mail_bounce: a mail that is refused."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import MailBounce, MailGreylist
from siaksim.scenario.problems import ScenarioErrors


def test_mail_bounce_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: mail_bounce, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (MailBounce("550 5.1.1 no such mailbox"),)
        for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_mail_bounce_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "mail_bounce" in bench.struck("mail_bounce")


def test_a_greylisted_mail_is_tried_again_after_a_drawn_time(bench: Any) -> None:
    told = "{target: mail.*, kind: mail_bounce, how: greylist}"
    (effect,) = bench.effects(told, None, 0.0)
    assert effect == MailGreylist(360.0, "451 4.7.1 greylisted, try again later")
    told = '{target: mail.*, kind: mail_bounce, how: greylist, retry: 20m, says: "450 wait"}'
    assert bench.effects(told, None) == (MailGreylist(1200.0, "450 wait"),)


@pytest.mark.parametrize(
    "told",
    [
        ', says: "451 later"',
        ", says: nobody",
        ', how: greylist, says: "550 never"',
        ', says: "550\\r\\nRSET"',
    ],
)
def test_what_makes_no_sense_for_mail_bounce_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"a (bounce|greylist) says a reply such as"):
        bench.planned(f"{{target: all, kind: mail_bounce{told}}}")
