"""What becomes of mails, whatever goes wrong with them.

Goal: a lost or bounced mail is in no folder, a duplicate is there exactly as often as said, spam
is in the spam folder only, and of a citizen's links only the newest one works.
"""

from __future__ import annotations

from exchange_harness import HEAD, Activation, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.journal.fingerprint import fingerprint
from siaksim.ledger.registry import Mail

KINDS = (
    "kind: mail_loss",
    "kind: mail_bounce",
    "kind: mail_bounce, how: greylist",
    "kind: mail_spam",
    "kind: mail_duplicate",
    "kind: mail_duplicate, copies: 3, links: newest, gap: {uniform: {min: 0s, max: 90s}}",
    "kind: mail_delay, delay: {uniform: {min: 1s, max: 40m}}",
    "kind: link_expiry, life: 1h",
)
_kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=3)
_pauses = st.lists(st.integers(0, 3000), min_size=1, max_size=4)
HEAD_MANY = HEAD.replace("mail_delay", "mail_resend_max: 100, mail_delay")


def day(kinds: list[str]) -> list[str]:
    """Return the faults: each with an equal share, and a share for none."""
    share = 100 // (len(kinds) + 1)
    return [f"{{target: mail.*, {kind}, share: {share}%}}" for kind in kinds]


def resent(desk: Desk, pauses: list[int]) -> Activation:
    """Send a citizen as many mails as there are pauses, and one more."""
    on = desk.to_mail()
    path = f"/siak/v1/ikd/activations/{on.id}/mails"
    for pause in pauses:
        desk.advance(pause)
        assert desk.call("POST", path, token=desk.log_in()).status == 200
    return on


def wanted(mail: Mail) -> tuple[int, int]:
    """Return how often a mail is to be found: in the inbox, and among the spam."""
    times = 1 + len(mail.copies_at) if mail.fate == "delivered" else 0
    return (0, times) if mail.folder == "spam" else (times, 0)


@settings(max_examples=30, deadline=None)
@given(_kinds, _pauses)
def test_each_mail_is_found_where_and_as_often_as_its_fate_says(
    kinds: list[str], pauses: list[int]
) -> None:
    desk = Desk(*day(kinds), head=HEAD_MANY)
    on = resent(desk, pauses)
    mails = desk.world.registry.registrations[on.id].mails
    for _ in range(40):  # on its way, a mail is never there before its time
        assert all(found.at <= desk.now for found in desk.mails(on, "anywhere"))
        desk.advance(150)
    inbox, spam = desk.mails(on), desk.mails(on, "spam")
    assert len(desk.mails(on, "anywhere")) == len(inbox) + len(spam)
    for mail in mails:
        found = tuple(sum(d.mail is mail for d in box) for box in (inbox, spam))
        assert found == wanted(mail)
    assert [d.arrival for d in inbox] == sorted((d.arrival for d in inbox), reverse=True)
    ends = [
        line for line in desk.lines("mail") if line["event"] in ("delivered", "lost", "bounced")
    ]
    assert len(ends) == sum(max(1, 1 + len(mail.copies_at)) for mail in mails)
    queued = desk.lines("mail", event="queued")
    assert [line["number"] for line in queued] == list(range(1, len(mails) + 1))
    assert all(bool(line.get("why")) == bool(line.get("fault")) for line in queued)


@settings(max_examples=20, deadline=None)
@given(_kinds.filter(lambda kinds: not any("life" in kind for kind in kinds)), _pauses)
def test_only_the_newest_link_works(kinds: list[str], pauses: list[int]) -> None:
    desk = Desk(*day(kinds), head=HEAD_MANY)
    on = resent(desk, pauses)
    desk.advance(6000)
    count = len(desk.world.registry.registrations[on.id].mails)
    for number in range(1, count):
        assert desk.page(on, number).code == "link_superseded"
    assert desk.activate(on, count).status == 200


@settings(max_examples=10, deadline=None)
@given(_kinds, _pauses)
def test_the_same_day_twice_has_the_same_mails(kinds: list[str], pauses: list[int]) -> None:
    found = []
    for _ in range(2):
        desk = Desk(*day(kinds), head=HEAD_MANY)
        resent(desk, pauses)
        desk.advance(6000)
        found.append(fingerprint(desk.world.journal.lines))
    assert found[0] == found[1]
