"""mail_loss: a mail that never arrives."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import MailLoss
from siaksim.scenario.problems import ScenarioErrors


def test_mail_loss_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: mail_loss, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (MailLoss(),) for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_mail_loss_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "mail_loss" in bench.struck("mail_loss")


def test_the_mails_of_mail_and_all_are_those_of_the_operations_that_send_them(bench: Any) -> None:
    senders = ("ikd.scan_officer_qr", "siak.resend_mail", "siak.scan_qr", "siak.sync")
    assert bench.planned("{target: mail.*, kind: mail_loss}").targets == senders
    assert bench.planned("{target: all, kind: mail_loss}").targets == senders
    assert bench.planned("{target: siak.*, kind: mail_loss}").targets == senders[1:]


@pytest.mark.parametrize("target", ["mail.activate", "ikd.status", "siak.search"])
def test_an_operation_that_sends_no_mail_is_a_mistake(bench: Any, target: str) -> None:
    with pytest.raises(ScenarioErrors, match=r"mail_loss strikes only ikd.scan_officer_qr, siak"):
        bench.planned(f"{{target: {target}, kind: mail_loss}}")


def test_a_mail_of_a_call_whose_answer_is_lost_is_drawn_for_too(bench: Any) -> None:
    lost = "{target: all, kind: lost_answer, how: reset}"
    plan = bench.plan(lost, "{target: mail.*, kind: mail_loss}")
    decision = plan.decide(bench.call(1), 0.0)
    assert [r.kind for r in decision.reasons] == ["lost_answer", "mail_loss"]
    assert decision.effects[1] == MailLoss()


def test_a_call_that_was_refused_sends_no_mail_to_draw_for(bench: Any) -> None:
    error = "{target: all, kind: error, status: 503}"
    plan = bench.plan(error, "{target: mail.*, kind: mail_loss}")
    assert [r.kind for r in plan.decide(bench.call(1), 0.0).reasons] == ["error"]
