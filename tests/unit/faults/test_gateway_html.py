"""gateway_html: nginx's own page."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.effects import Page, Wait
from siaksim.edges.pages import padded
from siaksim.scenario.problems import ScenarioErrors


def test_gateway_html_at_share_0_never_strikes_and_at_100_always(bench: Any) -> None:
    assert not any(bench.hits("{target: all, kind: gateway_html, share: 0%}"))
    hits = bench.hits("{target: all, kind: gateway_html, share: 100%}")
    assert all(isinstance(hit[0], Page) and hit[0].status == 504 for hit in hits)


def test_gateway_html_in_the_docs_strikes_by_itself(bench: Any) -> None:
    assert bench.struck("gateway_html") == {"gateway_html"}


@pytest.mark.parametrize(
    ("status", "phrase"),
    [(502, "Bad Gateway"), (503, "Service Temporarily Unavailable"), (504, "Gateway Time-out")],
)
def test_each_status_has_nginxs_own_phrase_twice(bench: Any, status: int, phrase: str) -> None:
    (page,) = bench.effects(f"{{target: all, kind: gateway_html, status: {status}}}", None)
    assert (page.status, page.reason, page.server) == (status, phrase, "nginx")
    assert page.body.count(f"{status} {phrase}".encode()) == 2
    assert page.body.count(b"\n") == page.body.count(b"\r\n") == 7
    assert (page.ends, page.commits) == (True, False)


def test_a_page_that_comes_late_waits_first(bench: Any) -> None:
    wait, page = bench.effects("{target: all, kind: gateway_html, delay: 60s}", None)
    assert wait == Wait(60.0)
    assert isinstance(page, Page)


@pytest.mark.parametrize("status", ["500", "200", "x"])
def test_a_status_that_no_gateway_gives_is_a_mistake(bench: Any, status: str) -> None:
    with pytest.raises(ScenarioErrors, match="status"):
        bench.planned(f"{{target: all, kind: gateway_html, status: {status}}}")


@pytest.mark.parametrize(
    ("agent", "pads"),
    [
        ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", True),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", True),
        ("Mozilla/4.0 (compatible; MSIE 6.0; X11) Opera 8.5", False),
        ("Mozilla/5.0 (X11; rv:127.0) Gecko/20100101 Firefox/127.0", False),
        ("python-httpx/0.28", False),
        ("", False),
    ],
)
def test_padding_goes_to_the_browsers_that_nginx_pads_for(agent: str, pads: bool) -> None:
    assert padded(agent) is pads
