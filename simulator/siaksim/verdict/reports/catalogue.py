"""The one message catalogue: English messages are the keys, `<language>.po` beside this file.

gettext's format, read by Babel, so that translators can use their own tools (Poedit, Weblate).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siaksim.verdict.words import Words

if TYPE_CHECKING:
    from siaksim.verdict.base import Finding

LANGUAGES = ("id", "en")


class _Comma(float):
    """A number whose decimal mark is a comma, as Indonesians write it."""

    def __format__(self, spec: str) -> str:
        return format(float(self), spec).replace(".", ",")


class Catalogue:
    """Says messages in one language; a message that it does not know is said in English."""

    def __init__(self, language: str, table: Mapping[str, str]) -> None:
        self.language = language
        self.table = table

    def tell(self, message: str, /, **values: Any) -> str:
        """Return a message with its values in this language; without values nothing is filled in.

        A `why` that is itself a message is said in this language too.
        """
        said = self.table.get(message) or message
        if not values:
            return said
        return said.format(**{name: self._value(name, value) for name, value in values.items()})

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, Words):
            return self.put(value)
        if isinstance(value, float) and self.language == "id":
            return _Comma(value)
        # Other texts are names and words of the user's own, which only happen to look like ours.
        return self.table.get(value, value) if name == "why" else value

    def put(self, text: str) -> str:
        """Return a text of the judge's in this language: made by `words`, or a whole message."""
        if isinstance(text, Words):
            return self.tell(text.message, **text.values)
        return self.tell(text)

    def finding(self, found: Finding) -> str:
        """Return what a finding says."""
        return self.tell(found.message, **found.values)


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language of LANGUAGES; ValueError for another one."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is no language of reports: {', '.join(LANGUAGES)}")
    own = Path(__file__).with_name(f"{language}.po")
    return Catalogue(language, {} if language == "en" else messages_in(own, language))


def messages_in(path: Path, language: str) -> dict[str, str]:
    """Return the messages of a .po file that are translated: English -> the language."""
    from babel.messages.pofile import read_po

    found = read_po(BytesIO(path.read_bytes()), locale=language)
    return {str(m.id): str(m.string) for m in found if m.id and m.string and not m.fuzzy}
