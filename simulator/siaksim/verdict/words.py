"""A text that remembers how it was made, so that a report can say it in another language. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Words(str):
    """English text of a message and its values; `message` is what a catalogue knows it by."""

    message: str
    values: Mapping[str, Any]

    __slots__ = ("message", "values")


def words(message: str, /, **values: Any) -> Words:
    """Return the English text of a message; without values it is taken as it stands."""
    made = Words(message.format(**values) if values else message)
    made.message = message
    made.values = values
    return made
