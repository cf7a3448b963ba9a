"""Face match and usage report (domain.md 1.7)."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from dukcapil_desk import Desk, Reply
from siaksim import data
from siaksim.agreements.texts import FACE
from siaksim.core import chance
from siaksim.media.selfies import Variant, selfie

NOBODY = "3576010101079899"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def rsa(text: str) -> str:
    """Encrypt as a real client does, with the test key that siaksim ships."""
    key: Any = load_pem_public_key(data.key_text("dukcapil-test-public").encode())
    return b64encode(key.encrypt(text.encode(), PKCS1v15())).decode()


def plain64(text: str) -> str:
    return b64encode(text.encode()).decode()


def picture(desk: Desk, nik: str, variant: Variant = "plain") -> bytes:
    identity = chance.bits(desk.world.seed, "face", nik)
    return selfie(identity, variant)


def match(
    desk: Desk, nik: str, image: bytes | str, name: str = "face-match", /, **more: Any
) -> Reply:
    """Call a face match; `more` replaces what is sent (None: left out)."""
    agreement = desk.agreement(name)
    user = agreement.users[0]
    seal = rsa if agreement.face.encryption == "rsa" else plain64
    body: dict[str, Any] = {
        "transactionId": "trx-1",
        "transactionSource": "counter",
        "customer_id": "c-1",
        "nik": seal(nik),
        "user_id": seal(user.user_id),
        "password": seal(user.password),
        "threshold": "12",
        "image": image if isinstance(image, str) else b64encode(image).decode(),
        "template": "",
        "type": "Face",
        "position": "F",
        "ip": user.ip[0],
        "ip_user": user.ip[0],
    }
    body = {k: v for k, v in (body | more).items() if v is not None}
    return desk.post(agreement.path("CALL_FR"), body)


def code(reply: Reply) -> int:
    assert reply.status == 200
    found = reply.json["error"]["errorCode"]
    assert type(found) is int
    assert reply.json["error"]["errorMessage"] == FACE[str(found)]
    return int(found)


@pytest.mark.parametrize(
    ("name", "kind"), [("face-match", str), ("face-match-base64", int | float)]
)
def test_ones_own_face_matches_with_a_score_as_the_agreement_has_it(
    desk: Desk, name: str, kind: Any
) -> None:
    nik = desk.person(ages=(25, 40)).nik
    reply = match(desk, nik, picture(desk, nik), name)
    assert code(reply) == 6018
    assert isinstance(reply.json["matchScore"], kind)
    assert 12 <= float(reply.json["matchScore"]) <= 20
    assert reply.json["transactionId"] == "trx-1"


def test_another_face_does_not_and_the_threshold_decides(desk: Desk) -> None:
    nik = desk.person(ages=(25, 40)).nik
    other = match(desk, nik, picture(desk, desk.person(ages=(41, 50)).nik))
    assert code(other) == 6019
    score = float(match(desk, nik, picture(desk, nik)).json["matchScore"])
    low, high = int(score), int(score) + 1
    assert code(match(desk, nik, picture(desk, nik), threshold=low)) == 6018
    if high <= 20:
        assert code(match(desk, nik, picture(desk, nik), threshold=high)) == 6019
    assert code(match(desk, nik, picture(desk, desk.person().nik), threshold=1)) in (6018, 6019)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"threshold": "0"}, 5005),
        ({"threshold": "21"}, 5005),
        ({"threshold": "x"}, 5005),
        ({"threshold": "1000"}, 5005),
        ({"threshold": None}, 5005),
        ({"image": None}, 5004),
        ({"transactionId": ""}, 5004),
        ({"nik": None}, 5004),
        ({"nik": "not sealed"}, 5006),
        ({"nik": plain64("3576010101079000")}, 5006),
        ({"ip_user": "9.9.9.9", "ip": None}, 5003),
        ({"user_id": rsa("nobody")}, 5001),
        ({"password": rsa("wrong")}, 9002),
        ({"image": "%%%"}, 6006),
        ({"image": plain64("no picture")}, 6015),
        ({"nik": rsa(NOBODY)}, 6020),
    ],
)
def test_each_mistake_has_its_code(desk: Desk, changes: dict[str, Any], expected: int) -> None:
    nik = desk.person(ages=(25, 40)).nik
    assert code(match(desk, nik, picture(desk, nik), **changes)) == expected


def test_a_picture_over_the_limit_cannot_be_processed(desk: Desk) -> None:
    nik = desk.person(ages=(25, 40)).nik
    image = picture(desk, nik) + b"\0" * 195_000
    assert code(match(desk, nik, image)) == 6015


@pytest.mark.parametrize("variant", ["mask", "glasses", "blurred"])
def test_a_covered_or_blurred_face_cannot_be_processed(desk: Desk, variant: Any) -> None:
    nik = desk.person(ages=(25, 40)).nik
    assert code(match(desk, nik, picture(desk, nik, variant))) == 6015


def test_who_has_no_photo_is_not_found(desk: Desk) -> None:
    people = desk.world.country.find(
        today=desk.world.today(), status="no_recorded_photo", ages=(20, 60), limit=5
    )
    nik = next(p.nik for p in people if p.status == "normal")
    assert code(match(desk, nik, picture(desk, nik))) == 6020


def test_an_unknown_credential_is_an_unknown_account(desk: Desk) -> None:
    reply = desk.post("/api/face-recognition/dukcapil/nobody/CALL_FR", {"nik": "x"})
    assert code(reply) == 5001


def test_the_quota_counts_matches_and_mismatches_alike() -> None:
    desk = Desk("agreements: {face-match: {quota: 3}}\n")
    nik = desk.person(ages=(25, 40)).nik
    own, other = picture(desk, nik), picture(desk, NOBODY)
    left = [match(desk, nik, image).json["quotaLimiter"] for image in (own, other, own)]
    assert left == [2, 1, 0]
    assert code(match(desk, nik, own, threshold="x")) == 5002  # the quota is asked first
    assert code(match(desk, nik, own)) == 5002


@pytest.mark.parametrize(("given", "expected"), [("6014", 6014), ("05", 5002), ("08", 5000)])
def test_faults_speak_the_face_matchs_codes(given: str, expected: int) -> None:
    desk = Desk(f'faults:\n  - {{target: dukcapil.call_fr, kind: error, code: "{given}"}}\n')
    nik = desk.person(ages=(25, 40)).nik
    assert code(match(desk, nik, picture(desk, nik))) == expected


def test_neither_picture_nor_secrets_reach_the_journal() -> None:
    desk = Desk()
    nik = desk.person(ages=(25, 40)).nik
    image = picture(desk, nik)
    match(desk, nik, image)
    (line,) = desk.world.journal.query({"kind": "decided"})
    text = json.dumps(line)
    assert line["subject"] == nik
    assert b64encode(image[:300]).decode()[:40] not in text
    assert '"siaksim"' not in text


# -- usage report --------------------------------------------------------------------------

ROW = {"NIK": "3576010101079000", "param": [{"CUSTOMER_ID": "c-1"}]}
PART = {"id_lembaga": "1", "nama_lembaga": "CONTOH", "data": [ROW]}
TOKEN = "Bearer siaksim-balikan"


def report(desk: Desk, body: Any, authorization: str = TOKEN) -> tuple[int, Any]:
    path = desk.agreement("usage-report").path("store")
    raw = json.dumps(body).encode() if not isinstance(body, bytes) else body
    reply = desk.post(path, raw, authorization=authorization)
    return reply.status, reply.json


def test_a_report_is_taken_once() -> None:
    desk = Desk()
    assert report(desk, [PART]) == (200, {"message": "Success"})
    assert report(desk, [PART]) == (400, {"message": "Data sudah pernah dikirim"})
    other = {**ROW, "param": [{"CUSTOMER_ID": "c-2"}]}
    assert report(desk, [{**PART, "data": [ROW, other]}])[0] == 400  # whole: nothing of it kept
    assert report(desk, [{**PART, "data": [other]}]) == (200, {"message": "Success"})
    assert report(desk, [{**PART, "id_lembaga": "2"}])[0] == 200


@pytest.mark.parametrize("token", ["", "Bearer x", "siaksim-balikan", "Basic siaksim-balikan"])
def test_a_report_needs_its_token(desk: Desk, token: str) -> None:
    assert report(desk, [PART], token) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        [1],
        [{}],
        [{**PART, "data": []}],
        [{**PART, "id_lembaga": ""}],
        [{**PART, "data": [1]}],
        [{**PART, "data": [{**ROW, "param": []}]}],
        [{**PART, "data": [{**ROW, "param": [{}]}]}],
        [{**PART, "data": [{"param": [{"CUSTOMER_ID": "c"}]}]}],
        [PART, {}],
    ],
)
def test_a_report_of_another_form_is_refused_whole(desk: Desk, body: Any) -> None:
    status, told = report(desk, body)
    assert status == 400
    assert told["message"] == "Parameter Tidak Lengkap / Tidak Valid"


def test_a_report_that_names_a_row_twice_is_a_repeat(desk: Desk) -> None:
    twice = [{**PART, "id_lembaga": "9", "data": [ROW, ROW]}]
    assert report(desk, twice)[0] == 400


def test_a_lost_answer_makes_the_next_report_a_repeat() -> None:
    fault = "{target: dukcapil.usage_report, kind: lost_answer, first: 1, how: reset}"
    desk = Desk(f"faults: [{fault}]\n")
    assert report(desk, [PART]) == (0, None)
    assert report(desk, [PART]) == (400, {"message": "Data sudah pernah dikirim"})
