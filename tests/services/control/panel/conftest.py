"""A browser without script, for the panel's tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
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


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)
