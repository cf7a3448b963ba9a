"""Which handshakes a fault strikes: a function of the seed, the line and the connection."""

from __future__ import annotations

import pytest
from siaksim.core.plan import PlannedFault
from siaksim.links.handshakes import Struck, struck_at
from siaksim.scenario.build import load

HEAD = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
START = 1_720_659_600.0


def planned(*faults: str) -> tuple[PlannedFault, ...]:
    text = "".join(f"  - {fault}\n" for fault in faults)
    return load(f"{HEAD}links: {{a: {{}}, b: {{}}}}\nfaults:\n{text}", "x.yaml").faults


def test_a_fault_without_a_link_strikes_every_line_and_one_with_it_only_its_own() -> None:
    everywhere, one = planned("{kind: tls_expired}"), planned("{kind: tls_stall, link: a}")
    for link in ("a", "b", ""):
        assert struck_at(1, everywhere, link, 1, START) == Struck("tls_expired#1", "expired")
    assert struck_at(1, one, "a", 1, START) == Struck("tls_stall#1", "stall")
    assert struck_at(1, one, "b", 1, START) is None
    assert struck_at(1, one, "", 1, START) is None


def test_a_fault_strikes_only_in_its_window() -> None:
    faults = planned('{kind: tls_wrong_host, at: "09:00", for: 10m}')
    found = [struck_at(1, faults, "a", 1, START + s) is not None for s in (3599, 3600, 4199, 4200)]
    assert found == [False, True, True, False]


def test_a_share_is_of_connections_and_the_seed_says_of_which() -> None:
    faults = planned("{kind: tls_expired, share: 20%}")
    struck = [n for n in range(5000) if struck_at(1, faults, "a", n, START)]
    assert len(struck) == pytest.approx(1000, rel=0.1)
    assert struck == [n for n in range(5000) if struck_at(1, faults, "a", n, START)]
    assert struck != [n for n in range(5000) if struck_at(2, faults, "a", n, START)]
