"""YAML as text scalars, with the place of every key and value.

PyYAML's own typing would change what people write (`no`, `12:30`, a 16-digit number), so every
scalar stays text and the model types it. Duplicate keys, anchors, aliases and tags are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from siaksim.scenario.problems import Mistake

SIZE_LIMIT = 256 * 1024
"""Characters of a file: PyYAML reads about that many in a second."""
DEPTH_LIMIT = 20
Path = tuple[str | int, ...]

_SIGNS = {
    yaml.AnchorToken: "& (an anchor) is not used in scenarios: write the value out.",
    yaml.AliasToken: "* (an alias) is not used in scenarios. "
    'A glob that begins with * must be quoted: "*".',
    yaml.TagToken: "! (a tag or an include) is not used in scenarios: one file tells the story.",
}
_OPEN = (
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
)
_CLOSE = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken, yaml.BlockEndToken)


@dataclass(slots=True)
class Document:
    """The data of a file, and where each path's key and value stand (line, column; from 1)."""

    data: Any = None
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, path: Path, of_key: bool = False) -> tuple[int, int]:
        """Return where a path stands, or where its nearest parent does."""
        if of_key and path in self.keys:
            return self.keys[path]
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return (1, 1)

    def at(self, path: Path) -> Any:
        """Return what is written at a path; None when nothing is."""
        found = self.data
        for part in path:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found


def read(text: str) -> Document:
    """Read one YAML document; mistakes are collected, nothing is raised."""
    document = Document()
    if len(text) > SIZE_LIMIT:
        document.mistakes.append(Mistake(1, 1, "", f"the file is over {SIZE_LIMIT // 1024} KiB"))
        return document
    try:
        _scan(document, text)
        if document.mistakes:
            return document
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.reader.ReaderError as error:
        document.mistakes.append(_unreadable(text, error))
        return document
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        document.mistakes.append(_syntax(error))
        return document
    if node is None:
        document.mistakes.append(Mistake(1, 1, "", "the file is empty"))
        return document
    document.data = _walk(document, node, ())
    return document


def _scan(document: Document, text: str) -> None:
    """Look for signs that scenarios do without, before anything is built from them."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        place = (token.start_mark.line + 1, token.start_mark.column + 1)
        if what := _SIGNS.get(type(token)):
            document.mistakes.append(Mistake(*place, "", what))
        depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)
        if depth > DEPTH_LIMIT:
            what = f"this is nested over {DEPTH_LIMIT} levels deep"
            document.mistakes.append(Mistake(*place, "", what))
            return


def _unreadable(text: str, error: yaml.reader.ReaderError) -> Mistake:
    before = text[: error.position]
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    character = error.character
    code = ord(character) if isinstance(character, str) else int(character)
    return Mistake(line, column, "", f"the character U+{code:04X} may not stand in a scenario")


def _syntax(error: Exception) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    text = " ".join(str(getattr(error, "problem", None) or "it cannot be read").split())
    if text.startswith("but "):  # the first half of such a sentence stands elsewhere
        text = f"{getattr(error, 'context', '')}, {text}"
    what = f"this is not YAML: {text}"
    if "alphabetic or numeric character" in text:
        what += '. A glob that begins with * must be quoted: "*"'
    elif "'\\t'" in text:
        what += ". Indent with spaces, not with tabs"
    if mark is None:
        return Mistake(1, 1, "", what)
    return Mistake(mark.line + 1, mark.column + 1, "", what)


def _walk(document: Document, node: Any, path: Path) -> Any:
    mark = node.start_mark
    document.values[path] = (mark.line + 1, mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            where = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in found:
                first = document.keys[*path, key][0]
                what = f"the key {key!r} stands twice (first in line {first})"
                document.mistakes.append(Mistake(*where, text_of((*path, key)), what))
                continue
            document.keys[*path, key] = where
            found[key] = _walk(document, value_node, (*path, key))
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_walk(document, item, (*path, i)) for i, item in enumerate(node.value)]
    return str(node.value)


def text_of(path: Path) -> str:
    """Return a path as people write it: timeline[0].faults[1].share."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
