"""Client files: which rules a kind of client is judged by, with which limits and waivers.

contracts/clients/*.yaml ship one for each kind; a user's own file may say `like: counter` and
change, add or waive rules. Mistakes are told like those in scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from siaksim import data
from siaksim.faults.laws import Flag
from siaksim.scenario.checking import Checker
from siaksim.scenario.operations import known_operations
from siaksim.scenario.problems import ScenarioErrors, shown
from siaksim.scenario.reader import Path, read
from siaksim.verdict.base import RuleModel
from siaksim.verdict.rules import rules


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date; write it like 2027-01-31") from None


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) and value else value


class Waiver(BaseModel):
    """A rule that a client may breach for now: why, and until when (inclusive)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    until: Annotated[date, BeforeValidator(_date)]


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    client: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    about: Annotated[str, Field(min_length=1, max_length=1000)]
    like: str | None = None
    actors: Annotated[tuple[Literal["citizen", "officer"], ...], BeforeValidator(_texts)] = Field(
        (), description="whom siaksim plays beside this client"
    )
    visits: Literal["", "office", "school"] = Field(
        "", description="who comes to it in a check: adults to an office (the default), or a school"
    )
    calls: Annotated[tuple[str, ...], BeforeValidator(_texts)] = Field(
        (), description="operations that such a client may call: siak.*, or mail.activate"
    )
    scales_with_speed: Flag = Field(
        False, description="the client divides its own waits by SIAKSIM_SPEED"
    )
    rules: dict[str, Any] = Field(default_factory=dict)
    waivers: list[Any] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClientTerms:
    """What a kind of client is judged by."""

    client: str
    about: str
    rules: tuple[RuleModel, ...]
    waivers: tuple[Waiver, ...] = ()
    scales_with_speed: bool = False
    actors: tuple[str, ...] = ()
    calls: tuple[str, ...] = ("*",)
    """Operations (globs) that such a client may call; faults of others are not for it."""
    visits: str = "office"
    """Who comes to it in a check: see the work feed."""
    kinds: tuple[str, ...] = ()
    """The kinds of client that it is: its own name, and those whose terms it begins with."""

    def waived(self, rule: str, today: date) -> Waiver | None:
        """Return the waiver of a rule that holds on a day, or None."""
        return next((w for w in self.waivers if w.rule == rule and today <= w.until), None)


def shipped(client: str) -> ClientTerms:
    """Return the terms of a shipped kind of client; UserError when there is none of this name."""
    return load_terms(data.client_text(client), f"{client}.yaml")


def load_terms(text: str, name: str) -> ClientTerms:
    """Return the terms that a client file states; ScenarioErrors lists every mistake."""
    document = read(text)
    checker = Checker(document, known_operations())
    if not isinstance(document.data, dict):
        if not checker.mistakes:
            checker.mistake((), "a client file is a mapping; begin with `client: name`")
        raise ScenarioErrors(name, checker.mistakes)
    frame = checker.model(_Frame, document.data, ())
    base = _base(checker, document.data.get("like"))
    chosen = _rules(checker, document.data.get("rules"), base)
    waivers = _waivers(checker, document.data.get("waivers"))
    if frame is not None:
        checker.operations_of(frame.calls, ("calls",))
    if checker.mistakes or frame is None:
        raise ScenarioErrors(name, checker.mistakes)
    kept = base.waivers if base else ()
    own = {waiver.rule for waiver in waivers}
    return ClientTerms(
        frame.client,
        frame.about,
        tuple(chosen[rule] for rule in sorted(chosen)),
        (*(w for w in kept if w.rule not in own), *waivers),
        frame.scales_with_speed,
        frame.actors or (base.actors if base else ()),
        frame.calls or (base.calls if base else ("*",)),
        frame.visits or (base.visits if base else "office"),
        (frame.client, *(base.kinds if base else ())),
    )


def _base(checker: Checker, like: Any) -> ClientTerms | None:
    if like is None:
        return None
    known = data.client_names()
    if like not in known:
        hint = checker.hint(str(like), known)
        what = f"no client is called {shown(like)}.{hint} Clients: {', '.join(known)}."
        checker.mistake(("like",), what)
        return None
    return shipped(str(like))


def _rules(checker: Checker, given: Any, base: ClientTerms | None) -> dict[str, RuleModel]:
    chosen = {rule.rule: rule for rule in base.rules} if base else {}
    if not isinstance(given, dict):
        return chosen
    known = rules()
    for word, limits in given.items():
        path: Path = ("rules", word)
        if word not in known:
            hint = checker.hint(word, list(known))
            what = f"no rule is called {shown(word)}.{hint} Rules: {', '.join(known)}."
            checker.mistake(path, what, of_key=True)
            continue
        if limits in ("", None):
            limits = {}
        if not isinstance(limits, dict):
            checker.mistake(path, f"{shown(limits)} are no limits: give a mapping, or {{}}")
            continue
        model = checker.model(known[word], {"rule": word, **limits}, path)
        if model is not None:
            chosen[word] = model
    return chosen


def _waivers(checker: Checker, given: Any) -> list[Waiver]:
    found = []
    for place, item in enumerate(given if isinstance(given, list) else []):
        path: Path = ("waivers", place)
        waiver = checker.model(Waiver, item, path)
        if waiver is None:
            continue
        if waiver.rule not in rules():
            hint = checker.hint(waiver.rule, list(rules()))
            checker.mistake((*path, "rule"), f"no rule is called {shown(waiver.rule)}.{hint}")
        found.append(waiver)
    return found
