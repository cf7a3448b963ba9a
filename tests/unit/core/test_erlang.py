"""Waits of the queue are those of the formulae; fixed seeds, bounds from batches of the run."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from statistics import fmean, stdev

import pytest
from siaksim.core.erlang import erlang_c, mean_wait, moments
from siaksim.core.quantiles import lognormal
from storm_stage import exponential, waits

BATCHES = 20
WARM_UP = 2_000


def _mean_and_error(values: list[float]) -> tuple[float, float]:
    """Return mean and standard error, by batches: waits of neighbours are alike."""
    size = len(values) // BATCHES
    means = [fmean(values[n * size : (n + 1) * size]) for n in range(BATCHES)]
    return fmean(means), stdev(means) / sqrt(BATCHES)


@pytest.mark.parametrize(
    ("servers", "offered", "share"),
    # Published values: one server waits with rho, two with 2 rho^2 / (1 + rho).
    [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (2, 1.6, 2 * 0.64 / 1.8), (10, 8.0, 0.4092)],
)
def test_erlang_c_gives_the_known_shares(servers: int, offered: float, share: float) -> None:
    assert erlang_c(servers, offered) == pytest.approx(share, rel=1e-3)


def test_at_capacity_everybody_waits_without_end() -> None:
    assert erlang_c(3, 3.0) == 1.0
    assert mean_wait(3, 6.0, 0.5) == float("inf")


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (5, 0.8), (24, 0.9)])
def test_exponential_service_waits_as_erlang_c_says(servers: int, load: float) -> None:
    arrivals = load * servers / 0.5
    found = waits(servers, arrivals, exponential(0.5), 60_000, seed=servers)[WARM_UP:]
    mean, error = _mean_and_error(found)
    assert abs(mean - mean_wait(servers, arrivals, 0.5)) < 4 * error
    must, its_error = _mean_and_error([float(wait > 0.0) for wait in found])
    assert abs(must - erlang_c(servers, load * servers)) < 4 * its_error


@pytest.mark.parametrize(
    ("servers", "load", "law", "off"),
    [
        (1, 0.7, lambda u: 0.5, 0.0),  # exact: Pollaczek and Khinchine
        (1, 0.7, lambda u: lognormal(u, 0.3, 1.2), 0.0),
        (5, 0.8, lambda u: lognormal(u, 0.3, 1.2), 0.1),  # the approximation's own error
        (8, 0.9, lambda u: 0.5, 0.1),
    ],
)
def test_other_laws_wait_as_the_approximation_says(
    servers: int, load: float, law: Callable[[float], float], off: float
) -> None:
    mean_s, scv = moments(law)
    arrivals = load * servers / mean_s
    found = waits(servers, arrivals, law, 60_000, seed=7)[WARM_UP:]
    mean, error = _mean_and_error(found)
    told = mean_wait(servers, arrivals, mean_s, scv)
    assert abs(mean - told) < 4 * error + off * told


def test_moments_are_those_of_the_law() -> None:
    mean, scv = moments(exponential(2.0))
    assert mean == pytest.approx(2.0, rel=2e-3)
    assert scv == pytest.approx(1.0, rel=2e-2)
    assert moments(lambda u: 0.5) == (0.5, 0.0)
    assert moments(lambda u: 0.0) == (0.0, 0.0)
