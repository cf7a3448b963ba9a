"""captive_portal: somebody else's login page."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Page
from siaksim.scenario.problems import ScenarioErrors


def test_captive_portal_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: captive_portal, share: 0%}"))
    hits = bench.hits("{target: all, kind: captive_portal, share: 100%}")
    assert all(isinstance(hit[0], Page) and hit[0].status == 302 for hit in hits)


def test_captive_portal_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("captive_portal") == {"captive_portal"}


def test_it_redirects_or_answers_with_a_form(bench: Any) -> None:
    (redirect,) = bench.effects("{target: all, kind: captive_portal}", None)
    assert dict(redirect.headers)["Location"] == "http://wifi.invalid/login"
    (page,) = bench.effects("{target: all, kind: captive_portal, how: page}", None)
    assert (page.status, b"<form" in page.body) == (200, True)
    assert not page.commits
    assert not redirect.commits


@pytest.mark.parametrize(
    "portal", ["wifi.invalid", "ftp://x/", '"http://a b/"', '"http://a\\r\\n"']
)
def test_a_portal_that_is_no_address_is_a_mistake(bench: Any, portal: str) -> None:
    with pytest.raises(ScenarioErrors, match="portal"):
        bench.planned(f"{{target: all, kind: captive_portal, portal: {portal}}}")
