"""A found schedule as a scenario file, ready to commit and for `siaksim check`. PURE."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from textwrap import wrap
from typing import Any

import yaml

from siaksim.hunting.search import Broken

_PLAIN_TIME = re.compile(r"^(?:day \d+ )?\d{1,2}:\d\d|^\d{16}$|^\d{4}-\d\d-\d\d$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_SCHEMA = "# yaml-language-server: $schema=../contracts/scenario.schema.json"


_TAGS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}


class _Dumper(yaml.SafeDumper):
    """Writes texts without quotes where the reader of scenarios takes them for the same texts."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """Take every scalar for the text that it is."""
        return _TAGS[kind]


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    # Other readers take 12:30 for a number, so times, dates and NIKs are quoted as elsewhere.
    style = '"' if _PLAIN_TIME.match(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)


def _mapping(dumper: _Dumper, value: Mapping[str, Any]) -> yaml.Node:
    # A fault or a stanza in one line, like in the shipped scenarios.
    flat = not any(isinstance(part, dict | list) for part in value.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flat)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)


def scenario_with(base: str, faults: list[dict[str, str]], **changes: Any) -> str:
    """Return a scenario's YAML with faults more (always on) and top-level keys changed.

    `base` must be a sound scenario; its comments are not kept.
    """
    document: dict[str, Any] = yaml.load(base, Loader=yaml.BaseLoader)
    document.update(changes)
    if faults:
        document["faults"] = [*document.get("faults", []), *faults]
    return _dumped(document)


def calm(base: str) -> str:
    """Return a scenario's YAML without its faults: the day on which a hunt begins."""
    document: dict[str, Any] = yaml.load(base, Loader=yaml.BaseLoader)
    return _dumped({k: v for k, v in document.items() if k not in ("faults", "timeline")})


def _dumped(document: Mapping[str, Any]) -> str:
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )


def name_of(base: str, broken: Broken) -> str:
    """Return the name of a found schedule's scenario: base, rule and operation in one."""
    words = [base, broken.failure.rule.replace("_", "-")]
    if broken.failure.operation:
        words.append(re.sub(r"[^a-z0-9]+", "-", broken.failure.operation.lower()))
    return "-".join(words)[:64].strip("-")


def unused(stem: str, taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken yet: the stem, or the stem with a number."""
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(name for name in names if not taken(name))


def one_line(text: str) -> str:
    """Return a text that a client or a person gave as one line without control characters."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def saved(base: str, name: str, broken: Broken, seed: int, replay: str, **changes: Any) -> str:
    """Return the file: what happens, what the verdict said, how to play it, and the scenario.

    `changes` are top-level keys in the place of the base's.
    """
    rate = f"{broken.failed} of {broken.plays} plays"
    comments = [
        f"Found by siaksim hunt: {broken.failure.rule} fails in {rate}.",
        f"Verdict: {broken.failure.told}",
        f"Play it again: {replay}",
    ]
    lines = [_SCHEMA]
    for comment in comments:
        # A command is one line, whatever its length: it is to be pasted.
        whole = one_line(comment)
        parts = [whole] if comment.startswith("Play") else wrap(whole, 96)
        lines += [f"# {part}" for part in parts]
    body = scenario_with(
        base,
        broken.simplest.faults(),
        scenario=name,
        story=broken.simplest.story(),
        seed=str(seed),
        **changes,
    )
    return "\n".join(lines) + "\n" + body
