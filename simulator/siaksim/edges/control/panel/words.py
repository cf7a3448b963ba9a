"""The panel's words: the reports' catalogue, and what only pages say (`id.po` beside this)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from siaksim.verdict.reports.catalogue import LANGUAGES, Catalogue, catalogue, messages_in

__all__ = ["LANGUAGES", "message", "panel_words"]


def message(text: str) -> str:
    """Return a text as it is: a mark that it is a message of the catalogue, said later."""
    return text


@cache
def panel_words(language: str) -> Catalogue:
    """Return the panel's catalogue of a language of LANGUAGES."""
    common = catalogue(language)
    if language == "en":
        return common
    own = messages_in(Path(__file__).with_name(f"{language}.po"), language)
    return Catalogue(language, {**common.table, **own})
