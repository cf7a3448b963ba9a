"""siaksim's pytest plugin: the fixtures `siak` and `siak_server`, a marker, the --siak options.

It is loaded in every test run of whoever has siaksim installed, so it imports nothing heavy:
the server is a subprocess, and neither gevent nor Locust enters the test's process.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from siaksim.testing.server import SiakServer
    from siaksim.testing.world import SiakWorld

CLOCKS = ("manual", "auto", "real", "scaled")
MARKER = "siak_scenario(scenario, seed=, clock=, shorten=, ...): the day that `siak` begins with"
_WORLD: pytest.StashKey[SiakWorld] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the --siak options, in a group of their own."""
    group = parser.getgroup("siaksim", "SIAK Terpusat simulator")
    add = group.addoption
    add("--siak-url", metavar="URL", help="Use this running server; default: start one.")
    add("--siak-scenario", metavar="NAME|FILE", help="Default: a day without faults.")
    add("--siak-seed", metavar="N", type=int, help="Seed of every world that has none marked.")
    add("--siak-clock", choices=CLOCKS, default="manual", help="Where none is marked.")
    add("--siak-keep-worlds", action="store_true", help="Leave worlds on the server (--siak-url).")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that --strict-markers knows it."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def siak_server(pytestconfig: pytest.Config) -> Iterator[SiakServer]:
    """A siaksim server in a subprocess (with xdist one for each worker), or that of --siak-url."""
    from siaksim.testing.server import SiakServer

    url = pytestconfig.getoption("--siak-url")
    server = SiakServer.running(url) if url else SiakServer.start()
    yield server
    server.stop()


@pytest.fixture
def siak(siak_server: SiakServer, request: pytest.FixtureRequest) -> Iterator[SiakWorld]:
    """A fresh world on the server: url, scenario, resident, clock, mail, faults, verdict, ..."""
    from siaksim.testing.world import SiakWorld

    scenario, options = _wanted(request)
    world = SiakWorld(siak_server.url, scenario, options, request.config.rootpath)
    request.node.stash[_WORLD] = world
    yield world
    if not request.config.getoption("--siak-keep-worlds"):
        world.delete()


def _wanted(request: pytest.FixtureRequest) -> tuple[Any, dict[str, Any]]:
    """Return the scenario and the world's options: the marker's, else the command line's."""
    from siaksim.errors import UserError
    from siaksim.testing.world import QUIET

    option = request.config.getoption
    options = {"seed": option("--siak-seed"), "clock": option("--siak-clock")}
    default = option("--siak-scenario") or QUIET
    marker = request.node.get_closest_marker("siak_scenario")
    if marker is None:
        return default, options
    if len(marker.args) > 1:
        how = 'Such as @pytest.mark.siak_scenario("siak-brownout", seed=7).'
        raise UserError("the marker takes one scenario.", request.node.nodeid, how)
    scenario = marker.args[0] if marker.args else default
    return scenario, options | marker.kwargs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the citizens' timeline and the replay line to the report of a failing test."""
    report = yield
    world = item.stash.get(_WORLD, None)
    if world is not None and report.when == "call" and report.failed:
        report.sections += _sections(world)
    return report


def _sections(world: SiakWorld) -> list[tuple[str, str]]:
    from siaksim import data
    from siaksim.errors import UserError
    from siaksim.testing.timeline import replay_line, timeline

    try:
        lines = world.journal
    except UserError as error:  # the test's own failure must still be shown
        return [("siaksim", f"no timeline: {error}")]
    replay = f"{replay_line(lines, data.scenario_names())}\nworld: {world.name} ({world.url})"
    if world.text:
        replay += f"\nits scenario, to be saved under that name:\n{world.text}"
    return [("siaksim timeline", timeline(lines)), ("siaksim replay", replay)]
