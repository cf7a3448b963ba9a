"""What every page has: its frame, languages and themes, and who may do what."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest
from flask.testing import FlaskClient
from panel_messages import PANEL as PACKAGE
from panel_messages import known_messages, shared_hints, template_messages
from siaksim.edges.assembly import assemble
from siaksim.edges.control.common import ControlOptions
from siaksim.edges.control.guard import PANEL
from siaksim.edges.control.panel.frame import ASSETS, PAGES
from siaksim.edges.control.panel.words import panel_words
from siaksim.verdict.reports.catalogue import catalogue

from .conftest import Browser

VIEWS = [view for view, _ in PAGES]
ADDRESSES = {"day": "day", "traffic": "traffic", "citizens": "citizens"}
ADDRESSES |= {"mails": "mail", "verdicts": "verdict", "realms": "worlds"}


def fields(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name}


# -- words -----------------------------------------------------------------------------------


def test_every_message_of_the_panel_has_its_words_in_indonesian() -> None:
    table = panel_words("id").table
    missing = [
        f"{place}: {text!r}" for text, place in known_messages().items() if text not in table
    ]
    missing += [f"schema: {hint!r}" for hint in sorted(shared_hints()) if hint not in table]
    assert missing == [], "add them to simulator/siaksim/edges/control/panel/id.po"


def test_no_translation_is_stale_and_each_fills_in_what_its_message_does() -> None:
    own = {k: v for k, v in panel_words("id").table.items() if k not in catalogue("id").table}
    said = {*known_messages(), *shared_hints()}
    assert [message for message in own if message not in said] == []
    assert {m: t for m, t in own.items() if fields(m) != fields(t)} == {}


def test_the_search_for_messages_finds_each_way_of_saying_one() -> None:
    source = (
        "{{ _('a', n=1) }}{{ _({'x': 'b', 'y': 'c'}[k]) }}{{ _('d' if x else 'e') }}{{ f('z') }}"
    )
    assert set(template_messages(source)) == {*"abcde"}


# -- only the control API ----------------------------------------------------------------------


def test_pages_know_nothing_but_the_control_api() -> None:
    allowed = ("siaksim.edges.control.panel", "siaksim.verdict.reports.catalogue")
    frame = ("siaksim.edges.control.guard", "siaksim.edges.control.common")
    found = []
    for path in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("siaksim."):
                fits = (node.module or "").startswith(allowed)
                if not fits and not (
                    path.name in ("frame.py", "asking.py") and node.module in frame
                ):
                    found.append(f"{path.name}:{node.lineno}: {node.module}")
    assert found == []


# -- the frame ---------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_each_page_is_whole_in_both_languages(browser: Browser, view: str, language: str) -> None:
    page = browser.page(f"default/{ADDRESSES[view]}?lang={language}")
    assert f'<html lang="{language}"' in page
    assert 'aria-current="page"' in page
    assert "<h1>" in page
    assert not re.search(r'style="|<script(?! src)| on[a-z]+="', page)


def test_the_panel_asks_for_nothing_from_another_host() -> None:
    sources = [*PACKAGE.rglob("*.html"), *PACKAGE.glob("assets/panel.*")]
    for path in sources:
        assert "//" not in re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S), (
            path
        )


def test_a_policy_forbids_inline_scripts_and_other_hosts(browser: Browser) -> None:
    answer = browser.get("default/day")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_assets_come_with_their_licences_and_nothing_else_does(browser: Browser) -> None:
    for name in ASSETS:
        answer = browser.get(f"_assets/{name}")
        assert (answer.status_code, answer.data[:1] != b"") == (200, True)
    licences = browser.page("_assets/LICENSES.txt")
    assert "htmx 2.0.11" in licences
    assert "Zero-Clause BSD" in licences
    assert browser.get("_assets/../frame.py").status_code == 404


def test_language_comes_from_the_browser_until_one_is_chosen(browser: Browser) -> None:
    assert '<html lang="id"' in browser.page("default/day", headers={"Accept-Language": "id-ID"})
    assert '<html lang="en"' in browser.page("default/day?lang=en")
    assert '<html lang="en"' in browser.page("default/day", headers={"Accept-Language": "id-ID"})


def test_a_theme_is_kept_and_an_unknown_one_is_not(browser: Browser) -> None:
    assert 'data-theme="dark"' in browser.page("default/day?theme=dark")
    assert 'data-theme="dark"' in browser.page("default/day")
    assert 'data-theme="auto"' in browser.page("default/day?theme=%22onload")


def test_a_world_that_is_not_there_has_a_page_that_says_so(browser: Browser) -> None:
    answer = browser.get("nowhere/day")
    assert answer.status_code == 404
    assert "there is no world" in answer.text
    assert "<h1>" in answer.text


def test_the_index_leads_to_the_default_worlds_day(browser: Browser) -> None:
    assert browser.get("").headers["Location"].endswith("/__admin/panel/default/day")
    assert browser.get("_world?world=x&page=day").headers["Location"].endswith("/x/day")


# -- who may ------------------------------------------------------------------------------------


def test_a_change_needs_the_pages_token(browser: Browser, client: FlaskClient) -> None:
    browser.page("default/day")
    form = {"f.kind": "hang", "f.target": "siak.*", "f.for": "5m"}
    right, browser.token = browser.token, "guessed"
    answer = browser.post("default/day/faults", form)
    assert "too old" in answer.text
    assert answer.headers["HX-Reswap"] == "none"
    assert client.get("/__admin/faults").json["faults"] == []  # type: ignore[index]
    browser.token = right
    assert browser.post("default/day/faults", form).status_code == 200
    assert len(client.get("/__admin/faults").json["faults"]) == 1  # type: ignore[index]


def test_a_token_without_its_cookie_is_worth_nothing(client: FlaskClient) -> None:
    stranger = Browser(client.application.test_client(), token="made-up")
    answer = stranger.post("default/day/clock", {"advance": "1h"})
    assert "too old" in answer.text
    assert client.get("/__admin/clock").json["now"][11:16] == "08:00"  # type: ignore[index]


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_another_origin_can_do_nothing(
    browser: Browser, client: FlaskClient, headers: dict[str, str]
) -> None:
    browser.page("default/day")
    answer = browser.post("default/day/clock", {"advance": "1h"}, headers=headers)
    assert answer.status_code in (403, 422)
    assert client.get("/__admin/clock").json["now"][11:16] == "08:00"  # type: ignore[index]


def test_another_host_name_is_refused(browser: Browser) -> None:
    assert browser.get("default/day", headers={"Host": "evil.test"}).status_code == 403


def test_a_server_with_a_token_asks_for_it_once() -> None:
    whole = assemble(ControlOptions(token="geheim", public_url="http://siak.test"))
    whole.worlds.create("default", whole.worlds.scenario("normal-day"), mode="manual")
    browser = Browser(whole.app.test_client())
    assert browser.get("default/day").headers["Location"] == f"{PANEL}/_in"
    assert browser.client.get("/__admin/clock").status_code == 401
    browser.page("_in")
    form = {"token": browser.token, "secret": "wrong"}
    assert browser.client.post(f"{PANEL}/_in", data=form).status_code == 403
    assert browser.get("default/day").status_code == 302
    form["secret"] = "geheim"
    assert browser.client.post(f"{PANEL}/_in", data=form).status_code == 303
    assert "normal-day" in browser.page("default/day")
    # The pass is for the panel: programs still give the token.
    assert browser.client.get("/__admin/clock").status_code == 401
    whole.worlds.close()
