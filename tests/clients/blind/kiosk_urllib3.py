"""A kiosk written from the contracts alone, with urllib3 and threads.

Each thread is one kiosk in the hall. It plays the citizen's phone and reads the citizen's mail; an
officer beside it scans the code on its screen. Repeats are left to urllib3's Retry: writes carry an
Idempotency-Key, so the contract makes them safe.

    siaksim check --client kiosk -- python tests/clients/blind/kiosk_urllib3.py
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import urllib3

BASE = os.environ["SIAKSIM_URL"]
IKD = os.environ["SIAKSIM_IKD_URL"]
MAILBOX = os.environ["SIAKSIM_MAILBOX_URL"]
WORK = os.environ["SIAKSIM_WORK_URL"]
OUTCOME = os.environ["SIAKSIM_OUTCOME_URL"]

KIOSKS = 3
MAIL_WAIT_S = 300
OFFICER_WAIT_S = 120

# The services may stumble; what siaksim plays around them (hall, officer, mailbox) does not.
service = urllib3.PoolManager(
    maxsize=KIOSKS,
    timeout=urllib3.Timeout(connect=5, read=20),
    retries=urllib3.Retry(
        total=4,
        backoff_factor=1,
        backoff_jitter=0.5,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=None,
        raise_on_status=False,
    ),
)
hall = urllib3.PoolManager(maxsize=KIOSKS, timeout=90, retries=False)


class Sorry(Exception):
    """The kiosk cannot go on with this citizen."""

    def __init__(self, reason: str, outcome: str = "handed_over") -> None:
        super().__init__(reason)
        self.outcome = outcome


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {threading.current_thread().name} {text}", flush=True)


def call(
    method: str,
    url: str,
    body: Any = None,
    token: str | None = None,
    picture: bytes | None = None,
) -> tuple[int, dict[str, Any]]:
    """One call of a service: the status and what it says; urllib3 repeats what failed."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if method != "GET":
        headers["Idempotency-Key"] = uuid.uuid4().hex
    data = picture
    if picture is not None:
        headers["Content-Type"] = "image/jpeg"
    elif body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    try:
        for _ in range(5):
            answer = service.request(method, url, body=data, headers=headers)
            told = decode(answer)
            if told.get("code") != "request_in_progress":
                return answer.status, told
            time.sleep(2)
    except urllib3.exceptions.HTTPError as error:
        raise Sorry(f"no connection: {error}") from None
    raise Sorry("the service does not finish the call")


def decode(answer: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        told = json.loads(answer.data)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def need(status: int, told: dict[str, Any], what: str) -> dict[str, Any]:
    """The answer when it is a good one."""
    if status >= 400:
        title = told.get("title", "no explanation")
        raise Sorry(f"{what}: {status} {told.get('code', '')} {title}")
    return told


# --- one citizen ---------------------------------------------------------------------------------


def serve(citizen: dict[str, Any]) -> None:
    nik, email = citizen["nik"], citizen["email"]
    device = f"kiosk-{uuid.uuid4().hex[:12]}"

    status, told = call("GET", f"{IKD}/app-status?platform=android&os_major=13")
    if not need(status, told, "app status")["supported"]:
        raise Sorry(told["message"])
    status, told = call("GET", f"{IKD}/terms")
    version = need(status, told, "terms")["version"]

    status, told = call(
        "POST",
        f"{IKD}/registrations",
        {
            "nik": nik,
            "email": email,
            "phone": citizen["phone"],
            "terms_version": version,
            "device": {"id": device, "platform": "android", "os_major": 13},
        },
    )
    registration = need(status, told, "register")
    token = registration["token"]
    mine = f"{IKD}/registrations/{registration['registration_id']}"

    take_selfie(nik, mine, token)
    meet_officer(mine, token)
    code = activate(email, mine, token)

    status, told = call("GET", mine, token=token)
    say(f"{nik[-4:]} Cek Status: {need(status, told, 'status')['state']}")

    status, told = call("POST", f"{IKD}/sessions", {"nik": nik, "device_id": device, "pin": code})
    session = need(status, told, "login")
    if session["must_set_pin"]:
        pin = f"{secrets.randbelow(10**6):06}"
        status, told = call(
            "PUT", f"{IKD}/pin", {"new": pin, "repeat": pin}, token=session["session_token"]
        )
        need(status, told, "new PIN")


def take_selfie(nik: str, mine: str, token: str) -> None:
    while True:
        photo = hall.request("GET", f"{BASE}/__admin/residents/{nik}/selfie").data
        status, told = call("POST", f"{mine}/selfie", token=token, picture=photo)
        need(status, told, "selfie")
        if told["result"] == "match":
            return
        say(f"{nik[-4:]} selfie: {told['result']}, {told['attempts_left']} left")
        if told["result"] == "no_recorded_photo" or told["attempts_left"] == 0:
            raise Sorry(f"face check: {told['result']}")
        time.sleep(3)


def meet_officer(mine: str, token: str) -> None:
    """Show the code; the officer scans it. A dead code is shown anew."""
    for _ in range(3):
        status, told = call("GET", f"{mine}/qr", token=token)
        payload = need(status, told, "QR code")["payload"]
        answer = hall.request(
            "POST", f"{BASE}/__admin/actors/officers/scans", json={"payload": payload}
        )
        scan = answer.json()
        until = time.monotonic() + OFFICER_WAIT_S
        while scan["state"] == "going" and time.monotonic() < until:
            time.sleep(1)
            answer = hall.request("GET", f"{BASE}/__admin/actors/officers/scans/{scan['scan']}")
            scan = answer.json()
        if scan["state"] == "done":
            return
        say(f"the officer's scan: {scan['state']} {scan.get('problem')}")
    raise Sorry("the officer could not scan the code")


def mails(email: str, known: set[str]) -> Iterator[str]:
    """Texts of the citizen's new mails, as they come."""
    query = urllib.parse.quote(f"to:{email}")
    until = time.monotonic() + MAIL_WAIT_S
    while time.monotonic() < until:
        found = hall.request("GET", f"{MAILBOX}/search?query={query}").json()
        for message in reversed(found["messages"]):
            if message["ID"] not in known:
                known.add(message["ID"])
                yield hall.request("GET", f"{MAILBOX}/message/{message['ID']}").json()["Text"]
        time.sleep(2)


def activate(email: str, mine: str, token: str) -> str:
    """Open the link in the mail, type code and captcha; the code is the first PIN."""
    for text in mails(email, set()):
        link = re.search(r"https?://\S+/activation/[0-9A-Za-z]+", text)
        code = re.search(r"kode aktivasi Anda: *(\d{4,12})", text, re.IGNORECASE)
        if link is None or code is None:
            say(f"a mail without link or code: {text[:80]!r}")
            continue
        if fill_in_page(link[0], code[1]):
            return code[1]
    status, told = call("GET", mine, token=token)
    raise Sorry(f"no mail that works came; the registration is {told.get('state', status)}")


def fill_in_page(link: str, code: str) -> bool:
    """False when this mail's link or code is no good and a newer one may be."""
    for _ in range(5):
        page = service.request("GET", link)
        if page.status in (404, 410):
            say(f"the link is dead: {page.status}")
            return False
        picture = service.request("GET", f"{link}/captcha.png")
        answer = picture.headers.get("Siaksim-Captcha-Answer")
        if answer is None:
            raise Sorry(f"captcha: {picture.status}, cannot be read by a machine")
        status, told = call("POST", link, {"code": code, "captcha": answer})
        if status == 200 or told.get("code") == "already_active":
            return True
        if told.get("code") == "wrong_captcha":
            continue
        if status in (404, 410, 422):
            say(f"the page says {status} {told.get('code')}")
            return False
        need(status, told, "activation")
    raise Sorry("the captcha is never right")


# --- the day -------------------------------------------------------------------------------------


def kiosk() -> None:
    while True:
        answer = hall.request("GET", f"{WORK}/next?client=kiosk")
        if answer.status == 204:
            return
        if answer.status != 200:
            continue
        citizen = answer.json()
        outcome, reason = "done", ""
        try:
            serve(citizen)
        except Sorry as sorry:
            outcome, reason = sorry.outcome, str(sorry)
        except Exception as error:
            outcome, reason = "failed", repr(error)
        say(f"{citizen['nik'][-4:]} {outcome} {reason}")
        hall.request(
            "POST", OUTCOME, json={"nik": citizen["nik"], "outcome": outcome, "reason": reason}
        )


def main() -> int:
    kiosks = [threading.Thread(target=kiosk, name=f"kiosk-{n + 1}") for n in range(KIOSKS)]
    for one in kiosks:
        one.start()
    for one in kiosks:
        one.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
