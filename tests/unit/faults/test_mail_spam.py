"""mail_spam: a mail in the spam folder."""

from __future__ import annotations

from typing import Any

from siaksim.core.effects import MailSpam


def test_mail_spam_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    told = "{{target: all, kind: mail_spam, share: {}}}"
    assert not any(bench.hits(told.format("0%"), operation="siak.scan_qr"))
    assert all(
        hit == (MailSpam(),) for hit in bench.hits(told.format("100%"), operation="siak.scan_qr")
    )


def test_mail_spam_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert "mail_spam" in bench.struck("mail_spam")
