"""Verdicts tell who feeds a storm from who lets it end: each kind of docs/capacity.md."""

from __future__ import annotations

from functools import cache

import pytest
from siaksim.example_clients.manners import GOOD
from siaksim.stage.feeders import FEEDERS, KEEPERS
from siaksim.stage.playing import Played, run
from siaksim.verdict.added import Added, added
from siaksim.verdict.system_words import FEEDING

STORM = "metastable-retry-storm"
ALL = {"good": GOOD, **KEEPERS, **FEEDERS}
KEPT = [("counter", name) for name in ("good", *KEEPERS)] + [("kiosk", "good")]
FED = [("counter", name) for name in FEEDERS] + [("kiosk", "staff"), ("kiosk", "immediate")]


@cache
def played(kind: str, name: str) -> Played:
    return run(kind, ALL[name], STORM)


def share(kind: str, name: str) -> Added:
    found = added(played(kind, name).history)
    assert found is not None
    return found


@pytest.mark.parametrize(("kind", "name"), KEPT)
def test_who_lets_the_storm_end_passes(kind: str, name: str) -> None:
    verdict = played(kind, name).verdict
    assert (verdict.value, verdict.missed) == ("PASS", ())
    assert verdict.reached == ("stall#1",)
    assert verdict.system[-1].startswith("so it did not feed the queue: it kept ")
    assert share(kind, name).retries <= 1


@pytest.mark.parametrize(("kind", "name"), FED)
def test_who_feeds_it_fails_by_these_rules_and_no_others(kind: str, name: str) -> None:
    fed = played(kind, name)
    assert fed.verdict.value == "FAIL"
    assert fed.failed <= set(FEEDING)
    assert "retry_limit" in fed.failed, "the rule that even a short storm puts to the test"
    broke = ", ".join(sorted(fed.failed))
    assert fed.verdict.system[-1] == f"so it fed the queue: it broke {broke}"
    assert share(kind, name).amplification >= 2.0


def test_the_storm_is_the_same_whoever_plays_in_it() -> None:
    lines = [
        next(text for text in played("counter", name).verdict.system if text.startswith("siak was"))
        for name in ("good", "staff")
    ]
    assert all(line.startswith("siak was not back 60 s after its stall") for line in lines)
