"""Rules for field kits: each with a near miss that passes, and one just past its limit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from siaksim.verdict.history import Brought, Said
from siaksim.verdict.rules.age_checked_early import AgeCheckedEarly
from siaksim.verdict.rules.idempotent_retry import IdempotentRetry
from siaksim.verdict.rules.offline_work_kept import OfflineWorkKept
from siaksim.verdict.rules.sync_idempotent import SyncIdempotent
from siaksim.verdict.rules.sync_rate import SyncRate
from verdict_history import Story

ONCE = SyncIdempotent(rule="sync_idempotent")
KEYED = IdempotentRetry(rule="idempotent_retry")
RATE = SyncRate(rule="sync_rate")
KEPT = OfflineWorkKept(rule="offline_work_kept")
AGE = AgeCheckedEarly(rule="age_checked_early")
ANNA, BUDI = "3576014101089000", "3576014101089001"
AT, LATER = "2024-07-11T08:00:00.000+07:00", "2024-07-11T08:30:00.000+07:00"


def record(nik: str, ref: str = "", at: str = AT) -> dict[str, Any]:
    """Return an item of a batch as the journal keeps it."""
    item = {"kind": "enrolment", "captured_at": at, "enrolment": {"nik": nik}}
    return {**item, "client_ref": ref} if ref else item


class Field(Story):
    """A kit's run: batches of items, and what came of each."""

    def batch(
        self, at: float, *items: dict[str, Any], came: str | None = None, why: str = "", **more: Any
    ) -> None:
        """Send a batch; `came` is the result of all its items, None: it was never judged."""
        results = (
            ()
            if came is None
            else tuple(
                Brought(
                    item.get("client_ref", ""), item["kind"], item["enrolment"]["nik"], came, why
                )
                for item in items
            )
        )
        commits = {}
        if came in ("accepted", "conflict"):
            first = items[0]
            commits = {"synced": {"client_ref": first.get("client_ref", ""), "kind": "enrolment"}}
        self.call(
            "siak.sync",
            at,
            subject=items[0]["enrolment"]["nik"] if commits else "petugas01",
            body={"device_id": "kit", "items": list(items)},
            items=results,
            commits=commits,
            **more,
        )

    def says(self, nik: str, outcome: str, at: float) -> None:
        self.said.append(Said(nik, outcome, "", at))


# -- sync_idempotent -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "ref", "at", "value"),
    [
        (0, "r-1", AT, "PASS"),
        (0, "r-2", AT, "FAIL"),
        (0, "", AT, "FAIL"),
        (504, "r-2", LATER, "FAIL"),  # as if it were captured anew
        (503, "r-2", AT, "PASS"),  # nothing was done
        (429, "r-2", AT, "PASS"),
    ],
)
def test_what_may_have_come_in_keeps_its_ref(status: int, ref: str, at: str, value: str) -> None:
    field = Field()
    field.batch(0, record(ANNA, "r-1"), status=status)
    field.batch(5, record(ANNA, ref, at))
    assert field.judged_by(ONCE).value == value


@pytest.mark.parametrize(
    ("came", "ref", "at", "value"),
    [
        ("accepted", "r-1", AT, "PASS"),  # needless, and no harm
        ("accepted", "r-2", AT, "FAIL"),
        ("conflict", "r-2", AT, "FAIL"),
        ("conflict", "r-2", LATER, "PASS"),  # captured anew
        ("rejected", "r-2", AT, "PASS"),
    ],
)
def test_what_has_come_in_is_not_sent_as_another(came: str, ref: str, at: str, value: str) -> None:
    field = Field()
    field.batch(0, record(ANNA, "r-1"), came=came)
    field.batch(5, record(ANNA, ref, at))
    assert field.judged_by(ONCE).value == value


def test_both_notes_of_a_doubled_item_are_shown() -> None:
    field = Field()
    field.batch(0, record(ANNA, "r-1"), came="accepted", status=0)
    field.batch(5, record(ANNA, "r-2"), came="conflict")
    (found,) = field.judged_by(ONCE).findings
    assert (found.values["one"], found.values["two"]) == (1, 2)
    assert found.calls == ("t-1", "t-2")
    assert "enrolment for 3576014101089000: sent again under another client_ref" in found.text


def test_a_batch_with_the_same_idempotency_key_needs_no_refs() -> None:
    for rule in (ONCE, KEYED):
        for keys, value in ((("k", "k"), "PASS"), (("k", "l"), "FAIL"), (("", ""), "FAIL")):
            field = Field()
            for at, key in enumerate(keys):
                field.batch(at * 5.0, record(ANNA), key=key, status=0 if at == 0 else 200)
            assert field.judged_by(rule).value == value


def test_refs_are_keys_for_idempotent_retry_only_if_every_item_has_one() -> None:
    for refs, value in ((("r-1", "r-2"), "PASS"), (("r-1", ""), "FAIL")):
        field = Field()
        items = [record(ANNA, refs[0]), record(BUDI, refs[1])]
        field.batch(0, *items, status=0)
        field.batch(5, *items)
        assert field.judged_by(KEYED).value == value


def test_two_things_of_one_batch_and_of_two_devices_are_two() -> None:
    field = Field()
    field.batch(0, record(ANNA, "r-1"), record(ANNA, "r-2"), status=0)
    field.call("siak.sync", 5, body={"device_id": "other", "items": [record(ANNA, "r-9")]})
    assert field.judged_by(ONCE).value == "PASS"


# -- sync_rate -----------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "value"), [(5, "PASS"), (6, "FAIL")])
def test_five_recordings_are_a_batch_and_six_too_many(count: int, value: str) -> None:
    field = Field()
    field.batch(0, *(record(f"35760141010890{n:02d}", f"r-{n}") for n in range(count)))
    assert field.judged_by(RATE).value == value


def test_scans_do_not_count_as_recordings() -> None:
    field = Field()
    scans = [{"kind": "scan", "captured_at": AT, "payload": {"hidden": str(n)}} for n in range(50)]
    field.call("siak.sync", 0, body={"device_id": "kit", "items": scans})
    assert field.judged_by(RATE).value == "PASS"


@pytest.mark.parametrize(("every", "value"), [(10.0, "PASS"), (9.9, "FAIL")])
def test_six_batches_a_minute_are_enough(every: float, value: str) -> None:
    field = Field()
    for number in range(7):
        field.batch(number * every, record(ANNA, f"r-{number}"))
    ruling = field.judged_by(RATE)
    assert ruling.value == value
    assert [len(found.calls) for found in ruling.findings] == ([7] if value == "FAIL" else [])


def test_batches_that_failed_are_left_to_the_rules_of_retries() -> None:
    field = Field()
    for number in range(20):
        field.batch(float(number), record(ANNA, "r-1"), status=503)
    assert field.judged_by(RATE).value == "PASS"


# -- age_checked_early ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "why", "value"),
    [
        ("accepted", "", "PASS"),
        ("rejected", "incomplete_biometrics", "PASS"),
        ("rejected", "too_young_to_record", "FAIL"),
    ],
)
def test_a_pupil_who_is_too_young_is_not_recorded(came: str, why: str, value: str) -> None:
    field = Field()
    for at in (0.0, 20.0):  # the same one again is the same finding
        field.batch(at, record(ANNA, "r-1"), came=came, why=why, status=0 if at else 200)
    ruling = field.judged_by(AGE)
    assert ruling.value == value
    assert ruling.exercised == 1
    assert len(ruling.findings) == (value == "FAIL")


def test_nor_is_one_recorded_with_a_line() -> None:
    field = Field()
    field.call("siak.enrol", 0, subject=ANNA, status=409, code="too_young_to_record")
    field.call("siak.enrol", 9, subject=BUDI, status=409, code="already_recorded")
    ruling = field.judged_by(AGE)
    assert [found.values["nik"] for found in ruling.findings] == [ANNA]
    assert ruling.exercised == 2


# -- offline_work_kept ---------------------------------------------------------------------


def day(field: Field, over: float | None, until: float = 100.0, work: float = 90.0) -> Any:
    """Return the ruling on a run that went to `until`, whose client ended at `over`."""
    return KEPT.judge(replace(field.history, over_s=over, until_s=until, work_until_s=work))


@pytest.mark.parametrize(
    ("over", "last", "value"),
    [
        (100.0, 45.0, "INCONCLUSIVE"),  # it may be about to send more
        (100.0, 39.8, "FAIL"),  # for a minute it could have, and did not
        (89.0, 45.0, "FAIL"),  # it went home
        (None, 39.8, "FAIL"),
        (None, 45.0, "INCONCLUSIVE"),
    ],
)
def test_what_is_never_sent_is_lost_when_the_client_has_stopped(
    over: float | None, last: float, value: str
) -> None:
    field = Field()
    field.says(ANNA, "captured", 1)
    field.says(BUDI, "captured", 2)
    field.batch(last, record(BUDI, "r-2"), came="accepted")
    ruling = day(field, over)
    assert ruling.value == value
    assert [found.values["nik"] for found in ruling.findings] == ([ANNA] if value == "FAIL" else [])


def test_who_waits_since_siak_is_away_has_lost_nothing() -> None:
    field = Field()
    field.says(ANNA, "captured", 1)
    field.batch(10, record(BUDI, "r-2"), came="accepted")
    field.call("siak.search", 20, status=503, retry_after="600")
    assert day(field, 100.0).value == "INCONCLUSIVE"
    field = Field()
    field.batch(10, record(ANNA, "r-1"), status=503)
    assert day(field, 100.0).value == "INCONCLUSIVE"


@pytest.mark.parametrize(("over", "value"), [(100.0, "FAIL"), (None, "INCONCLUSIVE")])
def test_done_is_said_of_what_is_in_the_registry(over: float | None, value: str) -> None:
    field = Field()
    field.says(ANNA, "done", 1)
    field.batch(50, record(ANNA, "r-1"), status=503)
    assert day(field, over).value == value
    field.batch(60, record(ANNA, "r-1"), came="accepted")
    assert day(field, over).value == "PASS"


@pytest.mark.parametrize("outcome", ["failed", "handed_over"])
def test_a_word_that_somebody_else_has_to_act_on_settles_it(outcome: str) -> None:
    field = Field()
    field.says(ANNA, "captured", 1)
    field.says(ANNA, outcome, 30)
    assert day(field, 50.0).value == "PASS"


def test_an_item_that_was_rejected_or_taken_though_nobody_heard_is_not_owed() -> None:
    for came in ("rejected", "accepted"):
        field = Field()
        field.says(ANNA, "captured", 1)
        field.batch(10, record(ANNA, "r-1"), came=came, status=0)
        assert day(field, 50.0).value == "PASS"
    field = Field()
    field.batch(10, record(ANNA, "r-1"), status=0)
    assert day(field, 50.0).value == "FAIL"
