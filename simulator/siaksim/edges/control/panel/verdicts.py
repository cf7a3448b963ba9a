"""The verdict: the matrix of rules by kinds of client, evidence, and the line that replays it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, request

from siaksim.edges.control.panel.asking import ask
from siaksim.edges.control.panel.frame import page, panel, part

FINDINGS = 20
"""Findings of one rule that a page shows; the JSON of the control API has them all."""


@panel.get("/<world>/verdict")
def verdicts(world: str) -> str:
    """Show the verdict of a world; judging takes a moment, so the page comes first."""
    kinds = ask("clients", world)["clients"]
    client = request.args.get("client", "")
    chosen = client if client in kinds else _likely(world, kinds)
    judged = _judged(world, kinds, chosen) if "whole" in request.args else {}
    shown = {"kinds": kinds, "client": chosen, "judged": bool(judged), **judged}
    return page("verdicts", world, **shown)


def _likely(world: str, kinds: Sequence[str]) -> str:
    """Return the kind of client that called last, else the first one."""
    return next((kind for kind in _callers(world) if kind in kinds), kinds[0])


def _callers(world: str) -> list[str]:
    """Return the kinds of clients that called lately, the last one first."""
    rows = ask("calls", world, query={"actors": "hide", "limit": 1000})["calls"]
    return list(dict.fromkeys(str(row["client"]).partition(".")[0] for row in rows))


@panel.get("/<world>/verdict/judged")
def judged(world: str) -> str:
    """Judge now, and show it."""
    kinds = ask("clients", world)["clients"]
    client = request.args.get("client", "")
    chosen = client if client in kinds else kinds[0]
    return part("judged", **_judged(world, kinds, chosen), world={"name": world})


def _judged(world: str, kinds: Sequence[str], client: str) -> dict[str, Any]:
    lang = g.words.language
    called = _callers(world)
    shown = [kind for kind in kinds if kind == client or kind in called]
    runs = {
        kind: ask("verdict", world, query={"client": kind, "lang": lang})["runs"][0]
        for kind in shown
    }
    run = runs[client]
    for rule in run["rules"]:
        rule["left"] = max(0, len(rule["findings"]) - FINDINGS)
        rule["findings"] = rule["findings"][:FINDINGS]
    return {"run": run, "matrix": matrix(runs, client), "shown": shown, "client": client}


def matrix(runs: Mapping[str, Mapping[str, Any]], client: str) -> list[dict[str, Any]]:
    """Return a row for each rule, worst first for `client`, and a cell for each kind."""
    ordered = [runs[client], *runs.values()]
    rules = dict.fromkeys(rule["rule"] for run in ordered for rule in run["rules"])
    rows = []
    for name in rules:
        cells = []
        for run in runs.values():
            found = next((r for r in run["rules"] if r["rule"] == name), None)
            cells.append(found and {"state": found["state"], "count": len(found["findings"])})
        rows.append({"rule": name, "cells": cells})
    return rows
