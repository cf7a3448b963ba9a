"""What `scenarios show` says that a check of so many citizens meets, and what it then meets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from siaksim.core.clock import office_date
from siaksim.core.facts import Facts
from siaksim.edges.describing import described
from siaksim.edges.expecting import strikes
from siaksim.scenario.build import load
from siaksim.scenario.operations import known_operations

DAY = """\
scenario: told
story: A day.
seed: 5
clock: {start: 2024-07-11T08:00}
faults:
  - {target: siak.*, kind: reset, share: 25%}
timeline:
  - at: "09:00"
    for: 1h
    faults:
      - {target: siak.scan_qr, kind: error, status: 503, share: 40%}
      - {target: siak.scan_qr, client: kiosk, kind: maintenance, share: 10%}
"""
CHECK = 'check: {from: "08:30", until: "09:30", residents: 40}\n'


def test_an_inner_fault_strikes_what_outer_ones_left_in_its_part_of_the_time() -> None:
    found = strikes(load(DAY + CHECK, "x.yaml", operations=known_operations()))
    # 40 citizens, half of them before nine; three quarters get through the transport layer.
    assert found == pytest.approx({"reset#1": 10.0, "error#1": 40 * 0.5 * 0.75 * 0.4})


def test_the_page_tells_it_where_there_is_a_check() -> None:
    def page(text: str) -> str:
        return described(load(text, "x.yaml", operations=known_operations()), 200)

    assert "in a check, 08:30-09:30: of 40 citizens so many are struck" in page(DAY + CHECK)
    assert "\n  error#1: 6.0" in page(DAY + CHECK)
    assert "in a check, 08:30-09:30, seed 9: " in page(DAY + CHECK.replace("}", ", seed: 9}"))
    assert "in a check" not in page(DAY)


def test_it_is_what_the_plan_then_does() -> None:
    text = DAY + CHECK.replace("08:30", "09:00").replace("40}", "64}")
    scenario = load(text, "x.yaml", operations=known_operations())
    told, at = strikes(scenario), office_date(scenario.start).replace(hour=9).timestamp() + 1
    counts = dict.fromkeys(told, 0)
    call = Facts("siak.scan_qr", "counter.1", "counter", False, "-", 1, True)
    for rank in range(64):
        facts = replace(call, subject=f"35760101010{rank:05d}", rank=rank)
        for reason in scenario.plan().decide(facts, at).reasons:
            counts[reason.fault_id] += 1
    assert counts["reset#1"] == told["reset#1"] == 16  # its stretch has whole strata
    assert counts["error#1"] == pytest.approx(told["error#1"], abs=8)
