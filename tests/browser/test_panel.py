"""The panel in a real browser: what a person does, and what a person sees."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import PATIENCE_MS, MakeRoom, Room, shoot

pytestmark = [pytest.mark.live, pytest.mark.needs("chromium")]
expect.set_options(timeout=PATIENCE_MS)

LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
PLANTED = '"><script>window.planted=1</script><img src=x onerror="window.planted=2">'


def officer(room: Room) -> dict[str, str]:
    answer = httpx.post(f"{room.base}/c/counter.1/siak/v1/sessions", json=LOGIN, timeout=20)
    return {"Authorization": f"Bearer {answer.json()['session_token']}"}


def citizen(room: Room) -> str:
    asked = {"ages": "20-40", "status": "normal", "recorded": "true", "limit": 1}
    return str(room.admin("GET", "residents", params=asked)["residents"][0]["nik"])


def scanned(room: Room, nik: str) -> None:
    """Let a citizen walk in and the client's officer scan the phone's code; clocks are moved."""
    headers = officer(room)
    room.admin("POST", "actors/citizens", json={"nik": nik})
    shown: dict[str, Any] = {}
    for _ in range(60):
        room.admin("POST", "clock", json={"advance": "10s"})
        shown = room.admin("GET", f"actors/citizens/{nik}")
        if shown["qr"]:
            break
    qr = shown["qr"]
    body = {"payload": qr["payload"] if isinstance(qr, dict) else qr}
    url = f"{room.base}/c/counter.1/siak/v1/ikd/scans"
    answer = httpx.post(url, json=body, headers=headers, timeout=20)
    assert answer.is_success, answer.text


def test_an_activation_is_watched_live(make_room: MakeRoom) -> None:
    room = make_room(clock="manual", play=["citizen"])
    page = room.page()
    room.go(page, "traffic")
    expect(page.get_by_text("No client has called yet")).to_be_visible()
    nik = citizen(room)
    scanned(room, nik)
    rows = page.locator("#rows")
    expect(rows.get_by_role("link", name="siak.scan_qr")).to_be_visible()
    room.admin("POST", "clock", json={"advance": "30m"})
    expect(rows.get_by_role("link", name="mail.activate", exact=True)).to_be_visible()
    expect(rows.get_by_role("link", name="ikd.login")).to_be_visible()
    rows.get_by_role("link", name=nik).first.click()
    expect(page.locator(".steps .done")).to_have_count(12)
    expect(page.locator("svg.sequence").get_by_text("scanned, mail_issued")).to_be_visible()
    shoot(page, "citizen-1280-light")
    page.set_viewport_size({"width": 360, "height": 740})
    shoot(page, "citizen-360-light")


def test_a_fault_switched_on_by_hand_is_met_and_ended(make_room: MakeRoom) -> None:
    room = make_room()
    headers = officer(room)
    page = room.page()
    room.go(page, "day")
    page.get_by_label("What goes wrong").select_option("maintenance")
    expect(page.locator("#f-body")).to_be_visible()
    page.get_by_label("What goes wrong").select_option("error")
    expect(page.locator("#f-code")).to_be_visible()  # the form of the other kind has come
    page.get_by_label(re.compile("^target")).fill("siak.*")
    page.get_by_label(re.compile("^status")).fill("503")
    page.get_by_role("button", name="Switch it on").click()
    row = page.locator("#faults tr", has_text="error#1")
    expect(row).to_contain_text("acts now")
    expect(page.get_by_role("status").first).to_contain_text("error#1 is switched on.")
    notices = f"{room.base}/c/counter.1/siak/v1/notices"
    assert httpx.get(notices, headers=headers, timeout=20).status_code == 503
    expect(page.locator("#struck-1")).to_have_text("1")
    expect(page.locator(".tiles .hot b")).to_have_text("1")
    shoot(page, "day-fault-1280-light")
    row.get_by_role("button", name="End").click()
    expect(row).to_contain_text("ended by hand")
    assert httpx.get(notices, headers=headers, timeout=20).status_code == 200


def test_a_bad_form_is_explained_at_its_fields_and_can_be_mended(make_room: MakeRoom) -> None:
    room = make_room()
    page = room.page(width=360, language="id", height=740)
    room.go(page, "day")
    page.locator("#f-kind").select_option("latency")
    expect(page.locator("#f-occupies")).to_be_visible()  # the form of that kind has come
    delay = page.locator("#f-delay")
    delay.fill("soon")
    page.locator("#f-target").fill("siak.*")
    page.locator("#fault-add").click()
    expect(delay).to_have_attribute("aria-invalid", "true")
    expect(delay).to_have_value("soon")
    expect(page.locator("#f-delay-wrong")).to_be_visible()
    shoot(page, "bad-form-360-light")
    delay.fill("2s")
    page.locator("#fault-add").press("Enter")
    expect(page.locator("#faults")).to_contain_text("latency#1")


def test_the_clock_is_stopped_and_goes_on(make_room: MakeRoom) -> None:
    room = make_room()
    page = room.page()
    room.go(page, "day")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#clock-face")).to_contain_text("stopped")
    page.get_by_role("button", name="+1h").click()
    expect(page.locator("#clock-face .time")).to_contain_text(re.compile("^09:0"))
    page.get_by_label("Speed").select_option("60.0")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#clock-face")).to_contain_text("running ×60")


def test_the_mails_button_opens_the_activation_page(make_room: MakeRoom) -> None:
    room = make_room(clock="manual", play=["citizen"])
    scanned(room, citizen(room))
    page = room.page()
    room.go(page, "mail")
    expect(page.locator("#mails")).to_contain_text("on its way")
    for _ in range(60):  # not so long that the citizen presses the button herself
        room.admin("POST", "clock", json={"advance": "2s"})
        if room.admin("GET", "post")["mails"][0]["state"] == "delivered":
            break
    page.locator("#mails").get_by_role("link", name=re.compile("@")).click()
    button = page.frame_locator("iframe.letter").get_by_role("link", name="Aktivasi")
    expect(button).to_be_visible()
    shoot(page, "letter-1280-light")
    with page.expect_popup() as opened:
        button.click()
    activation = opened.value
    expect(activation.locator("form")).to_be_visible()
    assert f"/w/{room.name}/activation/" in activation.url


def test_the_verdicts_evidence_is_a_click_away(make_room: MakeRoom) -> None:
    room = make_room()
    httpx.get(f"{room.base}/c/counter.1/siak/v1/notices?nik=3516014107589425", timeout=20)
    page = room.page()
    room.go(page, "verdict")
    rule = page.locator("#rule-secrets_out_of_url")
    expect(rule).to_contain_text("FAIL")
    expect(page.locator("#replay")).to_contain_text("siaksim serve")
    shoot(page, "evidence-1280-light")
    rule.get_by_role("link", name="siak.notices").first.click()
    expect(page.get_by_role("heading", name="Why did this happen?")).to_be_visible()
    expect(page.locator("#curl")).to_contain_text("curl -i")
    shoot(page, "call-1280-light")


def test_planted_scripts_do_nothing_in_a_browser(make_room: MakeRoom) -> None:
    room = make_room()
    httpx.post(
        f"{room.base}/ikd/v1/registrations", json={"nik": PLANTED, PLANTED: PLANTED}, timeout=20
    )
    httpx.post(
        f"{room.base}/siak/v1/sessions", json={"operator_id": PLANTED, "password": "x"}, timeout=20
    )
    httpx.get(f"{room.base}/siak/v1/{PLANTED.replace('/', '%2F')}", timeout=20)
    page = room.page()
    calls = room.admin("GET", "calls")["calls"]
    assert len(calls) == 3
    paths = [f"traffic/{row['id']}" for row in calls if row["id"]]
    for path in ["traffic", *paths, "citizens", "day", "verdict?whole=1"]:
        room.go(page, path)
        assert page.evaluate("window.planted") is None, path
        assert page.locator("main img, main script").count() == 0, path
    room.go(page, "traffic")
    page.get_by_label("Client").fill(PLANTED)
    expect(page.get_by_text("No call fits this filter.")).to_be_visible()
    assert page.evaluate("window.planted") is None


PAGES = ("day", "traffic", "citizens", "mail", "verdict?whole=1", "worlds")
LOOKS = [(360, "dark", "id"), (1280, "light", "en")]


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_every_page_is_whole_for_everybody(
    make_room: MakeRoom, width: int, scheme: str, language: str
) -> None:
    room = make_room(clock="manual", play=["citizen"])
    nik = citizen(room)
    scanned(room, nik)
    faults = [
        {"kind": "error", "target": "siak.*", "status": 503, "share": "40%", "for": "2h"},
        {"kind": "latency", "target": "all", "delay": "1s", "at": "09:00", "for": "1h"},
    ]
    room.admin("POST", "faults", json={"fault": faults})
    room.admin("POST", "clock", json={"advance": "20m"})
    scan = room.admin("GET", "calls", params={"operation": "siak.scan_qr"})["calls"][0]
    page = room.page(width=width, scheme=scheme, language=language)
    for path in (*PAGES, f"citizens/{nik}", f"traffic/{scan['id']}"):
        room.go(page, path)
        name = re.sub(r"\W.*", "", path) + ("-one" if "/" in path else "")
        shoot(page, f"{name}-{width}-{scheme}")
        assert page.locator("html").get_attribute("lang") == language
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, f"{path} is wider than {width} px"
        assert serious(page) == [], path
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def serious(page: Page) -> list[str]:
    """Return what axe-core finds that bars somebody from a page: rule and place of each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
