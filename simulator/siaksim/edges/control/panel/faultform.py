"""A form for a fault, built from the fault's own schema: the same one that editors use.

Names, hints and choices come from the schema, so that a new kind has its form without a line
here. What is typed goes to the control API as it is, which checks it as it checks a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from siaksim.edges.control.panel.words import message

FIRST = ("share", "for", "client")
"""What nearly every fault is asked for, in this order, after its aim and its own parameters."""
LISTS = ("target", "link", "client", "subject", "area", "days")
MANY = 12
"""Kinds that share a name before it says where or when, and not what."""
_HIDDEN = ("kind", "name")
_DEFAULTS = {"share": "100%", "for": "5m"}
_SUCH_AS = {
    "delay": message("such as 2s"),
    "burst": message("such as {bad: 20s, good: 2m}"),
    "ramp": message("such as {from: 0%, to: 80%}"),
}


@dataclass(slots=True)
class Field:
    """One input: its name in YAML, what it is for, and what was typed."""

    name: str
    hint: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    value: str = ""
    error: str = ""


@dataclass(slots=True)
class Form:
    """The form of one kind; `errors` are those that belong to no field."""

    kind: str
    about: str
    first: list[Field]
    more: list[Field]
    errors: list[str] = field(default_factory=list)

    @property
    def opened(self) -> bool:
        """Whether something was typed, or is wrong, below the fold."""
        return any(f.value or f.error for f in self.more)

    def fields(self) -> list[Field]:
        """Return all fields."""
        return [*self.first, *self.more]


def kinds_of(schema: Mapping[str, Any]) -> list[str]:
    """Return the kinds that the schema knows."""
    return [part["properties"]["kind"]["const"] for part in schema["definitions"]["Fault"]["oneOf"]]


def form_of(
    schema: Mapping[str, Any],
    kind: str,
    typed: Mapping[str, str] | None = None,
    known: Mapping[str, Sequence[str]] | None = None,
) -> Form:
    """Return the form of a kind with what was typed (None: the usual values)."""
    found = next(
        part
        for part in schema["definitions"]["Fault"]["oneOf"]
        if part["properties"]["kind"]["const"] == kind
    )
    names = {n: p for n, p in found["properties"].items() if n not in _HIDDEN}
    shared = _shared(schema)
    own = sorted((n for n in names if n not in shared), key=lambda n: n not in found["required"])
    aim = [n for n in ("target", "link") if n in found["required"]]
    first = [*aim, *own, *(n for n in FIRST if n in names and n not in aim)]
    values = _DEFAULTS if typed is None else typed

    def made(name: str) -> Field:
        part = _resolved(schema, names[name])
        return Field(
            name,
            hint=str(names[name].get("description", "")) or _SUCH_AS.get(name, ""),
            required=name in found["required"],
            options=tuple(str(o) for o in part.get("enum", ())),
            known=tuple((known or {}).get(name, ())),
            value=values.get(name, ""),
        )

    return Form(
        kind,
        str(found.get("description", "")).replace("`", ""),
        [made(n) for n in first],
        [made(n) for n in names if n not in first],
    )


def _shared(schema: Mapping[str, Any]) -> set[str]:
    """Return the names that many kinds have: where and when, not what."""
    parts = [set(p["properties"]) for p in schema["definitions"]["Fault"]["oneOf"]]
    return {name for name in set.union(*parts) if sum(name in part for part in parts) > MANY}


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in part:
        found: Mapping[str, Any] = schema["definitions"][part["$ref"].rpartition("/")[2]]
        return found
    return part


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a sent form, by their names in YAML."""
    return {k[2:]: v.strip() for k, v in form.items() if k.startswith("f.")}


def typed_again(schema: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    """Return what to type for a fault that was: what, where and how often; its time is new."""
    typed = {
        name: ", ".join("all" if aim == "*" else aim for aim in row[name])
        for name in ("target", "link", "client", "subject", "area")
    }
    part = next(
        p
        for p in schema["definitions"]["Fault"]["oneOf"]
        if p["properties"]["kind"]["const"] == row["kind"]
    )
    typed |= {"share": _percent(row["share"]), "for": "5m"}
    for name, value in row["parameters"].items():
        typed[name] = _text(value, str(_resolved(schema, part["properties"][name])))
    return typed


def _text(value: Any, told: str) -> str:
    """Return a parameter as it is written; `told` is its schema, which knows its unit."""
    if isinstance(value, Mapping):
        if set(value) == {"fixed"}:
            return _length(value["fixed"])
        return (
            "{"
            + ", ".join(f"{k}: {_within(k, v)}" for k, v in value.items() if v is not None)
            + "}"
        )
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and "%" in told:
        return _percent(value)
    return _length(value) if isinstance(value, float) and "ms" in told else str(value)


def _within(name: str, value: Any) -> str:
    """Return a part of a law: lengths of time, but for weights."""
    if isinstance(value, list):
        return "[" + ", ".join(_within(name, each) for each in value) + "]"
    if isinstance(value, int | float):
        return f"{value:g}" if name == "weight" else _length(value)
    return _text(value, "")


def _percent(share: float) -> str:
    return f"{round(100 * share, 6):.9g}%"


def _length(seconds: float) -> str:
    return f"{round(seconds, 6):.12g}s"


def fault_of(form: Form) -> dict[str, Any]:
    """Return the fault that a form describes; what cannot be read is said at its field."""
    found: dict[str, Any] = {"kind": form.kind}
    for each in form.fields():
        if not each.value:
            continue
        if each.value[0] in "{[":
            try:
                found[each.name] = yaml.load(each.value, Loader=yaml.BaseLoader)
            except yaml.YAMLError:
                each.error = message("the brackets or commas in this do not fit together")
        elif each.name in LISTS and "," in each.value:
            found[each.name] = [word.strip() for word in each.value.split(",") if word.strip()]
        else:
            found[each.name] = each.value
    return found


def put_errors(form: Form, problem: Mapping[str, Any]) -> None:
    """Say each mistake of the control API's at the field that it is about, else above the form."""
    mistakes: Iterable[Mapping[str, Any]] = problem.get("errors", ())
    fields = {f.name: f for f in form.fields()}
    said = False
    for mistake in mistakes:
        said = True
        name = str(mistake["path"]).partition(".")[0].partition("[")[0]
        if name in fields:
            fields[name].error = str(mistake["what"])
        elif (missing := _missing(str(mistake["what"]), fields)) is not None:
            missing.error = str(mistake["what"])
        else:
            form.errors.append(str(mistake["what"]))
    if not said:
        form.errors.append(" ".join(filter(None, (problem.get("what"), problem.get("how")))))


def _missing(what: str, fields: Mapping[str, Field]) -> Field | None:
    """Return the field that a mistake names in quotes or backticks."""
    for name, each in fields.items():
        if f"'{name}'" in what or f"`{name}`" in what:
            return each
    return None
