"""Runs to be reported: a client that fails, one that passes, one that proves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from siaksim.verdict.clients import load_terms
from siaksim.verdict.history import History
from siaksim.verdict.judge import judge
from siaksim.verdict.reports.model import Report, Run, replay_lines
from verdict_history import Story

DAY = date(2024, 7, 11)
SIX = """\
client: counter
about: A counter, by six rules only, so that tests of reports need not know the others.
rules:
  idempotent_retry: {}
  known_operation: {}
  no_double_activation: {}
  request_valid: {}
  retry_limit: {attempts: 3, pause: 60}
  secrets_out_of_url: {}
"""
WAIVER = (
    SIX
    + """\
waivers:
  - {rule: retry_limit, reason: Mended in spring., until: 2027-03-31}
"""
)


def run_of(history: History, terms: str = SIX) -> Run:
    """Return the run of a history, judged by the text of a client file."""
    return Run(judge(history, load_terms(terms, "six.yaml"), DAY), history, replay_lines(history))


def careless() -> History:
    """Return a run with a blind repeat, which caused two codes, and twelve tries."""
    story = Story()
    story.call("siak.scan_qr", 0.0, status=0, took=30.0, commits={"code_issued": {}})
    story.call("siak.scan_qr", 32.0, commits={"code_issued": {}})
    for number in range(12):
        story.call("ikd.register", 100 + 2.0 * number, status=503, took=0.4)
    return replace(story.history, scenario="careless")


def careful() -> History:
    """Return a run of one call that failed and was given up."""
    story = Story()
    story.call("ikd.register", 0.0, status=503)
    return replace(story.history, scenario="careful")


def unstruck() -> History:
    """Return a run whose faults never reached the client."""
    story = Story()
    story.call("ikd.register", 0.0)
    return replace(story.history, scenario="unstruck", faults={"hang#1": "hang"})


def report() -> Report:
    """Return a report on all three."""
    return Report((run_of(careless()), run_of(careful()), run_of(unstruck())))
