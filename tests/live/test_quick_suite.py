"""The quick suite over real sockets with the shipped good and careless counters, side by side.

It is what a newcomer runs, and has to be done in three minutes on two cores (issue 5). It takes a
minute and a half; here both suites share the cores with other tests, so the limit has slack.
"""

from __future__ import annotations

import pytest
from checked import Checked, all_done
from siaksim.core.slip import BOUND_S, WORST_S
from siaksim.edges.checks.options import QUICK
from siaksim.verdict.rules import rules

pytestmark = [pytest.mark.live, pytest.mark.timeout(1000)]

LIMIT_S = 5 * 180.0
MANNERS = ("good", "careless")
BREACHED = {
    "normal-day": {"secrets_out_of_url"},
    "siak-brownout": {"secrets_out_of_url"},
    "siak-blackout-25min": {"retry_spacing", "deadline_kept"},
    "ambiguous-commit": {"idempotent_retry", "no_lost_activation"},
    "gateway-html-502": {"secrets_out_of_url"},
    "session-expiry": {"no_retry_on_permanent", "no_lost_activation"},
}
"""What the careless counter is shown in each scenario, at least, however its calls fall."""


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    base = tmp_path_factory.mktemp("suites")
    made = {
        manner: Checked(base / manner, "counter", manner, "--suite", "quick", "--jobs", "6")
        for manner in MANNERS
    }
    return all_done(made, LIMIT_S)


def test_the_good_counter_breaks_no_rule(suites: dict[str, Checked]) -> None:
    good = suites["good"]
    assert {name: good.failed(name) for name in QUICK} == {name: set() for name in QUICK}
    assert good.code in (0, 3), good.said
    assert [*good.runs] == [*QUICK]


def test_the_careless_counter_is_shown_what_it_does(suites: dict[str, Checked]) -> None:
    careless = suites["careless"]
    assert careless.code == 1, careless.said
    missing = {name: BREACHED[name] - careless.breached(name) for name in QUICK}
    assert missing == {name: set() for name in QUICK}
    assert {run["value"] for run in careless.runs.values()} == {"FAIL"}


@pytest.mark.parametrize("manner", MANNERS)
def test_a_suite_takes_three_minutes_at_the_most(suites: dict[str, Checked], manner: str) -> None:
    assert suites[manner].took_s < LIMIT_S, suites[manner].said


@pytest.mark.parametrize("manner", MANNERS)
def test_how_late_timers_were_is_measured_and_said(suites: dict[str, Checked], manner: str) -> None:
    for run in suites[manner].runs.values():
        assert set(run["slip"]) == {"check", "server"}
        late = any(
            slip["p99_s"] > BOUND_S or slip["worst_s"] > WORST_S for slip in run["slip"].values()
        )
        judged = {name for name in suites[manner].failed(run["scenario"]) if rules()[name].timed}
        assert not (late and judged), run["slip"]
        assert run["client_end"] == ""


@pytest.mark.parametrize("manner", MANNERS)
def test_all_reports_are_written(suites: dict[str, Checked], manner: str) -> None:
    folder = suites[manner].folder
    junit = (folder / "report.xml").read_text(encoding="utf-8")
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name in QUICK:
        assert f'name="{name}"' in junit
        assert name in page
    assert all(f"siaksim check --client counter --scenario {name} " in junit for name in QUICK)
