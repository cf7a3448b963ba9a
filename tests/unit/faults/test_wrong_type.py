"""wrong_type: a Content-Type that lies, or HTML instead."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Page, Retype
from siaksim.scenario.problems import ScenarioErrors


def test_wrong_type_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: wrong_type, share: 0%}"))
    hits = bench.hits("{target: all, kind: wrong_type, share: 100%}")
    assert all(hit == (Retype("text/html"),) for hit in hits)


def test_wrong_type_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("wrong_type") == {"wrong_type"}


def test_the_right_body_is_no_end_but_html_instead_is_one(bench: Any) -> None:
    (retype,) = bench.effects("{target: all, kind: wrong_type, type: text/plain}", None)
    assert (retype.content_type, retype.ends, retype.commits) == ("text/plain", False, True)
    (page,) = bench.effects("{target: all, kind: wrong_type, body: html}", None)
    assert isinstance(page, Page)
    assert (page.status, page.ends, page.commits) == (200, True, False)


@pytest.mark.parametrize("told", ["type: html", "type: text/x y", "body: html, type: text/html"])
def test_a_type_that_cannot_be_is_a_mistake(bench: Any, told: str) -> None:
    with pytest.raises(ScenarioErrors):
        bench.planned(f"{{target: all, kind: wrong_type, {told}}}")
