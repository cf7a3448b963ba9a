"""Row by row over a real socket: codes and texts, fields, the face match, the two centres."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from siaksim import data
from siaksim.agreements.fields import FIELD_SETS
from siaksim.agreements.showing import request_of
from siaksim.scenario.agreements import shipped

HEAD = """\
scenario: rows
story: One agreement is changed so that each code can be met.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"]}
agreements:
"""
ABSENT = "3576010101079899"


class Client:
    """Calls shipped agreements of one world as their first users."""

    def __init__(self, world: Any) -> None:
        self.world = world

    def ask(self, name: str, nik: str, method: str = "", /, **more: Any) -> dict[str, Any]:
        """Return the parsed reply, which comes with HTTP 200."""
        agreement = shipped().get(name)
        assert agreement is not None
        chosen = method or next(iter(agreement.methods))
        operation = agreement.grants(chosen)
        assert operation is not None
        body = request_of(agreement, operation, nik) | more
        answer = httpx.post(self.world.base + agreement.path(chosen), json=body, timeout=20)
        assert answer.status_code == 200
        return dict(answer.json())

    def element(self, name: str, nik: str, method: str = "", /, **more: Any) -> dict[str, Any]:
        (found,) = self.ask(name, nik, method, **more)["content"]
        return dict(found)

    def find(self, **asked: Any) -> list[dict[str, Any]]:
        """Return residents as the control API shows them."""
        found = self.world.admin("GET", "residents", params=asked).json()["residents"]
        assert found, asked
        return list(found)


@pytest.fixture(scope="module")
def client(make_world: Any) -> Client:
    return Client(make_world(text=HEAD.removesuffix("agreements:\n"), clock="manual"))


@pytest.fixture(scope="module")
def nik(client: Client) -> str:
    return str(client.world.resident())


# -- 1.6: each code can be met, in its own words ---------------------------------------------

BLOCKED = [
    ("06", "rsud-lookup: {hours: '17:00-18:00'}", {}, "Akses Di Luar Jam Layanan"),
    ("05", "rsud-lookup: {quota: 0}", {}, "Kuota Akses Hari Ini Telah Habis"),
    ("10", "rsud-lookup: {sockets: 10.0.0.0/8}", {}, "IP Client  Tidak terdaftar"),
    ("16", "rsud-lookup: {active: false}", {}, "Instansi Tidak Aktif"),
    ("04", "rsud-lookup: {quota: 9}", {"ip_user": "x"}, "IP Tidak Sesuai"),
    ("03", "rsud-lookup: {quota: 9}", {"password": "x"}, "Login Gagal"),
    ("09", "rsud-lookup: {quota: 9}", {"password": ""}, "User, password dan IP tidak boleh kosong"),
    ("07", "rsud-lookup: {quota: 9}", {"nik": ""}, "Parameter Tidak Lengkap / Tidak Valid"),
    ("13", "rsud-lookup: {texts: {change: {'13': Tiada}}}", {"nik": ABSENT}, "Tiada"),
]


@pytest.mark.parametrize(("code", "change", "sent", "text"), BLOCKED)
def test_a_code_and_its_text(
    make_world: Any, code: str, change: str, sent: dict[str, str], text: str
) -> None:
    client = Client(make_world(text=f"{HEAD}  {change}\n", clock="manual"))
    found = client.element("rsud-lookup", client.world.resident(), **sent)
    assert found == {"RESPONSE_CODE": code, "RESPONSE_DESC": text}


def test_an_inactive_user(client: Client, nik: str) -> None:
    user = {"user_id": "24112026080202adm_desa_35160003", "ip_user": "10.35.16.3"}
    found = client.element("desa-family", nik, **user)
    assert found == {"RESPON": "User ID Tidak Aktif", "RESPONSE_CODE": "17"}


def test_what_cannot_be_processed_and_what_is_absent(client: Client) -> None:
    blocked = client.find(ages="30-60", status="normal", recorded="false", limit=1)[0]["nik"]
    found = client.ask("customer-id-verify", blocked)
    text = "NIK Tidak Dapat Diproses"
    assert found["content"] == [{"RESPONSE_CODE": "08", "RESPONSE_DESC": text, "RESPONSE": text}]
    assert (found["numberOfElements"], found["lastPage"]) == (0, False)
    assert client.ask("insurance-lookup", ABSENT)["content"] == []
    old = client.element("province-strict", ABSENT, "GET_NIK")
    assert old == {"RESPON": "Data Tidak Ditemukan"}


@pytest.mark.parametrize("status", [500, 502])
def test_transport_failures_that_clients_handle(make_world: Any, status: int) -> None:
    fault = f"faults: [{{target: dukcapil.*, kind: error, status: {status}}}]\n"
    world = make_world(text=HEAD.removesuffix("agreements:\n") + fault, clock="auto")
    path = "/dukcapil/get_json/35-76/rsud_3576/CALL_NIK"
    assert httpx.post(world.base + path, json={}, timeout=20).status_code == status


# -- 1.4: fields ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "method", "fields"),
    [
        ("rsud-lookup", "CALL_NIK", "24"),
        ("dinkes-own-method", "dinkes", "30"),
        ("province-strict", "GET_NIK", "33"),
        ("insurance-lookup", "CALL_NIK", "33"),
        ("desa-family", "adm_desa", "full"),
    ],
)
def test_the_field_set_is_the_agreements(
    client: Client, nik: str, name: str, method: str, fields: str
) -> None:
    assert list(client.element(name, nik, method)) == list(FIELD_SETS[fields])


def test_texts_are_upper_case_and_missing_values_differ(client: Client) -> None:
    kept = {"JENIS_KLMIN"}
    groups: dict[str, set[Any]] = {"rsud-lookup": set(), "desa-family": set()}
    for person in client.find(ages="20-60", status="normal", recorded="true", limit=40):
        for name, seen in groups.items():
            method = "adm_desa" if name == "desa-family" else ""
            element = client.element(name, person["nik"], method)
            seen.add(element["GOL_DARAH"])
            texts = {k: v for k, v in element.items() if isinstance(v, str) and k not in kept}
            assert all(v == v.upper() for v in texts.values()), texts
    assert "-" in groups["rsud-lookup"]
    assert "TIDAK TAHU" in groups["desa-family"]
    assert None not in groups["rsud-lookup"] | groups["desa-family"]


def test_a_family_has_an_element_for_each_member(client: Client) -> None:
    people = client.find(ages="30-45", status="normal", recorded="true", limit=50)
    families = (client.ask("desa-family", p["nik"], "CALL_NIK_GET_KK")["content"] for p in people)
    content = next(family for family in families if len(family) > 2)
    assert len({element["NO_KK"] for element in content}) == 1
    assert content[0]["STAT_HBKEL"] == "KEPALA KELUARGA"


# -- 1.7: the face match ---------------------------------------------------------------------


def sealed(text: str) -> str:
    key: Any = load_pem_public_key(data.key_text("dukcapil-test-public").encode())
    return b64encode(key.encrypt(text.encode(), PKCS1v15())).decode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 6018),
        ({"threshold": 21}, 5005),
        ({"nik": "plain"}, 5006),
        ({"password": sealed("x")}, 9002),
        ({"image": "%"}, 6006),
        ({"nik": sealed(ABSENT)}, 6020),
    ],
)
def test_the_face_match_and_its_codes(
    client: Client, nik: str, changes: dict[str, Any], code: int
) -> None:
    picture = client.world.selfie(nik)
    assert len(picture) < 195_000
    body = {
        "transactionId": "trx-7",
        "transactionSource": "counter",
        "customer_id": "c-1",
        "nik": sealed(nik),
        "user_id": sealed("24112026081000contoh_face_0001"),
        "password": sealed("siaksim"),
        "threshold": 12,
        "image": b64encode(picture).decode(),
        "template": "",
        "type": "Face",
        "position": "F",
        "ip": "10.10.10.40",
        **changes,
    }
    path = "/api/face-recognition/dukcapil/contoh-face-0001/CALL_FR"
    answer = httpx.post(client.world.base + path, json=body, timeout=20)
    assert answer.status_code == 200
    assert answer.json()["error"]["errorCode"] == code
    assert ("matchScore" in answer.json()) is (code == 6018)
    assert ("quotaLimiter" in answer.json()) is (code in (6018, 6006, 6020))


# -- section 8, points 16 and 20 ---------------------------------------------------------------


def test_dc_and_drc_may_differ_for_one_nik(make_world: Any) -> None:
    text = f"{HEAD}  desa-dc: {{like: desa-family, institution: adm_dc, centre: DC}}\n"
    client = Client(make_world(text=text, clock="manual"))
    today = date(2024, 7, 11)
    user = {"user_id": "24112026080200adm_desa_35160001", "password": "siaksim"}
    user |= {"ip_user": "10.35.16.1"}
    url = client.world.base + "/dukcapil/get_json/35-16/{}/adm_desa"
    with httpx.Client(timeout=20) as http:

        def status(centre: str, nik: str) -> dict[str, Any]:
            answer = http.post(url.format(centre), json={"nik": nik, **user}).json()
            return dict(answer["content"][0])

        for person in client.find(ages="17-19", status="normal", recorded="true", limit=1000):
            of_dc = status("adm_dc", person["nik"])
            if date.fromisoformat(of_dc["EKTP_CREATED"]) > today - timedelta(days=30):
                break
        else:
            raise AssertionError("nobody was recorded lately")
        assert of_dc["EKTP_STATUS"] == "SUDAH REKAM"
        assert status("adm_desa", person["nik"])["RESPONSE_CODE"] == "14"


def test_area_and_date_of_a_nik_are_historical(client: Client) -> None:
    people = client.find(ages="25-60", status="normal", recorded="true", limit=200)
    moved = next(p for p in people if p["nik"][:6] != p["area"].replace(".", ""))
    shown = client.element("rsud-lookup", moved["nik"])
    assert f"{shown['NO_PROP']:02d}{shown['NO_KAB']:02d}{shown['NO_KEC']:02d}" != moved["nik"][:6]
    corrected = next(
        p
        for p in client.find(ages="20-70", status="corrected_birth_date", limit=50)
        if p["status"] == "normal" and p["recorded"]
    )["nik"]
    shown = client.element("rsud-lookup", corrected)
    day = int(corrected[6:8]) - (40 if shown["JENIS_KLMIN"] == "Perempuan" else 0)
    assert shown["TGL_LHR"][5:] != f"{corrected[8:10]}-{day:02d}"
