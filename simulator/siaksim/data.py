"""The files that siaksim ships: scenarios, contracts, agreements, profiles of lines, offices, keys,
and the scenario schema.

A wheel carries them inside the package; a checkout has them at its root. No other module reads
them, so both ways of installing behave alike.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from siaksim.errors import UserError

_PACKAGE = Path(__file__).resolve().parent
# A built wheel first: an editable install has no _data and falls through to the checkout.
_ROOTS = (_PACKAGE / "_data", _PACKAGE.parent.parent)


@cache
def _folder(name: str) -> Path:
    for root in _ROOTS:
        if (root / name).is_dir():
            return root / name
    raise UserError(
        f"siaksim's own {name} are missing",
        str(_ROOTS[0] / name),
        "The installation is damaged; install siaksim again.",
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def scenario_names() -> list[str]:
    """Return the names of the shipped scenarios, sorted."""
    return _names(_folder("scenarios"))


def scenario_text(name: str) -> str:
    """Return a shipped scenario's YAML; UserError names what is near when there is none."""
    return _named(_folder("scenarios"), name, "scenario", "Scenarios")


def _named(folder: Path, name: str, what: str, all_of_them: str) -> str:
    """Return the YAML of this name in a folder; UserError names what is near when there is none."""
    known = _names(folder)
    if name not in known:  # looked up in the list, so a name can never be a path
        shown = name[:80]
        near = get_close_matches(shown, known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise UserError(
            f"no {what} is called {shown!r}.", how=f"{hint}{all_of_them}: {', '.join(known)}."
        )
    return _text(folder / f"{name}.yaml")


def contract_names() -> list[str]:
    """Return the services that have a contract, sorted."""
    return _names(_folder("contracts") / "openapi")


def contract_text(service: str) -> str:
    """Return a service's OpenAPI file; UserError when there is no such service."""
    folder = _folder("contracts") / "openapi"
    return _named(folder, service, "service", "Services with a contract")


def agreements_text() -> str:
    """Return the shipped agreements' YAML."""
    return _text(_folder("contracts") / "agreements.yaml")


def client_names() -> list[str]:
    """Return the kinds of client that siaksim has rules for, sorted."""
    return _names(_folder("contracts") / "clients")


def client_text(client: str) -> str:
    """Return a client file; UserError when there is none of this name."""
    return _named(_folder("contracts") / "clients", client, "client", "Clients")


def profile_names() -> list[str]:
    """Return the profiles of lines that siaksim ships, sorted."""
    return _names(_folder("contracts") / "links")


def profile_text(name: str) -> str:
    """Return a line's profile; UserError names what is near when there is none."""
    return _named(_folder("contracts") / "links", name, "profile", "Profiles")


def office_names() -> list[str]:
    """Return the offices that siaksim ships, sorted."""
    return _names(_folder("contracts") / "offices")


def office_text(name: str) -> str:
    """Return an office's YAML; UserError names what is near when there is none of this name."""
    return _named(_folder("contracts") / "offices", name, "office", "Offices")


def key_text(name: str) -> str:
    """Return a shipped test key (PEM): dukcapil-test-private or dukcapil-test-public."""
    return _text(_folder("contracts") / "keys" / f"{name}.pem")


def schema_text() -> str:
    """Return the JSON Schema of scenario files, for editors; UserError when it is missing."""
    path = _folder("contracts") / "scenario.schema.json"
    if not path.is_file():
        raise UserError(
            "the JSON Schema of scenarios is missing",
            str(path),
            "Make it from the scenario model, or install siaksim again.",
        )
    return _text(path)
