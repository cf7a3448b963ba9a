"""Shipped files are found by name only."""

from __future__ import annotations

import pytest
from siaksim import data
from siaksim.errors import UserError


def test_scenarios_and_contracts_are_found() -> None:
    assert "normal-day" in data.scenario_names()
    assert "scenario: normal-day" in data.scenario_text("normal-day")
    assert {"ikd", "siak", "mail"} <= set(data.contract_names())
    assert data.contract_text("siak").startswith("openapi: 3.1")


def test_a_misspelt_scenario_is_answered_with_the_near_one() -> None:
    with pytest.raises(UserError, match=r"Did you mean 'siak-brownout'\? Scenarios: "):
        data.scenario_text("siak-browout")


@pytest.mark.parametrize("name", ["../contracts/openapi/ikd", "/etc/passwd", "", "normal-day.yaml"])
def test_a_path_is_no_scenario_name(name: str) -> None:
    with pytest.raises(UserError, match="no scenario is called"):
        data.scenario_text(name)


def test_an_unknown_service_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match="ikd, mail, siak"):
        data.contract_text("../x")
