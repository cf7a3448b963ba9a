"""One real siaksim and one real Chromium for all browser tests of a process.

Playwright drives the system's Chromium: it downloads no browser of its own. Screenshots lie in
build/screenshots/ after a run, to be looked at.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from live.conftest import QUIET, Simulator, start
from playwright.sync_api import Browser, Page, sync_playwright

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PATIENCE_MS = 20_000
"""How long something may take to show: a busy machine is no defect."""


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    found = start("--scenario", "normal-day")
    yield found
    found.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield found
        found.close()


@dataclass
class Room:
    """A world of its own on the server, and pages that look at it."""

    url: str
    name: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    """What the browser complained of: errors of scripts, breaches of the policy, other hosts."""

    @property
    def base(self) -> str:
        return f"{self.url}/w/{self.name}"

    def admin(self, method: str, part: str, **more: Any) -> Any:
        path = f"{self.url}/__admin/worlds/{self.name}/{part}"
        answer = httpx.request(method, path, timeout=20, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def page(
        self, width: int = 1280, scheme: Any = "light", language: str = "en", height: int = 800
    ) -> Page:
        """Return a new page of a new person: no cookies, and a language of the browser's own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale={"en": "en-GB", "id": "id-ID"}[language],
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self._listen)
        return context.new_page()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("dialog", lambda dialog: self._asked(dialog))
        page.on("console", lambda said: self._said(said))
        page.on("request", lambda request: self._sent(request.url))

    def _asked(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, said: Any) -> None:
        # A refused form is a 422, which browsers note in red: it is what the page is for. And they
        # ask for an icon of the activation page, which has none.
        about = f"{said.text} {said.location.get('url', '')}"
        if said.type == "error" and "422" not in about and "favicon.ico" not in about:
            self.complaints.append(f"console: {said.text}")

    def _sent(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "about:")):
            self.complaints.append(f"another host: {url}")

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.url}/__admin/panel/{self.name}/{path}", wait_until="domcontentloaded")


_numbers = count(1)
MakeRoom = Callable[..., Room]


@pytest.fixture
def make_room(simulator: Simulator, chromium: Browser) -> Iterator[MakeRoom]:
    """Return what makes a world; at the end no browser may have complained."""
    rooms: list[Room] = []

    def make(text: str = QUIET, **options: Any) -> Room:
        name = f"room-{next(_numbers)}"
        made = {"name": name, "text": text, **options}
        answer = httpx.post(f"{simulator.url}/__admin/worlds", json=made, timeout=20)
        assert answer.status_code == 201, answer.text
        rooms.append(Room(simulator.url, name, chromium))
        return rooms[-1]

    yield make
    for context in list(chromium.contexts):
        context.close()
    assert [room.complaints for room in rooms if room.complaints] == []


def shoot(page: Page, name: str) -> None:
    """Keep a picture of a whole page."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    # To hide the caret Playwright would add a style, which the page's policy forbids, rightly.
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, caret="initial")
