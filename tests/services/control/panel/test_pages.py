"""Traffic, mail, citizens, verdict and worlds: what they show and what they do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from control_harness import mailed, ok
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly

from .conftest import Browser


def add(client: FlaskClient, **fault: Any) -> None:
    ok(client.post("/__admin/faults", json={"fault": fault}), 201)


def newest(client: FlaskClient, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = ok(client.get(f"/__admin/calls?{query}"))["calls"][0]
    return found


# -- traffic -------------------------------------------------------------------------------------


def test_an_empty_world_says_how_to_begin(browser: Browser) -> None:
    assert "No client has called yet" in browser.page("default/traffic")
    assert "No mail was sent yet" in browser.page("default/mail")
    assert "No call was about a citizen yet" in browser.page("default/citizens")


def test_the_list_is_filtered_and_says_when_nothing_fits(
    browser: Browser, client: FlaskClient
) -> None:
    mailed(client)
    whole = browser.page("default/traffic")
    assert "ikd.register" in whole
    assert "siak.scan_qr" in whole
    some = browser.page("default/traffic/rows?operation=siak.*")
    assert "ikd.register" not in some
    assert "siak.scan_qr" in some
    assert "No call fits this filter." in browser.page("default/traffic?client=kiosk")
    assert "is unknown" in browser.page("default/traffic?outcome=wat")


def test_the_live_list_is_sent_only_when_something_came(
    browser: Browser, client: FlaskClient
) -> None:
    mailed(client)
    count = ok(client.get("/__admin/calls"))["count"]
    assert browser.get(f"default/traffic/rows?seen={count}").status_code == 204
    client.get("/siak/v1/notices")
    assert browser.get(f"default/traffic/rows?seen={count}").status_code == 200


def test_long_traffic_is_paged(browser: Browser, client: FlaskClient) -> None:
    for _ in range(55):
        client.get("/siak/v1/notices")
    first = browser.page("default/traffic")
    assert first.count('<tr class="') == 50
    older = re.search(r'href="([^"]*before=\d+)"', first)
    assert older
    second = client.get(older[1]).text
    assert second.count('<tr class="') == 5
    assert "Back to the newest" in second


def test_a_call_tells_why_it_failed(browser: Browser, client: FlaskClient) -> None:
    add(client, kind="error", target="siak.notices", status="503", id="down")
    client.get("/siak/v1/notices")
    page = browser.page(f"default/traffic/{newest(client)['id']}")
    assert "down (error) struck it, by the draw below." in page
    assert re.search(r"<td>http</td><td>draw 0\.\d+ in 0\.0000\.\.1\.0000</td>", page)
    assert "curl -i http://siak.test:7425/siak/v1/notices" in page


def test_a_call_that_broke_the_contract_says_so(browser: Browser, client: FlaskClient) -> None:
    client.post("/ikd/v1/registrations", json={"nik": "1"})
    page = browser.page(f"default/traffic/{newest(client)['id']}")
    assert "it breaks the contract" in page
    assert "<code>body" in page


def test_a_commit_that_was_not_told_is_marked(browser: Browser, client: FlaskClient) -> None:
    add(client, kind="lost_answer", target="ikd.register", how="gateway_504")
    with pytest.raises(AssertionError):
        mailed(client)
    page = browser.page(f"default/traffic/{newest(client, 'operation=ikd.register')['id']}")
    assert "a blind repeat may do it twice" in page
    assert "data_verified" in page


def test_calls_are_saved_as_an_archive_without_secrets(
    browser: Browser, client: FlaskClient
) -> None:
    mailed(client)
    answer = browser.get("default/traffic/har?operation=siak.login")
    assert 'filename="default.har"' in answer.headers["Content-Disposition"]
    (entry,) = answer.get_json()["log"]["entries"]
    assert entry["request"]["url"] == "http://siak.test:7425/siak/v1/sessions"
    assert entry["response"]["status"] == 201
    assert "siaksim-petugas01" not in answer.text
    assert len(ok(client.get("/__admin/har"))["log"]["entries"]) > 3


# -- mail ----------------------------------------------------------------------------------------


def test_delayed_and_lost_and_doubled_mails_are_shown_as_such(
    browser: Browser, client: FlaskClient, whole: Assembly
) -> None:
    for kind, more, said in (
        ("mail_delay", {"delay": "20m"}, "is to come at"),
        ("mail_duplicate", {"copies": "2", "gap": "1s"}, "came 2 times"),
        ("mail_loss", {}, ">lost<"),
        ("mail_spam", {}, "in the spam folder"),
    ):
        name = kind.replace("_", "-")
        ok(client.post("/__admin/worlds", json={"name": name, "clock": "manual"}), 201)
        fault = {"kind": kind, "target": "all", **more}
        ok(client.post(f"/__admin/worlds/{name}/faults", json={"fault": fault}), 201)
        mailed(client, f"/w/{name}")
        ok(client.post(f"/__admin/worlds/{name}/clock", json={"advance": "5m"}))
        page = browser.page(f"{name}/mail")
        assert said in page, kind
        assert f"{kind}#1" in page


def test_a_mail_is_shown_as_the_citizen_sees_it(browser: Browser, client: FlaskClient) -> None:
    mailed(client)
    ok(client.post("/__admin/clock", json={"advance": "10m"}))
    listed = browser.page("default/mail")
    found = re.search(r'href="/__admin/panel/(default/mail/[^"]+)"', listed)
    assert found
    page = browser.page(found[1])
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    body = browser.get(f"{found[1]}/body")
    assert '<base target="_blank">' in body.text
    assert "Aktivasi" in body.text
    policy = body.headers["Content-Security-Policy"]
    assert "script" not in policy.replace("sandbox", "")
    assert "default-src 'none'" in policy


# -- citizens ------------------------------------------------------------------------------------


def test_a_citizen_is_found_and_followed(browser: Browser, client: FlaskClient) -> None:
    mailed(client)
    page = browser.page("default/citizens")
    nik = re.search(r"citizens/(\d{16})", page)
    assert nik
    page = browser.page(f"default/citizens/{nik[1]}")
    assert len(re.findall(r'<li class="done">', page)) == 7
    assert "scanned, mail_issued" in page
    assert page.count('class="go"') >= 4
    assert browser.get("default/citizens/123").status_code == 404


def test_a_wrong_search_is_explained_where_it_was_typed(browser: Browser) -> None:
    page = browser.page("default/citizens?area=Atlantis")
    assert "is no area of this world" in page
    assert 'value="Atlantis"' in page
    assert "no resident of this world" in browser.page("default/citizens?nik=1")
    assert re.search(r"<td>\d{16}</td>", browser.page("default/citizens?ages=17-20&sex=P"))


# -- verdict -------------------------------------------------------------------------------------


def test_the_verdict_has_its_evidence_a_click_away(browser: Browser, client: FlaskClient) -> None:
    for _ in range(2):
        client.get("/c/counter.1/siak/v1/notices?nik=3516014107589425")
    assert "Judging" in browser.page("default/verdict")
    page = browser.page("default/verdict/judged?client=counter")
    assert "siaksim serve --scenario" in page
    rule = re.search(r'id="rule-secrets_out_of_url".*?</section>', page, re.S)
    assert rule
    assert "FAIL" in rule[0]
    link = re.search(r'href="/__admin/panel/(default/traffic/[^"]+)"', rule[0])
    assert link
    assert "siak.notices" in browser.page(link[1])
    whole = browser.page("default/verdict?client=counter&whole=1")  # for browsers without script
    assert 'id="rule-secrets_out_of_url"' in whole


def test_the_verdict_is_said_in_the_pages_language(browser: Browser, client: FlaskClient) -> None:
    page = browser.page("default/verdict/judged?client=counter&lang=id")
    assert "BELUM PASTI" in page
    assert "klien tidak pernah memanggil" in page


# -- worlds --------------------------------------------------------------------------------------


def test_a_world_is_made_compared_begun_anew_and_deleted(
    browser: Browser, client: FlaskClient
) -> None:
    browser.page("default/worlds")
    form = {"name": "try", "scenario": "siak-blackout-25min", "clock": "manual", "play": "citizen"}
    made = browser.post("default/worlds", {**form, "record": "on", "seed": "7"})
    assert made.headers["Location"].endswith("/try/day")
    shown = ok(client.get("/__admin/worlds/try"))
    assert (shown["seed"], shown["play"], shown["recorded"]) == (7, ["citizen"], True)
    compared = browser.page("default/worlds?compare=default&compare=try")
    assert compared.count('<span class="chip warn">different') >= 2
    assert browser.get("try/traffic/recording").status_code == 200
    client.get("/w/try/siak/v1/notices")
    browser.post("default/worlds/reset", {"name": "try"})
    assert ok(client.get("/__admin/worlds/try"))["requests"] == 0
    answer = browser.post("try/worlds/delete", {"name": "try"})
    assert answer.headers["Location"].endswith("/default/worlds")
    assert client.get("/__admin/worlds/try").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "Bad Name"}, "name"),
        ({"name": "default"}, "name"),
        ({"seed": "x"}, "seed"),
        ({"speed": "60", "clock": "manual"}, "speed"),
        ({"from": "half past"}, "from"),
    ],
)
def test_a_bad_world_is_explained_at_its_field(
    browser: Browser, typed: dict[str, str], field: str
) -> None:
    browser.page("default/worlds")
    answer = browser.post("default/worlds", {"scenario": "normal-day", **typed})
    assert answer.status_code == 422
    assert re.search(rf'id="w-{field}"[^>]*aria-invalid="true"', answer.text), answer.text
    assert f'value="{typed[field]}"' in answer.text


# -- what clients send ---------------------------------------------------------------------------

PLANTED = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}"


def test_planted_scripts_are_text_wherever_they_come_out(
    browser: Browser, client: FlaskClient
) -> None:
    mailed(client)
    nik = newest(client, "operation=ikd.register")["subject"]
    client.post("/ikd/v1/registrations", json={"nik": PLANTED, "email": PLANTED, PLANTED: PLANTED})
    client.post("/siak/v1/sessions", json={"operator_id": PLANTED, "password": PLANTED})
    client.get("/siak/v1/" + PLANTED.replace("/", "%2F"))
    client.get("/siak/v1/notices", headers={"Idempotency-Key": PLANTED, "User-Agent": PLANTED})
    client.get("/siak/v1/notices", query_string={PLANTED: PLANTED})
    ok(
        client.post("/__admin/outcomes", json={"nik": nik, "outcome": "failed", "reason": PLANTED}),
        201,
    )
    pages = ["default/day", "default/traffic", "default/mail", "default/citizens", "default/worlds"]
    pages += [f"default/citizens/{nik}", "default/verdict/judged?client=counter"]
    pages += [
        f"default/traffic/{r['id']}" for r in ok(client.get("/__admin/calls"))["calls"] if r["id"]
    ]
    asked = {
        n: PLANTED for n in ("client", "operation", "subject", "fault", "outcome", "nik", "area")
    }
    shown = [browser.page(path) for path in pages]
    for path in ("traffic", "traffic/rows", "citizens", "day/form", "mail", "verdict", "worlds"):
        shown.append(browser.page(f"default/{path}", query_string=asked | {"again": PLANTED}))
    browser.page("default/day")
    fields = {f"f.{name}": PLANTED for name in ("target", "share", "status", "id", "burst")}
    shown.append(browser.post("default/day/faults", {**fields, "f.kind": "error"}).text)
    shown.append(browser.post("default/day/faults/end", {"id": PLANTED}).text)
    shown.append(browser.post("default/day/clock", {"to": PLANTED}).text)
    shown.append(browser.post("default/worlds", {"name": PLANTED, "seed": PLANTED}).text)
    assert any("&lt;script&gt;" in text for text in shown)
    for text in shown:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&#39;49" not in text
