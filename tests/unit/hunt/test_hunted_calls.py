"""Which calls of a run are struck: those that the good end rests on."""

from __future__ import annotations

from collections.abc import Mapping

from siaksim.hunting.spots import Spot, spots
from verdict_history import Story

NIK, OTHER = "3576010101909001", "3576010101909002"
MARKS: Mapping[str, frozenset[str]] = {"siak.login": frozenset({"x-opens: session"})}


def struck(story: Story) -> dict[tuple[str, int], Spot]:
    return {(spot.place.operation, spot.nth): spot for spot in spots(story.history, MARKS)}


def test_the_good_end_rests_on_what_came_before_the_last_change_and_on_the_log_in() -> None:
    story = Story()
    story.call("siak.login", 0, status=201, subject="petugas01")
    story.call("siak.notices", 1, method="GET", subject="-")
    story.call("siak.search", 2, subject=NIK)
    story.call("siak.scan_qr", 3, subject=NIK, commits={"scanned": {}})
    story.call("siak.activation", 4, subject=NIK, method="GET")
    found = struck(story)
    needed = {name for name, spot in found.items() if spot.needed}
    assert needed == {("siak.login", 1), ("siak.search", 1), ("siak.scan_qr", 1)}
    assert [n for n, spot in found.items() if spot.outcome] == [("siak.scan_qr", 1)]


def test_an_activation_is_the_good_end_whatever_comes_after_it() -> None:
    story = Story()
    story.call("mail.activate", 1, subject=NIK, commits={"activated": {}})
    story.call("ikd.set_pin", 2, subject=NIK, commits={"pin_set": {}})
    assert [n for n, spot in struck(story).items() if spot.outcome] == [("mail.activate", 1)]


def test_a_client_that_changes_nothing_rests_on_all_that_it_reads() -> None:
    story = Story()
    story.call("siak.search", 1, subject=NIK)
    story.call("siak.search", 2, subject=OTHER, status=503)
    found = struck(story)
    assert found["siak.search", 1].needed
    assert not found["siak.search", 2].needed
