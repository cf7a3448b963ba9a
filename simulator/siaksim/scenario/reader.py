"""YAML as text scalars, with the place of every key and value.

PyYAML's own typing would change what people write (`no`, `12:30`, a 16-digit number), so every
scalar stays text and the model types it. Duplicate keys, anchors, aliases and tags are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from siaksim.scenario.problems import Mistake

SIZE_LIMIT = 1024 * 1024
Path = tuple[str | int, ...]


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


def read(text: str) -> Document:
    """Read one YAML document; mistakes are collected, nothing is raised."""
    document = Document()
    if len(text) > SIZE_LIMIT:
        document.mistakes.append(Mistake(1, 1, "", f"the file is over {SIZE_LIMIT // 1024} KiB"))
        return document
    try:
        for token in yaml.scan(text, Loader=yaml.BaseLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                _refuse_token(document, token)
        if document.mistakes:
            return document
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        document.mistakes.append(_syntax(error))
        return document
    if node is None:
        document.mistakes.append(Mistake(1, 1, "", "the file is empty"))
        return document
    document.data = _walk(document, node, ())
    return document


def _refuse_token(document: Document, token: Any) -> None:
    line, column = token.start_mark.line + 1, token.start_mark.column + 1
    sign = {"AnchorToken": "&", "AliasToken": "*", "TagToken": "!"}[type(token).__name__]
    what = f"{sign} (anchor, alias or tag) is not used in scenarios."
    if sign == "*":
        what += ' A glob that begins with * must be quoted: "*".'
    document.mistakes.append(Mistake(line, column, "", what))


def _syntax(error: Exception) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    text = str(getattr(error, "problem", None) or "it cannot be read")
    what = f"this is not YAML: {text}"
    if "alphabetic or numeric character" in text:
        what += '. A glob that begins with * must be quoted: "*"'
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
                what = (
                    f"the key {key!r} stands twice (first in line {document.keys[*path, key][0]})"
                )
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
