"""A counter's client for `siaksim check`: the standard library and its environment, nothing else.

    python check_counter.py good|careless|crash|sleep|silent

`good` has a deadline, keys, a new login and three attempts (but no breaker, and no eye for
Retry-After); `careless` repeats every scan blindly until it is answered.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

DEADLINE_S = 8.0
ATTEMPTS = 3
PATIENCE_S = 12.0


def call(
    method: str,
    url: str,
    body: Any = None,
    token: str = "",
    key: str = "",
    patience: float = DEADLINE_S,
) -> tuple[int, Any]:
    """Return (status, JSON); status 0 is no answer, None is no JSON."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if key:
        headers["Idempotency-Key"] = key
    data = json.dumps(body).encode() if body is not None else None
    try:
        with urlopen(Request(url, data, headers, method=method), timeout=patience) as answer:
            status, raw = answer.status, answer.read()
    except HTTPError as error:
        status, raw = error.code, error.read()
    except (URLError, OSError):
        return 0, None
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, None


class Counter:
    """One officer's desk."""

    def __init__(self, careful: bool) -> None:
        self.careful = careful
        self.siak = os.environ["SIAKSIM_SIAK_URL"]
        self.token = ""

    def login(self) -> None:
        body = {
            "operator_id": os.environ["SIAKSIM_OPERATOR"],
            "password": os.environ["SIAKSIM_PASSWORD"],
        }
        for attempt in range(ATTEMPTS):
            status, found = call("POST", f"{self.siak}/sessions", body)
            if status == 201 and found:
                self.token = found["session_token"]
                return
            time.sleep(2.0 * (attempt + 1))

    def work(self) -> None:
        """Serve citizens until the day is over."""
        self.login()
        while True:
            status, visit = call(
                "GET", f"{os.environ['SIAKSIM_WORK_URL']}/next?client=counter", patience=30
            )
            if status == 204:
                return
            if status == 200 and visit:
                self.serve(visit)

    def serve(self, visit: dict[str, str]) -> None:
        payload = self.seen_on_the_phone(visit)
        outcome = "failed"
        if payload and (self.scan(payload) if self.careful else self.scan_blindly(payload)):
            outcome = "handed_over"
        said = {"nik": visit["nik"], "outcome": outcome}
        call("POST", os.environ["SIAKSIM_OUTCOME_URL"], said)

    def seen_on_the_phone(self, visit: dict[str, str]) -> str:
        """Return the QR code that the citizen's phone shows, as a scanner reads it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            _, citizen = call("GET", visit["citizen_url"])
            if citizen and citizen.get("qr"):
                return str(citizen["qr"])
            time.sleep(0.2)
        return ""

    def scan(self, payload: str) -> bool:
        """Scan with one key, at most three times, with growing pauses; log in again if told to."""
        key = str(uuid.uuid4())
        for attempt in range(ATTEMPTS):
            status, _ = call(
                "POST", f"{self.siak}/ikd/scans", {"payload": payload}, self.token, key
            )
            if status == 401:
                self.login()
            elif status in (200, 201):
                return True
            elif 400 <= status < 500 and status not in (408, 429):
                return False
            time.sleep(1.0 + 2.0 * attempt + (hash(key) % 100) / 100)
        return False

    def scan_blindly(self, payload: str) -> bool:
        """Press again, a second later, until an answer comes."""
        for _ in range(20):
            status, _ = call(
                "POST", f"{self.siak}/ikd/scans", {"payload": payload}, self.token, patience=3
            )
            if status == 401:
                self.login()
            elif status and status < 500:
                return status < 400
            time.sleep(1.0)
        return False


def main(manner: str) -> int:
    if manner == "crash":
        raise SystemExit(7)
    if manner == "sleep":
        time.sleep(600)
    if manner == "silent":
        return 0
    Counter(careful=manner == "good").work()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
