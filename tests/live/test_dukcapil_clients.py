"""Eight small clients of the Dukcapil service meet its outcomes, each reading them in its own way.

Every client is a program of its own process, unchanged but for its base URL: what it cannot tell
apart, it cannot tell apart here either. TABLE is the whole of what they are expected to make of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from clients.dukcapil import score_regex
from siaksim.population.country import Country
from siaksim.scenario.build import load

pytestmark = pytest.mark.live

TESTS = Path(__file__).parents[1]
HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
HANGS = 'faults: [{target: "dukcapil.*", kind: hang}]\n'
AREA = "35.76"
"""Where the residents live whom the clients ask about: one of these clients serves that city."""
Told = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A client's agreement, what a scenario changes in it, and what the client says when.

    Texts in braces are of the resident asked about. `elements` are asked by a verification.
    """

    agreement: str
    expected: Mapping[str, Told]
    changes: Mapping[str, Any] = field(default_factory=dict)
    elements: tuple[str, ...] = ()


CUSTOMER = ("NAMA_LGKP={name}", "TGL_LHR={day_first}")
TIMED_OUT = {"outcome": "timeout"}
ABSENT = "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan"

TABLE: dict[str, Row] = {
    # Knows errors by their number of keys and shows their text: wrong login, wrong IP and quota
    # are one thing to it. The shipped agreement takes any claimed IP; here one is registered.
    "fewer_than_two_keys": Row(
        "insurance-lookup",
        {
            "found": {"outcome": "found", "name": "{name}", "kk": "{kk}"},
            "not_found": {"outcome": "not_found"},
            "wrong_login": {"outcome": "error", "message": "Login Gagal"},
            "wrong_ip": {"outcome": "error", "message": "IP Address Tidak Sesuai"},
            "quota": {"outcome": "error", "message": "Kuota Akses Hari ini telah Habis"},
            "timeout": TIMED_OUT,
        },
        changes={
            "users": [
                {
                    "user_id": "24112026080600contoh_asuransi_0001",
                    "password": "siaksim",
                    "ip": "10.10.10.50",
                }
            ]
        },
    ),
    # Two keys are two keys: it takes every error for a used-up quota, an absent NIK too. It cannot
    # tell a time-out from a dead connection either.
    "exactly_two_keys": Row(
        "rsud-lookup",
        {
            "found": {
                "outcome": "found",
                "name": "{name}",
                "address": "{address} RT {rt:03d} RW {rw:03d}",
            },
            "not_found": {"outcome": "quota", "message": "Kuota akses hari ini habis"},
            "wrong_login": {"outcome": "quota", "message": "Kuota akses hari ini habis"},
            "wrong_ip": {"outcome": "quota", "message": "Kuota akses hari ini habis"},
            "quota": {"outcome": "quota", "message": "Kuota akses hari ini habis"},
            "timeout": {
                "outcome": "disconnected",
                "message": "Koneksi ke server Dukcapil terputus",
            },
        },
    ),
    # Tells all apart, by the exact small letters of its city.
    "respon_present": Row(
        "tegal-query",
        {
            "found": {"outcome": "found", "name": "{name}", "birth_date": "{birth_date}"},
            "not_found": {"outcome": "not_found", "message": "Data tidak ditemukan"},
            "wrong_login": {"outcome": "wrong_login", "message": "Login gagal"},
            "wrong_ip": {"outcome": "wrong_ip", "message": "IP Address Tidak Sesuai"},
            "quota": {"outcome": "quota", "message": "Kuota akses hari ini telah habis"},
            "timeout": TIMED_OUT,
        },
    ),
    # Tells all apart, by code.
    "code_present": Row(
        "desa-family",
        {
            "found": {"outcome": "found", "kk": "{kk}", "members": "{family}"},
            "not_found": {"outcome": "not_found", "message": ABSENT},
            "wrong_login": {"outcome": "wrong_login", "message": "Login Gagal"},
            "wrong_ip": {"outcome": "wrong_ip", "message": "IP Tidak Sesuai"},
            "quota": {"outcome": "quota", "message": "Kuota Akses Hari Ini Telah Habis"},
            "timeout": TIMED_OUT,
        },
    ),
    # Only wants to know whether to ask again: login, IP, quota and time-out are all "later".
    "code_not_00": Row(
        "customer-id-verify",
        {
            "found": {"outcome": "found", "wrong": []},
            "not_found": {"outcome": "rejected", "code": "13"},
            "wrong_login": {"outcome": "retry_later", "code": "03"},
            "wrong_ip": {"outcome": "retry_later", "code": "04"},
            "quota": {"outcome": "retry_later", "code": "05"},
            "timeout": {"outcome": "retry_later", "code": None},
        },
        elements=CUSTOMER,
    ),
    # Tells all apart, by the exact old texts.
    "strict_integer": Row(
        "province-strict",
        {
            "found": {"outcome": "found", "name": "{name}"},
            "not_found": {"outcome": "not_found", "message": "Data Tidak Ditemukan"},
            "wrong_login": {"outcome": "wrong_login", "message": "Login Gagal"},
            "wrong_ip": {"outcome": "wrong_ip", "message": "IP Address Tidak Sesuai"},
            "quota": {"outcome": "quota", "message": "Kuota Akses Hari ini telah Habis"},
            "timeout": TIMED_OUT,
        },
    ),
    # Tells all apart, by the exact new texts. What is left of the quota goes down by one a call.
    "score_regex": Row(
        "finance-verify",
        {
            "found": {
                "outcome": "found",
                "scores": {"NAMA_LGKP": "100", "NAMA_LGKP_IBU": "", "TMPT_LHR": "", "ALAMAT": ""},
                "left": 56616,
            },
            "not_found": {"outcome": "not_found", "message": ABSENT},
            "wrong_login": {"outcome": "wrong_login", "message": "Login Gagal"},
            "wrong_ip": {"outcome": "wrong_ip", "message": "IP Tidak Sesuai"},
            "quota": {"outcome": "quota", "message": "Kuota Akses Hari Ini Telah Habis"},
            "timeout": TIMED_OUT,
        },
        elements=CUSTOMER,
    ),
    # Nobody has the NIK 0: every error is "not found" to it, a used-up quota too. Only the text
    # that it shows beside differs. The shipped agreement sends text; this program wants numbers.
    "typed_numbers": Row(
        "dinkes-own-method",
        {
            "found": {"outcome": "found", "nik": "{nik:number}", "name": "{name}"},
            "not_found": {"outcome": "not_found", "message": ABSENT},
            "wrong_login": {"outcome": "not_found", "message": "Login Gagal"},
            "wrong_ip": {"outcome": "not_found", "message": "IP Tidak Sesuai"},
            "quota": {"outcome": "not_found", "message": "Kuota Akses Hari Ini Telah Habis"},
            "timeout": TIMED_OUT,
        },
        changes={"typing": "numbers"},
    ),
}
UNKNOWN_SOCKET = {
    # 10 is another thing than 04 to those who tell errors apart at all.
    "respon_present": {"outcome": "ip_not_registered", "message": "IP Client  Tidak terdaftar"},
    "code_present": {"outcome": "ip_not_registered", "message": "IP Client  Tidak terdaftar"},
    "code_not_00": {"outcome": "retry_later", "code": "10"},
    "strict_integer": {"outcome": "ip_not_registered", "message": "IP Client  Tidak terdaftar"},
    "score_regex": {"outcome": "ip_not_registered", "message": "IP Client  Tidak terdaftar"},
}
CLIENTS = pytest.mark.parametrize("client", TABLE)


def family(kk: str) -> list[str]:
    """Return the NIKs of a household's living members, from the population itself."""
    scenario = load(HEAD, "x")
    members = Country(scenario.seed, scenario.population_settings).household(kk)
    return sorted(member.nik for member in members if member.status != "dead")


class Counter:
    """Runs one client against a world of its own, with what a scenario changes for it."""

    def __init__(self, make_world: Any, client: str, faults: str = "", **changes: Any) -> None:
        row = TABLE[client]
        self._client, self._row = client, row
        agreements = {row.agreement: {**row.changes, **changes}}
        self.world = make_world(text=f"{HEAD}{faults}agreements: {json.dumps(agreements)}\n")
        self.person = self.world.person(AREA)

    def ask(self, *options: str, nik: str = "", elements: tuple[str, ...] | None = None) -> Told:
        """Run the client as a program, and return the line that it prints."""
        asked = self._row.elements if elements is None else elements
        pairs = [f"--element={text.format(**self.person)}" for text in asked]
        path = TESTS / f"clients/dukcapil/{self._client}.py"
        called = ["--url", self.world.base, "--nik", nik or self.person["nik"], *options, *pairs]
        done = subprocess.run(
            [sys.executable, str(path), *called],
            env=os.environ | {"PYTHONPATH": str(TESTS)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: Told = json.loads(done.stdout)
        return told

    def expected(self, outcome: str) -> Told:
        """Return the table's line, with the resident's own data."""
        return {k: self._filled(v) for k, v in self._row.expected[outcome].items()}

    def _filled(self, value: Any) -> Any:
        if value == "{family}":
            return family(self.person["kk"])
        if value == "{nik:number}":
            return int(self.person["nik"])
        return value.format(**self.person) if isinstance(value, str) else value

    def counted(self) -> int:
        """Return how many calls the ledger has counted against a quota."""
        return sum(entry["kind"] == "dukcapil_counted" for entry in self.world.ledger())


@CLIENTS
def test_a_resident_is_found(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client)
    assert counter.ask() == counter.expected("found")
    assert counter.counted() == 1


@CLIENTS
def test_a_nik_that_nobody_has_is_not_found(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client)
    nobody = counter.person["nik"][:12] + "9999"  # residents' serials end at 9899
    assert counter.ask(nik=nobody) == counter.expected("not_found")


@CLIENTS
def test_a_wrong_password(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client)
    assert counter.ask("--password", "rahasia") == counter.expected("wrong_login")
    assert counter.counted() == 0


@CLIENTS
def test_a_claimed_ip_that_is_not_registered(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client)
    assert counter.ask("--ip", "10.99.99.99") == counter.expected("wrong_ip")
    assert counter.counted() == 0


@CLIENTS
def test_a_quota_that_real_calls_have_used_up(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client, quota=2)
    found = counter.expected("found")
    if "left" in found:
        found["left"] = 1
    assert counter.ask() == found
    assert counter.ask()["outcome"] == "found"
    for _ in range(2):
        assert counter.ask() == counter.expected("quota")
    assert counter.counted() == 2


@CLIENTS
def test_a_service_that_does_not_answer(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client, faults=HANGS)
    assert counter.ask("--timeout", "0.5") == counter.expected("timeout")
    assert counter.counted() == 0


@pytest.mark.parametrize("client", UNKNOWN_SOCKET)
def test_a_socket_address_that_is_not_registered(make_world: Any, client: str) -> None:
    counter = Counter(make_world, client, sockets="10.0.0.0/8")
    assert counter.ask() == UNKNOWN_SOCKET[client]
    assert counter.counted() == 0


# -- the wrong agreement, and what is no error ---------------------------------------------------


def test_one_key_too_many_makes_an_error_a_found_person(make_world: Any) -> None:
    counter = Counter(make_world, "fewer_than_two_keys", dialect="two_keys", absent="error")
    nobody = counter.person["nik"][:12] + "9999"
    assert counter.ask(nik=nobody) == {"outcome": "found", "name": None, "kk": "None"}


def test_a_text_where_a_number_is_expected_cannot_be_read(make_world: Any) -> None:
    counter = Counter(make_world, "typed_numbers", typing="text")
    told = {"outcome": "unreadable", "message": "cannot decode str into field NIK"}
    assert counter.ask() == told


def test_a_regency_as_text_is_another_city_to_a_strict_comparison(make_world: Any) -> None:
    counter = Counter(make_world, "strict_integer", typing="text")
    assert counter.ask()["outcome"] == "other_city"


def test_another_number_of_fields_is_an_error_to_who_counts_them(make_world: Any) -> None:
    counter = Counter(make_world, "strict_integer", fields="30")
    assert counter.ask() == {"outcome": "error", "message": None}


def test_the_texts_of_another_installation_are_not_understood(make_world: Any) -> None:
    counter = Counter(make_world, "respon_present", texts="old")
    assert counter.ask("--password", "x") == {"outcome": "error", "message": "Login Gagal"}


def test_what_does_not_fit_is_a_normal_reply(make_world: Any) -> None:
    counter = Counter(make_world, "code_not_00")
    told = counter.ask(elements=("NAMA_LGKP=?", "TGL_LHR={day_first}"))
    assert told == {"outcome": "mismatch", "wrong": ["NAMA_LGKP"]}
    assert counter.counted() == 1


def test_a_name_that_does_not_fit_has_a_score(make_world: Any) -> None:
    counter = Counter(make_world, "score_regex")
    scores = counter.ask(elements=("NAMA_LGKP=?", "ALAMAT={address}"))["scores"]
    assert (scores["NAMA_LGKP"], scores["ALAMAT"]) == ("0", "100")


def test_the_typed_client_reads_a_numberless_error_as_nobody(make_world: Any) -> None:
    fault = 'faults: [{target: dukcapil.call_nik, kind: error, code: "08"}]\n'
    counter = Counter(make_world, "typed_numbers", faults=fault)
    assert counter.ask() == {"outcome": "not_found", "message": "NIK Tidak Dapat Diproses"}


def test_a_fuzzy_element_without_parentheses_gets_an_empty_score_and_a_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # The service never sends this; that the client can read it is a part of its branch.
    told = score_regex.classify({"content": [{"NIK": "Sesuai", "NAMA_LGKP": "Sesuai"}]})
    assert told["scores"]["NAMA_LGKP"] == ""
    assert "warning: no score for NAMA_LGKP: 'Sesuai'" in capsys.readouterr().err


def test_a_dead_connection_is_a_time_out_to_who_reports_both_alike(make_world: Any) -> None:
    fault = 'faults: [{target: "dukcapil.*", kind: reset}]\n'
    counter = Counter(make_world, "exactly_two_keys", faults=fault)
    assert counter.ask() == counter.expected("timeout")
