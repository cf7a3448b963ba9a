"""Agreements from YAML: the shipped ones, and what a scenario adds to them or changes in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from siaksim import data
from siaksim.agreements.directory import Directory
from siaksim.agreements.model import Agreement
from siaksim.scenario.checking import Checker
from siaksim.scenario.problems import ScenarioErrors, shown
from siaksim.scenario.reader import Path, read

FILE = "agreements.yaml"
_NAME = "a-z, 0-9 and -, at most 64"


def load_agreements(text: str, name: str = FILE) -> Directory:
    """Return the agreements of a file; ScenarioErrors lists every mistake with its place."""
    return Directory(_parsed(text, name)[1])


@lru_cache(maxsize=1)
def shipped() -> Directory:
    """Return the agreements that siaksim ships."""
    return Directory(_shipped()[1])


@lru_cache(maxsize=1)
def _shipped() -> tuple[dict[str, Any], dict[str, Agreement]]:
    return _parsed(data.agreements_text(), FILE)


def _parsed(text: str, name: str) -> tuple[dict[str, Any], dict[str, Agreement]]:
    document = read(text)
    checker = Checker(document, None)
    written: Any = document.data
    if not isinstance(written, dict) or set(written) != {"agreements"}:
        if not checker.mistakes:
            checker.mistake((), "give one key, `agreements`, with an agreement under each name")
        written = {"agreements": {}}
    merged = _merge(checker, written["agreements"], {}, ("agreements",))
    found = _typed(checker, merged, {}, ("agreements",))
    if checker.mistakes:
        raise ScenarioErrors(name, checker.mistakes)
    return merged, found


def with_changes(checker: Checker, changes: Any, path: Path) -> Directory | None:
    """Return the shipped agreements with a scenario's changes; None with its mistakes noted.

    A known name changes the fields that it gives; a new one is whole, or says `like: name`.
    """
    if changes is None:
        return shipped()
    before = len(checker.mistakes)
    written, typed = _shipped()
    merged = _merge(checker, changes, written, path)
    changed = _typed(checker, merged, typed, path)
    if len(checker.mistakes) > before:
        return None
    return Directory({**typed, **changed})


def _merge(
    checker: Checker, changes: Any, known: Mapping[str, Any], path: Path
) -> dict[str, dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {}
    if not isinstance(changes, dict):
        checker.mistake(path, f"{shown(changes)} is not wanted here: give agreements by name")
        return merged
    for name, given in changes.items():
        here = (*path, name)
        if not name.replace("-", "").isalnum() or not name.islower() or len(name) > 64:
            checker.mistake(here, f"{shown(name)} is no name: use {_NAME}", of_key=True)
        elif not isinstance(given, dict):
            checker.mistake(here, f"{shown(given)} is no agreement: give a mapping")
        else:
            base = _base(checker, name, given, {**known, **merged}, here)
            if base is None:
                continue
            own = {key: value for key, value in given.items() if key != "like"}
            merged[name] = {**base, **own}
    return merged


def _base(
    checker: Checker, name: str, given: Mapping[str, Any], known: Mapping[str, Any], path: Path
) -> Mapping[str, Any] | None:
    """Return what an agreement starts from, or None when it is like one that there is not."""
    like = given.get("like")
    if like is None:
        found: Mapping[str, Any] = known.get(name, {})
        return found
    if like not in known:
        hint = checker.hint(str(like), list(known))
        what = f"no agreement is called {shown(like)}.{hint} Agreements: {', '.join(known)}."
        checker.mistake((*path, "like"), what)
        return None
    return dict(known[like])


def _typed(
    checker: Checker, merged: Mapping[str, Any], kept: Mapping[str, Agreement], path: Path
) -> dict[str, Agreement]:
    """Return the agreements that are sound; `kept` are others that stay as they are."""
    found: dict[str, Agreement] = {}
    places = {a.address: name for name, a in kept.items() if name not in merged}
    for name, values in merged.items():
        model = checker.model(Agreement, values, (*path, name))
        if model is None:
            continue
        found[name] = model
        other = places.setdefault(model.address, name)
        if other != name:
            what = f"has the same URL as {other!r}: change institution or area"
            checker.mistake((*path, name), what, of_key=True)
    return found
