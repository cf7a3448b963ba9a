"""The kinds of fault: each has its example, and outsiders may add some."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from siaksim import faults
from siaksim.core.effects import Effect, Reset
from siaksim.core.plan import LAYERS, Draw
from siaksim.errors import UserError
from siaksim.faults import kinds
from siaksim.faults.base import FaultModel
from siaksim.scenario.build import load

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "faults"


class Flood(FaultModel):
    """An outsider's kind."""

    layer: ClassVar[str] = "transport"
    kind: Literal["flood"]

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        return (Reset(),)


class Taken(Flood):
    """A kind that siaksim has itself."""

    kind: Literal["hang"]  # type: ignore[assignment]


class Nowhere(Flood):
    """A kind of no layer."""

    layer: ClassVar[str] = "cellar"


class Nameless(FaultModel):
    """A kind without a word."""

    layer: ClassVar[str] = "mail"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """The entry points that other packages bring along."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(faults, "entry_points", lambda group: found)
    kinds.cache_clear()
    yield found
    kinds.cache_clear()


def point(monkeypatch: pytest.MonkeyPatch, value: object) -> EntryPoint:
    monkeypatch.setattr(EntryPoint, "load", lambda self: value)
    return EntryPoint("outside", "their.package:Kind", "siaksim.faults")


def test_every_kind_has_one_example_and_every_example_its_kind() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.yaml")) == sorted(kinds())


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_a_layer_and_a_page_with_an_example(kind: str) -> None:
    model = kinds()[kind]
    assert model.layer in LAYERS
    page = str(__import__(model.__module__, fromlist=["x"]).__doc__)
    assert page.startswith(f"{kind}: ")
    (line, *_) = [part for part in page.splitlines() if part.startswith("- ")]
    head = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
    head += "links: {mpp-counter: {}, school-hall: {}}\n"
    head += "capacity: {siak: {servers: 4, service_time: 100ms}}\nfaults:\n"
    (planned,) = load(head + line, "page.yaml").faults
    assert planned.kind == kind


def test_a_kind_of_another_package_is_used_like_our_own(
    installed: list[EntryPoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.append(point(monkeypatch, Flood))
    head = "scenario: x\nstory: y\nseed: 1\nclock: {start: 2024-07-11T08:00}\n"
    head += "capacity: {siak: {servers: 4, service_time: 100ms}}\nfaults:\n"
    (planned,) = load(head + "  - {target: all, kind: flood, share: 5%}", "x.yaml").faults
    assert (planned.kind, planned.layer, planned.share) == ("flood", "transport", 0.05)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Taken, "'hang' is taken"),
        (Nowhere, "its layer must be one of link, tls"),
        (Nameless, "must be a Literal"),
        (42, "it is no FaultModel"),
    ],
)
def test_a_kind_that_cannot_be_used_is_named_with_its_package(
    installed: list[EntryPoint], monkeypatch: pytest.MonkeyPatch, value: object, why: str
) -> None:
    installed.append(point(monkeypatch, value))
    with pytest.raises(UserError, match=why) as caught:
        kinds()
    assert "outside = their.package:Kind" in str(caught.value)


def test_a_package_that_breaks_on_import_is_named_and_not_a_traceback(
    installed: list[EntryPoint],
) -> None:
    installed.append(EntryPoint("outside", "siaksim_no_such_module:Kind", "siaksim.faults"))
    with pytest.raises(UserError, match="ModuleNotFoundError"):
        kinds()
