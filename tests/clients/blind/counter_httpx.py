"""A counter written from the contracts alone, with httpx and asyncio.

One officer is logged in; each citizen who comes is a task of its own: look the person up, scan the
code on the phone, watch the activation, send the mail once more if it does not get on.

    siaksim check --client counter -- python tests/clients/blind/counter_httpx.py
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import uuid
from typing import Any

import httpx

log = logging.getLogger("counter")

TRIES = 4
QR_WAIT_S = 120.0  # from the citizen's coming to a code on the phone
WATCH_S = 240.0  # from the scan to the first login
RESEND_AFTER_S = 120.0
POLL_S = 5.0
DESKS = 4


class Refused(Exception):
    """SIAK said no, and saying it again would not help."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(f"{status} {code}: {title}")
        self.code = code


class OutOfReach(Exception):
    """SIAK did not answer, or could not, as often as we are ready to ask."""


class Siak:
    """SIAK Terpusat for one officer."""

    def __init__(self, http: httpx.AsyncClient, operator: str, password: str) -> None:
        self._http = http
        self._operator = operator
        self._password = password
        self._token: str | None = None
        self._login_lock = asyncio.Lock()

    async def find(self, nik: str) -> dict[str, Any] | None:
        found = await self._call("POST", "/residents/search", {"nik": nik})
        residents: list[dict[str, Any]] = found["residents"]
        return residents[0] if residents else None

    async def scan(self, payload: str) -> dict[str, Any]:
        return await self._call("POST", "/ikd/scans", {"payload": payload})

    async def activation(self, activation_id: str) -> dict[str, Any]:
        return await self._call("GET", f"/ikd/activations/{activation_id}")

    async def resend(self, activation_id: str) -> dict[str, Any]:
        return await self._call("POST", f"/ikd/activations/{activation_id}/mails")

    async def logout(self) -> None:
        if self._token is not None:
            await self._call("DELETE", "/sessions/current")
            self._token = None

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        key = str(uuid.uuid4())  # one for the call and all its repeats
        for _ in range(3):
            token = await self._session()
            try:
                return await self._send(method, path, body, key, token)
            except Refused as refused:
                if refused.code not in ("unauthorized", "session_expired"):
                    raise
                log.info("session has ended: logging in again")
                if self._token == token:
                    self._token = None
        raise OutOfReach("the session ends again and again")

    async def _session(self) -> str:
        async with self._login_lock:
            if self._token is None:
                who = {"operator_id": self._operator, "password": self._password}
                answer = await self._send("POST", "/sessions", who, str(uuid.uuid4()), None)
                self._token = str(answer["session_token"])
            return self._token

    async def _send(
        self, method: str, path: str, body: Any, key: str, token: str | None
    ) -> dict[str, Any]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if method != "GET":
            headers["Idempotency-Key"] = key
        trouble = ""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(2**attempt * random.uniform(0.5, 1.0))
            try:
                answer = await self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                trouble = repr(error)
                log.warning("%s %s: %s", method, path, trouble)
                continue
            problem = _problem(answer)
            if answer.is_success:
                return answer.json() if answer.content else {}
            if answer.status_code >= 500 or problem["code"] == "request_in_progress":
                trouble = f"{answer.status_code} {problem['code']}"
                log.warning("%s %s: %s", method, path, trouble)
                continue
            raise Refused(answer.status_code, problem["code"], problem["title"])
        raise OutOfReach(trouble)


def _problem(answer: httpx.Response) -> dict[str, str]:
    """The code and the title; a gateway's page has neither."""
    try:
        problem = answer.json()
        return {"code": str(problem["code"]), "title": str(problem["title"])}
    except (ValueError, KeyError, TypeError):
        return {"code": "", "title": ""}


class Counter:
    """The desks: fetch who comes, serve them side by side, tell how it went."""

    def __init__(self, siak: Siak, hall: httpx.AsyncClient) -> None:
        self._siak = siak
        self._hall = hall
        self._desks = asyncio.Semaphore(DESKS)
        self._work_url = os.environ["SIAKSIM_WORK_URL"]
        self._outcome_url = os.environ["SIAKSIM_OUTCOME_URL"]

    async def open(self) -> None:
        async with asyncio.TaskGroup() as day:
            while True:
                await self._desks.acquire()
                citizen = await self._next()
                if citizen is None:
                    return
                task = day.create_task(self._serve(citizen))
                task.add_done_callback(lambda _: self._desks.release())

    async def _next(self) -> dict[str, Any] | None:
        while True:
            answer = await self._hall.get(f"{self._work_url}/next", params={"client": "counter"})
            if answer.status_code == 204:
                return None
            if answer.status_code == 200:
                citizen: dict[str, Any] = answer.json()
                return citizen
            answer.raise_for_status()

    async def _serve(self, citizen: dict[str, Any]) -> None:
        nik = citizen["nik"]
        try:
            outcome, reason = await self._activate(citizen)
        except Refused as refused:
            outcome, reason = "handed_over", f"SIAK refused: {refused}"
        except OutOfReach as error:
            outcome, reason = "handed_over", f"SIAK cannot be reached: {error}"
        except Exception as error:
            log.exception("citizen %s", nik)
            outcome, reason = "failed", repr(error)
        log.info("citizen ...%s: %s %s", nik[-4:], outcome, reason)
        told = {"nik": nik, "outcome": outcome, "reason": reason}
        (await self._hall.post(self._outcome_url, json=told)).raise_for_status()

    async def _activate(self, citizen: dict[str, Any]) -> tuple[str, str]:
        if await self._siak.find(citizen["nik"]) is None:
            return "handed_over", "not in the registry"
        activation = None
        for _ in range(3):
            payload = await self._phone_shows(citizen["citizen_url"])
            if payload is None:
                return "failed", "no code on the phone"
            try:
                activation = await self._siak.scan(payload)
                break
            except Refused as refused:
                if refused.code == "already_active":
                    return "done", "was active already"
                if refused.code not in ("qr_expired", "qr_unknown"):
                    raise
                log.info("the code is no good (%s): asking for a fresh one", refused.code)
        if activation is None:
            return "failed", "every code was too old"
        return await self._watch(activation["activation_id"])

    async def _phone_shows(self, citizen_url: str) -> str | None:
        async with asyncio.timeout(QR_WAIT_S):
            while True:
                phone = (await self._hall.get(citizen_url)).raise_for_status().json()
                if phone["qr"] is not None:
                    return str(phone["qr"])
                if phone["state"] == "gave_up":
                    return None
                await asyncio.sleep(1)

    async def _watch(self, activation_id: str) -> tuple[str, str]:
        clock = asyncio.get_running_loop().time
        start = clock()
        resent = False
        while clock() - start < WATCH_S:
            await asyncio.sleep(POLL_S)
            state = (await self._siak.activation(activation_id))["state"]
            if state == "ACTIVE":
                return "done", ""
            if state in ("LOCKED", "DELETED", "ABANDONED", "FACE_FAILED"):
                return "failed", f"the registration is {state}"
            if state == "MAIL_SENT" and not resent and clock() - start > RESEND_AFTER_S:
                log.info("no activation yet: sending the mail again")
                resent = True
                await self._siak.resend(activation_id)
        return "handed_over", "the mail is sent; the citizen goes on at home"


async def main() -> None:
    """Work through the day."""
    timeout = httpx.Timeout(15, connect=5)
    siak_url = os.environ["SIAKSIM_SIAK_URL"]
    async with (
        httpx.AsyncClient(base_url=siak_url, timeout=timeout) as http,
        httpx.AsyncClient(timeout=90) as hall,
    ):
        siak = Siak(http, os.environ["SIAKSIM_OPERATOR"], os.environ["SIAKSIM_PASSWORD"])
        await Counter(siak, hall).open()
        try:
            await siak.logout()
        except (Refused, OutOfReach) as error:
            log.warning("could not log out: %s", error)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(main())
