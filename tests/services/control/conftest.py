"""A control app for all of these tests, with worlds of its own for each."""

from __future__ import annotations

import pytest
from control_harness import QUIET
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.control.common import ControlOptions


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
