"""Mistakes in a scenario: all at once, one line each, with the place and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from siaksim.errors import UserError


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
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""
