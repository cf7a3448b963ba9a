"""Sites' lines from YAML: shipped profiles, files beside a scenario, and a stage's changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from siaksim import data
from siaksim.core.plan import PlannedFault, Window
from siaksim.core.schedule import RECURS_DAYS, Hours
from siaksim.faults import kinds
from siaksim.links.plan import Change, LinkSpec
from siaksim.links.profile import Profile
from siaksim.scenario.problems import ScenarioErrors, shown
from siaksim.scenario.reader import Path, read

if TYPE_CHECKING:
    from siaksim.scenario.checking import Checker
    from siaksim.scenario.model import Line, LinkPart
    from siaksim.scenario.times import Timing

OWN = "own"
"""The name of a profile that is told in place."""
_PORTAL = ".portal"
_OF_LINES = ("profile", "client")
_OF_FILES = ("about", "sources")
ReadFile = Callable[[str], str]


def load_profile(text: str, name: str) -> Profile:
    """Return the profile of a file; ScenarioErrors lists every mistake with its place."""
    from siaksim.scenario.checking import Checker

    document = read(text)
    checker = Checker(document, None)
    model = None
    if isinstance(document.data, dict):
        model = checker.model(Profile, document.data, ())
    elif not checker.mistakes:
        checker.mistake((), "a profile is a mapping; begin with `about: ...`")
    if model is None or checker.mistakes:
        raise ScenarioErrors(name, checker.mistakes)
    return model


@lru_cache(maxsize=64)
def shipped_profile(name: str) -> Profile:
    """Return a profile that siaksim ships; UserError when there is none of this name."""
    return load_profile(data.profile_text(name), f"{name}.yaml")


@dataclass(slots=True)
class Lines:
    """The lines of one document; `known` are the names that faults may aim at (None: any)."""

    checker: Checker
    known: Collection[str] | None = None
    read_file: ReadFile | None = None
    changes: dict[str, list[Change]] = field(default_factory=dict)

    def profile(self, line: Line, path: Path) -> tuple[Profile, str]:
        """Return a line's profile and its name; what is wrong with it is noted."""
        base, name = Profile(), OWN
        if line.profile is not None:
            base, name = self._named(line.profile, (*path, "profile")), line.profile
        own = {
            n: getattr(line, n)
            for n in line.model_fields_set
            if n not in _OF_LINES and getattr(line, n) is not None
        }
        if not own:
            return base, name
        merged = base.model_copy(update=own)
        if merged.jitter > merged.round_trip:
            what = f"jitter is above round_trip ({merged.round_trip:g}s)"
            self.checker.mistake((*path, "jitter" if "jitter" in own else "round_trip"), what)
        return merged, name if name == OWN else f"{name} changed"

    def _named(self, name: str, path: Path) -> Profile:
        known = data.profile_names()
        if name in known:
            return shipped_profile(name)
        if not name.endswith((".yaml", ".yml")):
            hint = self.checker.hint(name, known)
            what = f"no profile is called {shown(name)}.{hint} Profiles: {', '.join(known)};"
            self.checker.mistake(path, f"{what} or a file beside the scenario, such as line.yaml.")
            return Profile()
        if self.read_file is None:
            self.checker.mistake(path, f"{shown(name)}: files cannot be read here")
            return Profile()
        try:
            return load_profile(self.read_file(name), name)
        except ScenarioErrors as errors:
            for line in str(errors).splitlines():
                self.checker.mistake(path, line)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            self.checker.mistake(path, f"{shown(name)} cannot be read: {why}")
        return Profile()

    def changed(self, links: Mapping[str, Line], path: Path, timing: Timing) -> None:
        """Take what a stage says of lines."""
        for name, line in links.items():
            if self.known is not None and name not in self.known:
                hint = self.checker.hint(name, sorted(self.known))
                what = f"{shown(name)} is no link of this scenario.{hint}{self._told()}"
                self.checker.mistake((*path, name), what, of_key=True)
                continue
            profile, named = self.profile(line, (*path, name))
            change = Change(profile, named, timing.windows, timing.schedule)
            self.changes.setdefault(name, []).append(change)

    def aims(self, globs: Sequence[str], path: Path) -> None:
        """Note links that a fault aims at and that there are not."""
        if self.known is None:
            return
        for i, glob in enumerate(globs):
            if any(fnmatchcase(name, glob) for name in self.known):
                continue
            place: Path = (*path, "link", i)
            if place not in self.checker.document.values:
                place = place[:-1]
            hint = self.checker.hint(glob, sorted(self.known))
            what = f"{shown(glob)} is no link of this scenario.{hint}{self._told()}"
            self.checker.mistake(place, what)

    def _told(self) -> str:
        if self.known:
            return f" Links: {', '.join(sorted(self.known))}."
        return " It has none: `links: {office: {profile: fibre-office}}` makes one."

    def specs(self, parts: Mapping[str, LinkPart]) -> tuple[LinkSpec, ...]:
        """Return the scenario's lines, in the order of the file."""
        found = []
        for name, part in parts.items():
            profile, named = self.profile(part, ("links", name))
            changes = tuple(self.changes.get(name, ()))
            found.append(LinkSpec(name, profile, named, part.client or "", changes))
        return tuple(found)


def shifted(
    links: Sequence[LinkSpec], move: float, start: float, opening: Hours
) -> tuple[LinkSpec, ...]:
    """Return lines for a scenario that begins `move` seconds later, at `start`."""
    return tuple(spec.shifted(move, start, opening) for spec in links)


def with_portals(
    faults: Sequence[PlannedFault], links: Sequence[LinkSpec], start: float
) -> tuple[PlannedFault, ...]:
    """Return faults with one for each line that has a login page, while it has."""
    rest = [f for f in faults if not (f.kind == "captive_portal" and f.id.endswith(_PORTAL))]
    model: Any = kinds()["captive_portal"]
    found = []
    for spec in links:
        windows = _portal_windows(spec, start)
        if windows != ():
            fault = PlannedFault(
                id=f"{spec.name}{_PORTAL}",
                kind="captive_portal",
                layer=model.layer,
                fault=model(kind="captive_portal"),
                windows=windows,
                links=(spec.name,),
            )
            found.append(fault)
    return (*found, *rest)


def _portal_windows(spec: LinkSpec, start: float) -> tuple[Window, ...] | None:
    """Return when a line has a login page; None is always."""
    if all(c.profile.portal == spec.profile.portal for c in spec.changes):
        return None if spec.profile.portal else ()
    edges = {e for c in spec.changes for w in c.windows or () for e in (w.start, w.end)}
    marks = sorted({start, *(e for e in edges if e > start), start + RECURS_DAYS * 86_400.0})
    found: list[Window] = []
    for first, last in pairwise(marks):
        if not spec.profile_at(first)[0].portal:
            continue
        if found and found[-1].end == first:
            found[-1] = Window(found[-1].start, last)
        else:
            found.append(Window(first, last))
    return tuple(found)
