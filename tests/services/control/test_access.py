"""Who may ask the control API, and what is not there."""

from __future__ import annotations

import pytest
from control_harness import QUIET, refused
from flask.testing import FlaskClient
from siaksim.edges.app import nearby
from siaksim.edges.assembly import Assembly, assemble, create_app
from siaksim.edges.control.common import ControlOptions

# -- who may ask ---------------------------------------------------------------------------

CONTROLLED = ("/__admin/health", "/mail/api/v1/messages", "/w/x/mail/api/v1/info", "/nothing")


@pytest.mark.parametrize("path", CONTROLLED)
def test_a_rebound_name_and_a_foreign_page_are_refused(client: FlaskClient, path: str) -> None:
    assert refused(client.get(path, headers={"Host": "evil.test"}), 403)["where"] == "header Host"
    for origin in ("http://evil.test", "null", "http://localhost:1"):
        answer = client.get(path, headers={"Origin": origin})
        assert refused(answer, 403)["where"] == "header Origin"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7425", "localhost", "[::1]:7425", "127.8.8.8", "siak.test:7425"]
)
def test_this_machine_and_the_public_name_are_served(client: FlaskClient, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert client.get("/__admin/health", headers=headers).status_code == 200


def test_with_a_token_everything_but_the_services_asks_for_it() -> None:
    whole = assemble(ControlOptions("s3cret", "0.0.0.0"))
    whole.worlds.create("default", whole.worlds.inline(QUIET), mode="manual")
    client = whole.app.test_client()
    for path in CONTROLLED:
        assert refused(client.get(path), 401)["where"] == "header Authorization"
        refused(client.get(path, headers={"Authorization": "Bearer wrong"}), 401)
    for headers in ({"Authorization": "Bearer s3cret"}, {"X-Siaksim-Token": "s3cret"}):
        assert client.get("/__admin/health", headers=headers).status_code == 200
    assert client.get("/ikd/v1/terms").status_code == 200
    by_address = {"Host": "10.0.0.7:7425", "X-Siaksim-Token": "s3cret"}
    assert client.get("/__admin/health", headers=by_address).status_code == 200
    by_name = {**by_address, "Host": "rebound.test"}
    assert refused(client.get("/__admin/health", headers=by_name), 403)


# -- what is not there ---------------------------------------------------------------------


def test_an_unknown_path_names_its_neighbours(client: FlaskClient, whole: Assembly) -> None:
    found = refused(client.get("/__admin/residentz"), 404)
    assert "GET /__admin/residents" in found["nearby"]
    assert nearby(whole.app, "/mail/api/v1/mesages")[0] == "DELETE, GET /mail/api/v1/messages"


@pytest.mark.parametrize("path", ["/__admin//health", "/", "/w/", "/__admin/worlds/%00", "/%ff"])
def test_odd_paths_are_plain_misses(client: FlaskClient, path: str) -> None:
    refused(client.get(path), 404)


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.put("/__admin/clock")
    refused(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_failure_of_our_own_is_marked_and_counted(
    client: FlaskClient, whole: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("a defect")

    whole.worlds.default.settle = broken  # type: ignore[method-assign]
    answer = client.get("/__admin/clock")
    assert refused(answer, 500)["what"].startswith("siaksim itself failed")
    assert answer.headers["Siaksim-Internal-Error"] == "1"
    assert whole.worlds.default.counters.internal_errors == 1
    assert "a defect" in capsys.readouterr().err


def test_the_app_serves_mocked_paths_under_any_wsgi_server() -> None:
    client = create_app(clock="auto").test_client()
    assert client.get("/ikd/v1/terms").status_code in (200, 503)
    missing = client.get("/siak/v1/nothing")
    assert missing.status_code == 404
    assert missing.content_type == "application/problem+json"
    assert client.put("/c/kiosk.3/ikd/v1/terms").headers["Allow"] == "GET, HEAD"
    head = client.head("/ikd/v1/terms")
    assert head.data == b""
