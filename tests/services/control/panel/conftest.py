"""A control app for the panel's tests, and a browser without script that uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from control_harness import QUIET
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.control.common import ControlOptions
from werkzeug.test import TestResponse

PANEL = "/__admin/panel"


@dataclass
class Browser:
    """What a person's browser sends: cookies, the page's token, and whether htmx asks."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(f"{PANEL}/{path}", **more)
        found = re.search(r"\"X-Siaksim-Panel\": \"([^\"]+)", answer.text)
        if found:
            self.token = found[1]
        return answer

    def page(self, path: str, **more: Any) -> str:
        answer = self.get(path, **more)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, form: dict[str, Any], target: str = "", **more: Any) -> TestResponse:
        headers = {"HX-Request": "true", "HX-Target": target, "X-Siaksim-Panel": self.token}
        return self.client.post(
            f"{PANEL}/{path}", data=form, headers=headers | more.pop("headers", {}), **more
        )


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble(ControlOptions(public_url="http://siak.test:7425"))


@pytest.fixture
def whole(assembled: Assembly) -> Assembly:
    """An app is dear to make, a world is cheap: each test has its own worlds."""
    worlds = assembled.worlds
    worlds.close()
    worlds.create("default", worlds.inline(QUIET), mode="manual", text=QUIET)
    return assembled


@pytest.fixture
def client(whole: Assembly) -> FlaskClient:
    return whole.app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)
