# ruff: noqa: E501  (tables of exact texts)
"""Agreements as data: every mistake is told with its place; a scenario changes and adds."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import pytest
import yaml
from siaksim import data
from siaksim.agreements.fields import FIELD_SETS, NUMBERS
from siaksim.agreements.texts import CODES, FACE, VARIANTS
from siaksim.scenario.agreements import load_agreements, shipped
from siaksim.scenario.build import Scenario, load
from siaksim.scenario.problems import ScenarioErrors
from siaksim.scenario.schema import schema

HEAD = """\
scenario: s
story: A day.
seed: 1
clock: {start: 2024-07-11T08:00}
"""
WHOLE = """\
agreements:
  mine:
    about: One of mine.
    shape: institution
    institution: MINE
    methods: [CALL_NIK]
    dialect: one_key
    users: [{user_id: u, password: p}]
"""


def scenario(text: str) -> Scenario:
    return load(HEAD + text, "s.yaml")


def mistakes(text: str) -> list[str]:
    with pytest.raises(ScenarioErrors) as caught:
        load_agreements(text, "a.yaml")
    return str(caught.value).splitlines()


def test_the_shipped_ones_cover_every_variant() -> None:
    known = [agreement for _, agreement in shipped().items()]
    assert len(known) >= 8
    assert {a.shape for a in known} == {"area", "institution", "id", "face", "store"}
    assert {a.dialect for a in known} == {"one_key", "two_keys", "three_keys", "respon_and_code"}
    assert {a.texts.variant for a in known} == set(VARIANTS)
    assert {a.carrier for a in known} == {"body", "query"}
    assert {a.typing for a in known} == {"numbers", "text"}
    assert {a.keys for a in known} == {"lenient", "strict"}
    assert {a.centre for a in known} == {"DC", "DRC"}
    assert {a.fields for a in known} >= set(FIELD_SETS.values())
    assert {a.face.encryption for a in known if a.shape == "face"} == {"rsa", "base64"}
    assert {op for a in known for op in a.methods.values()} == {
        "call_nik",
        "call_nik_get_kk",
        "call_verify",
        "call_fr",
        "usage_report",
    }
    assert any(a.hours for a in known)
    assert any(a.sockets for a in known)
    assert {a.absent for a in known} == {"error", "empty"}


def test_field_sets_have_the_sizes_that_clients_count() -> None:
    for name in ("24", "30", "33"):
        assert len(set(FIELD_SETS[name])) == int(name)
    assert "KODE_POS" not in FIELD_SETS["33"]
    assert "PNYDNG_CCT" not in FIELD_SETS["33"]
    assert set(FIELD_SETS["full"]) >= NUMBERS


def test_texts_are_exact() -> None:
    assert VARIANTS["old"]["05"] == "Kuota Akses Hari ini telah Habis"
    assert VARIANTS["new"]["05"] == "Kuota Akses Hari Ini Telah Habis"
    assert VARIANTS["tegal"]["05"] == "Kuota akses hari ini telah habis"
    assert VARIANTS["new"]["10"] == "IP Client  Tidak terdaftar"
    assert VARIANTS["old"]["04"] == "IP Address Tidak Sesuai"
    assert VARIANTS["tegal"]["03"] == "Login gagal"
    assert FACE["5002"] == "Kuota Hari Ini Habis, Silahkan Dicoba Esok Hari."
    assert all(set(texts) == set(CODES) for texts in VARIANTS.values())


def test_a_file_may_be_ones_own() -> None:
    assert load_agreements(WHOLE).names() == ["mine"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("dialect: one_key", "dialect: onekey", "a.yaml:7:14: agreements.mine.dialect: 'onekey' is none of these: one_key, two_keys, three_keys, respon_and_code. Did you mean 'one_key'?"),
        ("about: One of mine.", "aboute: x", "a.yaml:3:5: agreements.mine: the field 'about' is missing"),
        ("[CALL_NIK]", "[CALL_NICK]", "a.yaml:6:14: agreements.mine.methods: 'CALL_NICK' is no method that siaksim knows; say what it does, such as {CALL_NICK: call_nik}"),
        ("[CALL_NIK]", "[CALL_FR]", "a.yaml:3:5: agreements.mine: shape institution has no call_fr"),
        ("shape: institution", "shape: area", "a.yaml:3:5: agreements.mine: shape area needs `area`, such as 35-76"),
        ("shape: institution", "shape: id", "a.yaml:3:5: agreements.mine: shape id needs an institution of 15 digits"),
        ("dialect: one_key", "dialect: one_key\n    hours: 17:00-07:00", "a.yaml:8:12: agreements.mine.hours: '17:00-07:00' are no hours; write them like \"08:00-15:30\""),
        ("dialect: one_key", "dialect: one_key\n    sockets: 10.0.0.0/99", "a.yaml:8:14: agreements.mine.sockets: '10.0.0.0/99' is no address or network, such as 127.0.0.0/8"),
        ("dialect: one_key", "dialect: one_key\n    fields: 31", "a.yaml:8:13: agreements.mine.fields: '31' is no field set: give one of 24, 30, 33, full, or a list of fields"),
        ("dialect: one_key", "dialect: one_key\n    quota: -1", "a.yaml:8:12: agreements.mine.quota: '-1' is too small: at least 0"),
        ("  mine:", "  Mine:", "a.yaml:2:3: agreements.Mine: 'Mine' is no name: use a-z, 0-9 and -, at most 64"),
        ("agreements:", "agreement:", "a.yaml:1:1: give one key, `agreements`, with an agreement under each name"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_the_way_out(
    old: str, new: str, expected: str
) -> None:
    assert expected in mistakes(WHOLE.replace(old, new))


def test_two_at_one_url_are_refused() -> None:
    twin = WHOLE.split("\n", 1)[1].replace("  mine:", "  other:").replace("MINE", "mine")
    assert mistakes(WHOLE + twin) == [
        "a.yaml:9:3: agreements.other: has the same URL as 'mine': change institution or area"
    ]


def test_a_scenario_without_agreements_has_the_shipped_ones() -> None:
    assert scenario("").agreements.names() == shipped().names()


def test_a_scenario_changes_a_known_one_and_leaves_the_others() -> None:
    known = scenario("agreements: {rsud-lookup: {quota: 3, texts: old}}\n").agreements
    changed, before = known.get("rsud-lookup"), shipped().get("rsud-lookup")
    assert changed is not None
    assert before is not None
    assert (changed.quota, changed.texts.variant) == (3, "old")
    assert changed.model_copy(update={"quota": before.quota, "texts": before.texts}) == before
    assert known.names() == shipped().names()


def test_a_scenario_adds_one_like_another() -> None:
    text = "agreements: {rsud-dua: {like: rsud-lookup, institution: rsud_dua}}\n"
    added = scenario(text).agreements.get("rsud-dua")
    assert added is not None
    assert added.path("CALL_NIK") == "/dukcapil/get_json/35-76/rsud_dua/CALL_NIK"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agreements: {rsud-dua: {like: rsud-lokup, institution: x}}\n", "s.yaml:5:31: agreements.rsud-dua.like: no agreement is called 'rsud-lokup'. Did you mean 'rsud-lookup'?"),
        ("agreements: {rsud-dua: {like: rsud-lookup}}\n", "s.yaml:5:14: agreements.rsud-dua: has the same URL as 'rsud-lookup': change institution or area"),
        ("agreements: {rsud-lookup: {qota: 3}}\n", "s.yaml:5:28: agreements.rsud-lookup.qota: unknown field. Did you mean 'quota'?"),
        ("agreements: [x]\n", "s.yaml:5:13: agreements: a list is not wanted here: give agreements by name"),
        ("agreements: {a: 3}\n", "s.yaml:5:17: agreements.a: '3' is no agreement: give a mapping"),
    ],
)  # fmt: skip
def test_a_scenarios_mistake_in_them_is_told_like_its_others(text: str, expected: str) -> None:
    with pytest.raises(ScenarioErrors) as caught:
        scenario(text)
    assert expected in str(caught.value)


def test_what_only_follows_from_a_mistake_is_not_told() -> None:
    users = re.sub(r"users: .*", "users: [{user_id: u, pasword: p}]", WHOLE)
    found = mistakes(users)
    assert [line.split(": ")[1] for line in found] == [
        "agreements.mine.users[0]",
        "agreements.mine.users[0].pasword",
    ]
    assert mistakes(re.sub(r"users: .*", "users: []", WHOLE))[0].endswith("the list is empty")
    with pytest.raises(ScenarioErrors) as caught:
        scenario("agreements: {rsud-dua: {like: rsud-lokup}}\n")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("loader", [yaml.BaseLoader, yaml.SafeLoader])
def test_the_schema_for_editors_knows_an_agreements_fields(loader: Any) -> None:
    validator = jsonschema_rs.Draft7Validator(schema())
    frame = yaml.load(HEAD, yaml.BaseLoader)
    shipped_ones = yaml.load(data.agreements_text(), loader)["agreements"]
    validator.validate(frame | {"agreements": shipped_ones})
    change = {"quota": 3, "texts": "old", "like": "rsud-lookup", "never_recorded": 13}
    validator.validate(frame | {"agreements": {"mine": change}})
    for wrong in ({"qota": 3}, {"dialect": "two_key"}, {"users": [{"pasword": "x"}]}, 3):
        assert not validator.is_valid(frame | {"agreements": {"mine": wrong}})


def test_the_shipped_file_names_nobody_real() -> None:
    text = data.agreements_text()
    assert "kemendagri" not in text.lower()
    assert all(
        user.password.startswith("siaksim") for _, a in shipped().items() for user in a.users
    )
