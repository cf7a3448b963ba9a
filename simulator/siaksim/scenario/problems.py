"""Mistakes in a scenario: all at once, one line each, with the place and the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from siaksim.errors import UserError

_SHOWN = 80
_LIMITS = {
    "greater_than_equal": ("ge", "is too small: at least"),
    "greater_than": ("gt", "is too small: above"),
    "less_than_equal": ("le", "is too big: at most"),
    "less_than": ("lt", "is too big: below"),
    "string_too_long": ("max_length", "is too long: characters at most"),
    "string_too_short": ("min_length", "is too short: characters at least"),
    "string_pattern_mismatch": ("pattern", "has a wrong form; it must match"),
}
_WANTED = {
    "int": "is no whole number",
    "float": "is no number",
    "finite": "is no number",
    "string": "is not wanted here: give a text",
    "list": "is not wanted here: give a list, such as [a, b] or lines that begin with `- `",
    "tuple": "is not wanted here: give a text, or a list such as [a, b]",
    "dict": "is not wanted here: give a mapping, such as {key: value}",
    "model": "is not wanted here: give a mapping, such as {key: value}",
}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: line and column (from 1), path in the document, and what is wrong."""

    line: int
    column: int
    path: str
    what: str


class ScenarioErrors(UserError):
    """Every mistake of one file; its text has a line `file:line:col: path: what` for each."""

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        self.file = file
        self.mistakes = sorted(set(mistakes))
        super().__init__(f"{len(self.mistakes)} mistakes", file)

    def __str__(self) -> str:
        return "\n".join(
            f"{self.file}:{m.line}:{m.column}: " + (f"{m.path}: " if m.path else "") + m.what
            for m in self.mistakes
        )


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return ' Did you mean ...?' when a known word is near, else an empty text."""
    near = get_close_matches(word[:_SHOWN], known, n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, and what is no text by its shape."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value in (None, ""):
        return "nothing"
    text = str(value)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def worded(error: Mapping[str, Any], value: object) -> str:
    """Return what pydantic found wrong with a value as a person would say it."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in _LIMITS:
        name, what = _LIMITS[kind]
        limit = context[name]
        return f"{shown(value)} {what} {f'{limit:g}' if isinstance(limit, float) else limit}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(context["expected"]))
        hint = did_you_mean(str(value), known)
        return f"{shown(value)} is none of these: {', '.join(known)}.{hint}"
    if kind == "too_short":
        return "the list is empty"
    if kind == "too_long":
        return f"the list is too long: at most {context['max_length']}"
    wanted = _WANTED.get(kind.partition("_")[0])
    return f"{shown(value)} {wanted}" if wanted else str(error["msg"])
