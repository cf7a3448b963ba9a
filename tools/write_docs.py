"""Writes what the docs say of the language from the code's own words; --check says what differs.

docs/faults.md is whole; in docs/scenarios.md and docs/verdicts.md only what stands between
`<!-- begin ... -->` and `<!-- end ... -->` is.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from siaksim import data
from siaksim.core.plan import LAYERS
from siaksim.faults import kinds
from siaksim.faults.base import FaultModel, LinkFault, TlsFault
from siaksim.scenario.model import Modifiers, ScenarioModel
from siaksim.scenario.settings import Settings
from siaksim.verdict.base import RuleModel
from siaksim.verdict.clients import ClientTerms, shipped
from siaksim.verdict.rules import rules

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Kinds of fault

Written by `python tools/write_docs.py` from each kind's own words; do not edit it here. How faults
are placed, timed and drawn is told in [scenarios.md](scenarios.md); how to make a kind of your own
in [add-a-fault.md](add-a-fault.md). Layers act from the outside in.

"""
KEYS_SHOWN = 6
"""Keys or words of a field that a table names; more are told of elsewhere."""
LONGEST = 60
"""Characters of a default that a table shows."""
LAYER_WORDS = {
    "link": "the network path of a site",
    "tls": "the handshake",
    "load": "who arrives when: limits that count calls, and centres of finite capacity",
    "time": "when the answer comes; it adds to whatever else is drawn",
    "transport": "what becomes of the bytes, before the commit unless `committed: N%`",
    "http": "an answer from the service or from what stands in front of it; nothing is committed",
    "meaning": "what the answer says, or whether it arrives once the change is committed",
    "mail": "what becomes of the mails that a call sends",
}


def faults_page() -> str:
    """Return docs/faults.md."""
    by_layer: dict[str, list[tuple[str, type[FaultModel]]]] = {name: [] for name in LAYERS}
    for word, model in kinds().items():
        by_layer[model.layer].append((word, model))
    parts = [HEAD]
    parts += [
        f"- **{layer}**: {', '.join(f'[`{w}`](#{w})' for w, _ in found)}\n"
        for layer, found in by_layer.items()
        if found
    ]
    for layer, found in by_layer.items():
        if found:
            parts.append(f"\n## Layer {layer}: {LAYER_WORDS[layer]}\n")
            parts += [_kind(word, model) for word, model in found]
    return "".join(parts)


def _kind(word: str, model: type[FaultModel]) -> str:
    story, example = _told(word, model)
    lines = [f"\n### {word}\n\n{story}\n", f"```yaml\n{example}\n```\n"]
    rows = list(_rows(model, leave_out={"kind"}))
    if rows:
        lines.append(_table(("parameter", "what it takes", "default"), rows))
    marks = [f"strikes only operations marked `{model.needs}`"] if model.needs else []
    if model.sticks != "call":
        marks.append(f"`share` is of {model.sticks}s: its draw sticks to them")
    if issubclass(model, LinkFault):
        share = "`share` is of connections" if model.shares else "it has no `share`"
        marks.append(f"acts on the lines that `link` names, in place of `target`; {share}")
    if issubclass(model, TlsFault):
        marks.append(
            "acts on the lines that `link` names, else everywhere; `share` is of connections"
        )
    if marks:
        lines.append(f"It {'; '.join(marks)}.\n")
    if (ROOT / f"docs/examples/faults/{word}.yaml").is_file():
        lines.append(f"A whole day of it: [{word}.yaml](examples/faults/{word}.yaml).\n")
    return "\n".join(lines)


def _told(word: str, model: type[FaultModel]) -> tuple[str, str]:
    """Return a kind's story and its examples, from its module's docstring and its class's."""
    module = inspect.getdoc(sys.modules[model.__module__]) or ""
    paragraphs = module.split("\n\n")
    examples = [p for p in paragraphs if p.lstrip().startswith("- {")]
    words = [p for p in paragraphs if p not in examples]
    words[0] = words[0].removeprefix(f"{word}: ")
    words[0] = words[0][:1].upper() + words[0][1:]
    own = inspect.getdoc(model) or ""
    return "\n\n".join([*words, own]), "\n".join(examples)


def _rows(model: type[Any], leave_out: set[str] | None = None) -> Iterator[tuple[str, str, str]]:
    """Yield (name, what it takes, default) of a model's fields, as YAML has them."""
    schema = model.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    for name, part in schema["properties"].items():
        if name in (leave_out or set()):
            continue
        told = part.get("description", "")
        takes = f"{_shape(part, schema.get('$defs', {}))}{': ' if told else ''}{told}"
        default = "required" if name in required else _default(part.get("default"), takes)
        yield f"`{name}`", takes.replace("|", "\\|"), default


def _shape(part: dict[str, Any], defs: dict[str, Any]) -> str:
    """Return what a field takes, in a word or two."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        keys = list(defs[name].get("properties", ()))
        named = f"a mapping ({', '.join(keys)})" if len(keys) <= KEYS_SHOWN else "a mapping"
        return {"Law": "a length or a delay law"}.get(name, named)
    if "anyOf" in part:
        shapes = [_shape(p, defs) for p in part["anyOf"] if p.get("type") != "null"]
        return " or ".join(dict.fromkeys(shapes))
    if "allOf" in part:
        return _shape(part["allOf"][0], defs)
    if "enum" in part and {str(word).lower() for word in part["enum"]} == {"true", "false"}:
        return "true or false"
    if "enum" in part and len(part["enum"]) > KEYS_SHOWN:
        return "a word"
    if "enum" in part:
        return ", ".join(f"`{word}`" for word in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    kind = part.get("type")
    if kind == "array":
        return "one or a list"
    if kind == "object":
        return "a mapping"
    if kind == "boolean":
        return "true or false"
    if kind in ("integer", "number"):
        low = part.get("minimum", part.get("exclusiveMinimum"))
        high = part.get("maximum", part.get("exclusiveMaximum"))
        limits = f" from {low}" if low is not None else ""
        return f"a number{limits}{f' to {high}' if high is not None and high < 2**60 else ''}"
    pattern = str(part.get("pattern", ""))
    if "ms|s|m|h|d" in pattern or "ms" in pattern:
        return "a length of time"
    return "a share" if "%" in pattern else "a text"


def _default(value: Any, takes: str) -> str:
    """Return a default as people write it in YAML."""
    if value is None or value in ("", [], {}, ()):
        return "-"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, float) and takes.startswith("a share"):
        return f"`{100 * value:g}%`"
    if isinstance(value, float) and takes.startswith("a length"):
        return f"`{_length(value)}`"
    shown = _plain(value)
    return f"`{shown}`" if len(shown) <= LONGEST else "-"


def _length(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def _plain(value: Any) -> str:
    """Return nested defaults in YAML's flow style, without what is not given."""
    if isinstance(value, dict):
        given = {k: v for k, v in value.items() if v not in (None, [], {}, ())}
        return "{" + ", ".join(f"{k}: {_plain(v)}" for k, v in given.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_plain(v) for v in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def blocks() -> dict[str, str]:
    """Return the generated parts of docs/scenarios.md by name."""
    head = ("field", "what it takes", "default")
    tables = {
        "keys": _table(head, list(_rows(ScenarioModel))),
        "modifiers": _table(head, list(_rows(Modifiers))),
        "settings": _table(head, list(_rows(Settings))),
    }
    layers = [
        (f"[`{word}`](faults.md#{word})", model.layer, _first(word, model))
        for layer in LAYERS
        for word, model in kinds().items()
        if model.layer == layer
    ]
    return tables | {"kinds": _table(("kind", "layer", "what a client meets"), layers)}


def _first(word: str, model: type[FaultModel]) -> str:
    """Return the first line of a kind's module: what it does, in a sentence."""
    line = (inspect.getdoc(sys.modules[model.__module__]) or "").partition("\n")[0]
    return line.removeprefix(f"{word}: ").rstrip(".")


def rule_blocks() -> dict[str, str]:
    """Return the generated parts of docs/verdicts.md by name."""
    clients = {name: shipped(name) for name in data.client_names()}
    chosen = {name: {rule.rule for rule in terms.rules} for name, terms in clients.items()}
    rows = [
        (
            f"[`{word}`](#{word})",
            _asked(model),
            *("yes" if word in c else "-" for c in chosen.values()),
        )
        for word, model in rules().items()
    ]
    table = _table(("rule", "what it asks: a client ...", *chosen), rows)
    return {"rules": table, "each": "".join(_rule(word, model) for word, model in rules().items())}


def _asked(model: type[RuleModel]) -> str:
    """Return what a rule asks, in its docstring's first paragraph."""
    first = (inspect.getdoc(model) or "").partition("\n\n")[0]
    return " ".join(first.split()).rstrip(".").replace("|", "\\|")


def _rule(word: str, model: type[RuleModel]) -> str:
    parts = [f"\n### {word}\n", f"{inspect.getdoc(model)}\n", f"What to do: {model.advice}\n"]
    limits = list(_rows(model, leave_out={"rule"}))
    if limits:
        own = {name: _limits(shipped(name), word) for name in data.client_names()}
        rows = [(*row, *(of.get(row[0].strip("`"), "-") for of in own.values())) for row in limits]
        parts.append(_table(("limit", "what it takes", "default", *own), rows))
    if model.timed:
        parts.append("A rule of time: INCONCLUSIVE where the machine's timers were late.\n")
    if model.implies:
        implied = ", ".join(f"`{rule}`" for rule in model.implies)
        parts.append(f"A breach may also breach: {implied}.\n")
    return "\n".join(parts)


def _limits(terms: ClientTerms, word: str) -> dict[str, str]:
    """Return the limits by which a kind of client is judged, as its rules hold them."""
    held = next((rule for rule in terms.rules if rule.rule == word), None)
    return {} if held is None else {k: f"`{_plain(v)}`" for k, v in held.model_dump().items()}


def with_blocks(page: str, made: dict[str, str]) -> str:
    """Return a page of docs with its generated parts made anew."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, block in made.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, _, rest = text.partition(begin)
        text = before + begin + block + end + rest.partition(end)[2]
    return text


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those that differ (exit code 1)."""
    wanted = {
        ROOT / "docs/faults.md": faults_page(),
        ROOT / "docs/scenarios.md": with_blocks("docs/scenarios.md", blocks()),
        ROOT / "docs/verdicts.md": with_blocks("docs/verdicts.md", rule_blocks()),
    }
    differing = [
        path
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path in differing:
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} differs: run python tools/write_docs.py")
        else:
            path.write_text(wanted[path], encoding="utf-8")
    return 1 if differing and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
