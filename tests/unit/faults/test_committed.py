"""committed: a part of the faults on the way strikes after the commit."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.faults import kinds
from siaksim.faults.base import TransportFault
from siaksim.scenario.build import load
from siaksim.scenario.problems import ScenarioErrors

ON_THE_WAY = [kind for kind, model in kinds().items() if issubclass(model, TransportFault)]
HEAD = "scenario: x\nstory: y\nseed: 7\nclock: {start: 2024-07-11T08:00}\nfaults:\n"


def test_every_transport_kind_may_say_committed() -> None:
    assert set(ON_THE_WAY) >= {"hang", "reset", "cut", "garbage", "drip", "empty"}
    assert {k for k, model in kinds().items() if model.layer == "transport"} == set(ON_THE_WAY)


@pytest.mark.parametrize("kind", ON_THE_WAY)
def test_so_many_are_committed_as_was_written(bench: Any, share_holds: Any, kind: str) -> None:
    for told, share in (("0%", 0.0), ("30%", 0.3), ("100%", 1.0)):
        hits = bench.hits(f"{{target: all, kind: {kind}, committed: {told}}}", calls=1000)
        assert all(hit[0].ends for hit in hits)
        assert share_holds(sum(hit[0].commits for hit in hits), 1000, share)


@pytest.mark.parametrize("kind", ON_THE_WAY)
def test_who_is_struck_and_who_is_committed_are_drawn_apart(
    bench: Any, share_holds: Any, kind: str
) -> None:
    told = f"{{target: all, kind: {kind}, share: 50%, committed: 50%}}"
    hits = [hit for hit in bench.hits(told, calls=2000) if hit]
    assert share_holds(len(hits), 2000, 0.5)
    assert share_holds(sum(hit[0].commits for hit in hits), len(hits), 0.5)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("target: siak.*", "target: siak.scan_qr", True),
        ("target: siak.scan_qr", "target: all", True),
        ("target: siak.scan_qr", "target: ikd.*", False),
        ("target: siak.login", "target: [ikd.login, siak.search]", False),
    ],
)
@pytest.mark.parametrize("lost_first", [True, False])
def test_lost_answer_and_committed_do_not_meet_on_one_operation(
    one: str, other: str, clash: bool, lost_first: bool
) -> None:
    lost = f"  - {{{one}, kind: lost_answer, share: 5%}}\n"
    ours = f"  - {{{other}, kind: hang, share: 5%, committed: 0%}}\n"
    text = HEAD + (lost + ours if lost_first else ours + lost)
    operations = {"siak.scan_qr", "siak.login", "siak.search", "ikd.login", "ikd.status"}
    if not clash:
        assert len(load(text, "x.yaml", operations).faults) == 2
        return
    with pytest.raises(ScenarioErrors, match="use lost_answer or committed") as caught:
        load(text, "x.yaml", operations)
    (mistake,) = caught.value.mistakes
    assert mistake.line == (7 if lost_first else 6)
    assert mistake.path == f"faults[{int(lost_first)}].committed"


def test_without_a_word_on_commits_both_may_stand_on_one_target() -> None:
    text = HEAD + "  - {target: siak.*, kind: hang, share: 5%}\n"
    text += "  - {target: siak.*, kind: drip, share: 5%}\n"
    text += "  - {target: siak.scan_qr, kind: lost_answer}\n"
    assert len(load(text, "x.yaml").faults) == 3


def test_a_kind_that_is_not_on_the_way_has_no_committed() -> None:
    with pytest.raises(ScenarioErrors, match="unknown field"):
        load(HEAD + "  - {target: all, kind: error, status: 503, committed: 5%}", "x.yaml")
