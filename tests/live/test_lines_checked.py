"""Days of a bad line and of a dead certificate, checked with both counters over both engines."""

from __future__ import annotations

import shutil

import pytest
from checked import Checked, all_done

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

OFFICE, TLS = "office-link-unstable", "tls-cert-expired"
PARTS = {
    OFFICE: ("--from", "08:10", "--until", "08:17"),  # the line drops at a quarter past eight
    TLS: (),
}
engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("toxiproxy", marks=pytest.mark.needs("toxiproxy-server"))]
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    """All runs side by side: they wait most of the time."""
    base = tmp_path_factory.mktemp("lines")
    made: dict[str, Checked] = {}
    for engine in ("embedded", "toxiproxy") if shutil.which("toxiproxy-server") else ("embedded",):
        for manner, scenario in (("good", OFFICE), ("good", TLS), ("careless", OFFICE)):
            words = ("--scenario", scenario, *PARTS[scenario], "--links", engine)
            name = f"{engine}-{manner}-{scenario}"
            made[name] = Checked(base / name, "counter", manner, *words)
    return all_done(made, 300)


@engines
@pytest.mark.parametrize("scenario", [OFFICE, TLS])
def test_the_good_counter_serves_and_breaks_nothing(
    played: dict[str, Checked], engine: str, scenario: str
) -> None:
    good = played[f"{engine}-good-{scenario}"]
    assert good.code in (0, 3), good.said
    assert good.failed(scenario) == set()
    told = {line["subject"] for line in good.journal(scenario) if line.get("outcome") == "done"}
    assert len(told) >= 3, good.said  # of eight; the part that is played is short


@engines
def test_the_careless_counter_is_caught(played: dict[str, Checked], engine: str) -> None:
    careless = played[f"{engine}-careless-{OFFICE}"]
    assert careless.code == 1, careless.said
    assert "secrets_out_of_url" in careless.failed(OFFICE)


@engines
@pytest.mark.parametrize("manner", ["good", "careless"])
def test_every_call_came_by_the_line_which_was_down_for_a_while(
    played: dict[str, Checked], engine: str, manner: str
) -> None:
    check = played[f"{engine}-{manner}-{OFFICE}"]
    decided = [line for line in check.journal(OFFICE) if line["kind"] == "decided"]
    called = [line for line in decided if line["client"].startswith("counter")]
    assert {line["link"] for line in called} == {"office"}
    lines = check.runs[OFFICE]["lines"]
    assert lines["broken"] == ""
    assert {down["link"] for down in lines["down"]} == {"office"}


@engines
def test_the_good_counter_refused_a_dead_certificate_until_it_was_renewed(
    played: dict[str, Checked], engine: str
) -> None:
    good = played[f"{engine}-good-{TLS}"]
    assert good.runs[TLS]["reached"] == ["tls_expired#1"]
    shakes = [line["event"] for line in good.journal(TLS) if line["kind"] == "tls"]
    assert "refused" in shakes
    assert "accepted" not in shakes
