"""An office's file is read strictly: every mistake at once, with its place and the way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from siaksim import data
from siaksim.errors import UserError
from siaksim.office.office import Field, Kiosks, Paper, Service
from siaksim.office.reading import load_office, shipped_office
from siaksim.scenario.problems import ScenarioErrors

TEXT = data.office_text("kota-mojokerto")


def mistakes(text: str) -> str:
    with pytest.raises(ScenarioErrors) as caught:
        load_office(text, "mine.yaml")
    return str(caught.value)


def test_the_default_office_has_the_numbers_of_its_sources() -> None:
    office = shipped_office()
    assert list(office.visits) == [105, 60, 60, 60, 60, 0, 0]
    assert (office.service, office.patience_s) == (Service(420.0, 0.5), 7200.0)
    assert list(office.officers) == [(28800.0, 2), (43200.0, 1), (46800.0, 2)]
    assert [share for _, _, share in office.curve][:3] == [0.08, 0.22, 0.20]
    assert sum(share for *_, share in office.curve) == pytest.approx(1.0)
    assert office.paper is None


def test_an_office_may_have_kiosks_a_school_visit_and_a_paper_mode() -> None:
    more = TEXT + (
        "paper: {after: 10m, entry: 5m}\n"
        "kiosks: {machines: 2, share: 25%}\n"
        'field: {kits: 4, hours: "08:00-11:00", median: 70, p95: 220}\n'
        "mail_lane: true\n"
    )
    office = load_office(more, "mine.yaml")
    assert office.paper == Paper(600.0, 180.0, 300.0)
    assert office.kiosks == Kiosks(2, 0.25)
    assert office.mail_lane
    assert isinstance(office.field, Field)
    assert office.field.pupils(0.5) == 70
    assert office.field.pupils(0.95) == 220


def test_all_mistakes_of_a_file_come_at_once_with_their_places() -> None:
    text = TEXT.replace("cv: 0.5", "cv: wide").replace("patience: 120m", "patience: 120")
    text = text.replace("turn_back: 30%", "turnback: 30%")
    assert mistakes(text).splitlines() == [
        "mine.yaml:25:25: service.cv: 'wide' is no number",
        "mine.yaml:26:11: patience: '120' is no length of time; write it like 250ms, 2s, 3m or "
        "1h30m. Did you mean '120s'?",
        "mine.yaml:27:10: notice.turnback: unknown field. Did you mean 'turn_back'? Fields: after, "
        "return, turn_back.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (": 2%", ": 12%", "the shares of `arrivals` come to 110%, not to 100%"),
        ('"08:00-09:00"', '"07:30-09:00"', "`arrivals` overlap, or are not in order"),
        ("tue-fri: 60", "mon-fri: 60", "mon stands twice in `visits`"),
        ("fri: ", "thu: ", "thu stands twice in `hours`"),
        ('"12:00": 1, "13:00": 2', '"13:00": 2, "12:00": 1', "`officers` are not in order"),
        ('"12:00": 1', '"12:00": -1', "'-1' is too small: at least 0"),
        ("service: {mean: 7m, cv: 0.5}\n", "", "the field 'service' is missing"),
        ('"07:00-08:00"', '"7-8"', "is no time of day"),
    ],
)
def test_what_cannot_be_an_office_is_refused(old: str, new: str, told: str) -> None:
    assert old in TEXT
    assert told in mistakes(TEXT.replace(old, new, 1))


def test_what_is_no_mapping_and_what_is_unknown_say_so() -> None:
    assert mistakes("- a\n") == "mine.yaml:1:1: an office is a mapping; begin with `office: name`"
    with pytest.raises(UserError, match="Did you mean 'kota-mojokerto'"):
        shipped_office("kota-mojokarto")


def test_the_office_in_the_docs_is_sound() -> None:
    page = (Path(__file__).parents[3] / "docs/rehearsals.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(office: .*?)```", page, re.S)
    assert load_office(text, "docs").officers == shipped_office().officers
