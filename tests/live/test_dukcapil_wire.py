"""The Dukcapil web service over a real socket, byte for byte (domain.md 1 and 8)."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

USER = "24112026080000rsud_35760001"
GOOD = {"user_id": USER, "password": "siaksim", "ip_user": "10.35.76.10"}
RSUD = "/dukcapil/get_json/35-76/rsud_3576/CALL_NIK"
ENVELOPE = (
    '"lastPage":true,"numberOfElements":1,"sort":null,"totalElements":1,'
    '"firstPage":true,"number":0,"size":1}'
)


class Wire:
    """A client that writes bytes as they stand and reads one answer."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.address = urlsplit(world.server)

    def raw(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send bytes on a new connection; return status, headers and body."""
        assert self.address.hostname
        assert self.address.port
        with socket.create_connection((self.address.hostname, self.address.port), 20) as sock:
            sock.sendall(data)
            received = b""
            while b"\r\n\r\n" not in received:
                received += sock.recv(65536)
            head, _, body = received.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:])}
            while len(body) < int(headers["content-length"]):
                body += sock.recv(65536)
        return int(lines[0].split()[1]), headers, body

    def post(self, path: str, body: bytes, *head: str) -> tuple[int, dict[str, str], bytes]:
        """POST bytes under the header lines given."""
        lines = [f"POST /w/{self.world.name}{path} HTTP/1.1", "Host: siak.test", *head]
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        return self.raw(text.encode("latin-1") + body)

    def ask(self, body: Any, *head: str, path: str = RSUD) -> dict[str, Any]:
        """POST JSON; return the only element of the content of an answer with HTTP 200."""
        given = head or ("Content-Type: application/json",)
        status, _, answer = self.post(path, json.dumps(body).encode(), *given)
        assert status == 200
        (element,) = json.loads(answer)["content"]
        return dict(element)


@pytest.fixture(scope="module")
def wire(make_world: Any) -> Wire:
    text = """\
scenario: wire
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
"""
    return Wire(make_world(text=text, clock="manual"))


@pytest.fixture(scope="module")
def nik(wire: Wire) -> str:
    return str(wire.world.resident(area="35.76"))


# -- 1.1 URL shapes ------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/dapi", "/gate/way/v1"])
@pytest.mark.parametrize("method", ["CALL_NIK", "call_nik", "Call_Nik"])
def test_shapes_prefixes_and_the_case_of_methods(
    wire: Wire, nik: str, prefix: str, method: str
) -> None:
    path = f"{prefix}/dukcapil/get_json/35-76/rsud_3576/{method}"
    assert wire.ask({"nik": nik, **GOOD}, path=path)["NIK"] == int(nik)


def test_national_and_numeric_shapes(wire: Wire, nik: str) -> None:
    user = "24112026080400contoh_finance_0001"
    sent: dict[str, Any] = {"NIK": nik, "user_id": user, "password": "siaksim"}
    sent |= {"ip_user": "10.10.10.10", "TRESHOLD": 90}
    path = "/dukcapil/get_json/contoh_finance/CALL_VERIFY_BY_ELEMEN"
    assert wire.ask(sent, path=path) == {"NIK": "Sesuai"}
    sent["user_id"], sent["ip_user"] = "24112026080700contoh_990012345678901", "10.10.10.31"
    path = "/dukcapil/get_json/990012345678901/call_verify"
    assert wire.ask(sent, path=path) == {"NIK": "Sesuai"}


def test_a_post_without_a_body_has_everything_in_its_query(wire: Wire, nik: str) -> None:
    query = f"USER_ID=24112026080800contoh_33760001&PASSWORD=siaksim&NIK={nik}&IP_USER=10.33.76.1"
    path = f"/dukcapil/get_json/33-76/contoh/BYNIK?{query}"
    status, _, answer = wire.post(path, b"")
    assert status == 200
    assert json.loads(answer)["content"][0]["NIK"] == nik
    status, _, answer = wire.post(path.replace("siaksim", "salah"), b"")
    assert json.loads(answer)["content"] == [{"RESPON": "Login gagal"}]


# -- 1.2 requests --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-type: application/json,Accept: application/json",),
        ("Content-Type: application/json; charset=UTF-8",),
        ("Content-Type: application/json", "Accept: application/json"),
        ("Content-Type: application/json", "Authorization: Basic dXNlcjpzYWxhaA=="),
        (),
    ],
)
def test_headers_as_real_clients_write_them(wire: Wire, nik: str, lines: tuple[str, ...]) -> None:
    status, headers, answer = wire.post(RSUD, json.dumps({"nik": nik, **GOOD}).encode(), *lines)
    assert status == 200
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert json.loads(answer)["content"][0]["NIK"] == int(nik)


def test_a_form_has_the_same_keys(wire: Wire, nik: str) -> None:
    body = f"nik={nik}&user_id={USER}&password=siaksim&ip_user=10.35.76.10".encode()
    status, _, answer = wire.post(RSUD, body, "Content-Type: application/x-www-form-urlencoded")
    assert (status, json.loads(answer)["content"][0]["NIK"]) == (200, int(nik))


def test_a_chunked_body_means_the_same(wire: Wire, nik: str) -> None:
    body = json.dumps({"nik": nik, **GOOD}).encode()
    half = len(body) // 2
    parts = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (body[:half], body[half:], b""))
    head = (
        f"POST /w/{wire.world.name}{RSUD} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    status, _, answer = wire.raw(head.encode() + parts)
    assert (status, json.loads(answer)["content"][0]["NIK"]) == (200, int(nik))


@pytest.mark.parametrize(
    "key", ["ip_user", "IP_USER", "IP_user", "ip_users", "ip_address", "ipUser"]
)
def test_six_spellings_of_the_claimed_address(wire: Wire, nik: str, key: str) -> None:
    body = {"nik": nik, "user_id": USER, "password": "siaksim", key: "10.35.76.10"}
    assert wire.ask(body)["NIK"] == int(nik)
    assert wire.ask(body | {key: "10.0.0.1"})["RESPONSE_CODE"] == "04"


def test_keys_in_mixed_case_and_numbers_as_they_come(wire: Wire, nik: str) -> None:
    body = {"NIK": int(nik), "USER_ID": USER, "Password": "siaksim", "IP_User": "10.35.76.10"}
    assert wire.ask(body)["NIK"] == int(nik)


# -- 1.3, 1.4 replies ----------------------------------------------------------------------


def test_the_envelope_byte_for_byte(wire: Wire) -> None:
    body = json.dumps({"nik": "3576010101079899", **GOOD}).encode()
    status, _, answer = wire.post(RSUD, body, "Content-Type: application/json")
    text = "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan"
    element = f'{{"RESPONSE_CODE":"13","RESPONSE_DESC":"{text}"}}'
    assert status == 200
    assert answer.decode() == f'{{"content":[{element}],{ENVELOPE}'


def test_numbers_have_no_quotes_and_no_zeros_in_front(wire: Wire, nik: str) -> None:
    body = json.dumps({"nik": nik, **GOOD}).encode()
    answer = wire.post(RSUD, body, "Content-Type: application/json")[2].decode()
    assert f'"NIK":{nik},' in answer
    assert '"NO_PROP":35,"NO_KAB":76,"NO_KEC":' in answer
    assert '"NO_KEC":0' not in answer
    assert '"JENIS_KLMIN":"Laki-Laki"' in answer or '"JENIS_KLMIN":"Perempuan"' in answer
    assert "RESPON" not in answer
    assert answer.endswith(ENVELOPE)


def test_a_papuan_nik_loses_its_last_digit_in_a_double(make_world: Any) -> None:
    text = """\
scenario: papua
story: A world in the east.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["91", "96"]}
"""
    world = make_world(text=text, clock="auto")
    nik = next(n for n in (world.resident(age=age) for age in range(20, 60)) if int(n) % 2)
    answer = httpx.post(world.base + RSUD, json={"nik": nik, **GOOD}, timeout=20).text
    assert f'"NIK":{nik},' in answer
    as_javascript = json.loads(answer, parse_int=float)["content"][0]["NIK"]
    assert int(as_javascript) != int(nik)


# -- 1.5 verification ----------------------------------------------------------------------


def test_a_mismatch_is_no_error_and_dates_go_day_first(wire: Wire, nik: str) -> None:
    record = wire.ask({"nik": nik, **GOOD})
    year, month, day = record["TGL_LHR"].split("-")
    sent = {"NIK": nik, "user_id": "24112026080400contoh_finance_0001", "password": "siaksim"}
    sent |= {"IP_USER": "10.10.10.10", "TRESHOLD": "100", "TGL_LHR": f"{day}-{month}-{year}"}
    sent |= {"NAMA_LGKP": record["NAMA_LGKP"] + " X", "NO_KAB": "76", "ALAMAT": " ", "AGAMA": ""}
    found = wire.ask(sent, path="/dukcapil/get_json/CONTOH_FINANCE/CALL_VERIFY_BY_ELEMEN")
    assert found["TGL_LHR"] == found["NO_KAB"] == "Sesuai"
    head, score = found["NAMA_LGKP"].split("(")
    assert head == "Tidak Sesuai "
    assert 80 <= int(score.rstrip(")")) < 100
    assert set(found) == {"NIK", "NAMA_LGKP", "TGL_LHR", "NO_KAB"}


# -- 1.6 errors and quota --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"password": "salah"}, '{"RESPONSE_CODE":"03","RESPONSE_DESC":"Login Gagal"}'),
        ({"ip_user": "1.1.1.1"}, '{"RESPONSE_CODE":"04","RESPONSE_DESC":"IP Tidak Sesuai"}'),
        ({"nik": "12"}, '{"RESPONSE_CODE":"15","RESPONSE_DESC":'),
        ({"nik": ""}, '{"RESPONSE_CODE":"07","RESPONSE_DESC":'),
        ({"user_id": ""}, '{"RESPONSE_CODE":"09","RESPONSE_DESC":'),
    ],
)
def test_failure_is_http_200_with_a_text_inside(
    wire: Wire, nik: str, changes: dict[str, str], text: str
) -> None:
    body = json.dumps({"nik": nik, **GOOD, **changes}).encode()
    status, _, answer = wire.post(RSUD, body, "Content-Type: application/json")
    assert status == 200
    assert f'"content":[{text}' in answer.decode()


def test_a_wrong_socket_has_two_spaces_in_its_text(make_world: Any) -> None:
    text = """\
scenario: sockets
story: Only another network may call.
seed: 5
clock: {start: 2024-07-11T08:00}
agreements: {rsud-lookup: {sockets: 10.0.0.0/8}, bank-old-verify: {sockets: 10.0.0.0/8}}
"""
    world = make_world(text=text, clock="auto")
    found = httpx.post(world.base + RSUD, json={"nik": "1", **GOOD}, timeout=20).text
    assert '{"RESPONSE_CODE":"10","RESPONSE_DESC":"IP Client  Tidak terdaftar"}' in found
    path = "/dukcapil/get_json/contoh_bank/nik_verifby_elemen"
    found = httpx.post(world.base + path, json={"nik": "1"}, timeout=20).text
    assert '{"RESPON":"IP Client  Tidak terdaftar"}' in found


def test_after_zero_every_call_fails_until_midnight(make_world: Any) -> None:
    text = """\
scenario: quota
story: Two calls a day.
seed: 5
clock: {start: 2024-07-11T23:59}
agreements: {finance-verify: {quota: 2}, bank-old-verify: {quota: 0}}
"""
    world = make_world(text=text, clock="manual")
    nik = world.resident()
    sent = {"NIK": nik, "user_id": "24112026080400contoh_finance_0001", "password": "siaksim"}
    sent |= {"ip_user": "10.10.10.10"}
    url = world.base + "/dukcapil/get_json/CONTOH_FINANCE/CALL_VERIFY_BY_ELEMEN"
    with httpx.Client(timeout=20) as http:
        found = [http.post(url, json=sent).json() for _ in range(3)]
        assert [f["quotaLimiter"] for f in found] == [1, 0, 0]
        assert found[2]["content"][0]["RESPONSE_CODE"] == "05"
        old = {"nik": nik, "user_id": "24112026080500contoh_bank_0001", "password": "siaksim"}
        old |= {"ip_user": "10.10.10.20", "treshold": "80"}
        path = "/dukcapil/get_json/contoh_bank/nik_verifby_elemen"
        used_up = http.post(world.base + path, json=old).text
        assert '{"RESPON":"Kuota Akses Hari ini telah Habis"}' in used_up
        world.advance(60)
        assert http.post(url, json=sent).json()["quotaLimiter"] == 1


@pytest.mark.parametrize(
    ("status", "code"), [("dead", "11"), ("duplicate", "12"), ("inactive", "14")]
)
def test_dead_duplicate_and_inactive_people_are_found(wire: Wire, status: str, code: str) -> None:
    asked = {"ages": "20-80", "status": status, "limit": 1}
    found = wire.world.admin("GET", "residents", params=asked).json()["residents"][0]
    answer = wire.ask({"nik": found["nik"], **GOOD})
    assert answer["RESPONSE_CODE"] == code
    assert answer["RESPONSE_DESC"].startswith("Data Ditemukan")


def test_a_valid_adult_who_never_recorded_is_blocked(wire: Wire) -> None:
    asked = {"ages": "30-60", "status": "normal", "recorded": "false", "limit": 1}
    found = wire.world.admin("GET", "residents", params=asked).json()["residents"][0]
    assert wire.ask({"nik": found["nik"], **GOOD})["RESPONSE_CODE"] == "14"


# -- 1.7 and around --------------------------------------------------------------------------


def test_the_usage_report_has_real_statuses(wire: Wire) -> None:
    row = {"NIK": "3576010101079000", "param": [{"CUSTOMER_ID": "c-1"}]}
    body = json.dumps([{"id_lembaga": "7", "nama_lembaga": "CONTOH", "data": [row]}]).encode()
    head = ("Content-Type: application/json", "Authorization: Bearer siaksim-balikan")
    first = wire.post("/databalik/api/store", body, *head)
    again = wire.post("/databalik/api/store", body, *head)
    assert (first[0], first[2]) == (200, b'{"message":"Success"}')
    assert (again[0], again[2]) == (400, b'{"message":"Data sudah pernah dikirim"}')


def test_a_page_of_another_port_may_call(wire: Wire) -> None:
    head = f"OPTIONS /w/{wire.world.name}{RSUD} HTTP/1.1\r\nHost: x\r\nOrigin: http://127.0.0.1:3000\r\n"
    head += "Access-Control-Request-Method: POST\r\n"
    status, headers, _ = wire.raw((head + "\r\n").encode())
    assert status == 204
    assert headers["access-control-allow-origin"] == "*"
    assert "POST" in headers["access-control-allow-methods"]


def test_a_client_may_be_named_in_the_path(wire: Wire, nik: str) -> None:
    path = f"/c/counter.3{RSUD}"
    assert wire.ask({"nik": nik, **GOOD}, path=path)["NIK"] == int(nik)
    decided = [line for line in wire.world.journal() if line["kind"] == "decided"]
    assert decided[-1]["client"] == "counter.3"


def test_both_lanes_say_the_same(wire: Wire, nik: str) -> None:
    body = json.dumps({"nik": nik, **GOOD}).encode()
    kind = "Content-Type: application/json"
    hot = wire.post(RSUD, body, kind)
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    head = f"POST /w/{wire.world.name}{RSUD} HTTP/1.1\r\nHost: siak.test\r\n{kind}\r\n"
    other = wire.raw(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk)
    lanes = [line["lane"] for line in wire.world.journal() if line["kind"] == "decided"][-2:]
    assert lanes == ["hot", "other"]
    assert hot[2] == other[2]
    assert {k: v for k, v in hot[1].items() if k != "siaksim-request"} == {
        k: v for k, v in other[1].items() if k != "siaksim-request"
    }
