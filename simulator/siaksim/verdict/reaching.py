"""Which faults of a scenario reached the client under test, and why the others did not. PURE.

A fault that was there for the client and never struck proves nothing about it: such a run is
INCONCLUSIVE, never a pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from siaksim.core.planned import PlannedFault
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.history import History


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom a fault is for: operations and clients (globs; no client: all), and if only later."""

    targets: tuple[str, ...] = ("*",)
    clients: tuple[str, ...] = ()
    later: bool = False


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of a run's faults, by name.

    `reached` struck the client under test, its mails or its sessions. `missed` could have and did
    not. `aside` are for other clients, or operations that this kind of client never calls. `later`
    had not begun when the run ended, or the last citizen had come.
    """

    reached: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def fates(history: History, terms: ClientTerms) -> Fates:
    """Return what became of each fault of a run."""
    here = _struck(history) | _happened(history)
    begun = _begun(history)
    found: dict[str, list[str]] = {"reached": [], "missed": [], "aside": [], "later": []}
    for name, kind in sorted(history.faults.items()):
        aim = _aim(history.aims.get(name))
        if name in here:
            found["reached"].append(name)
        elif not _is_for(aim, kind, history, terms):
            found["aside"].append(name)
        elif aim.later and name not in begun:
            found["later"].append(name)
        else:
            found["missed"].append(name)
    return Fates(**{fate: tuple(names) for fate, names in found.items()})


def _aim(told: Mapping[str, Any] | None) -> Aim:
    if told is None:  # a journal of before aims were told
        return Aim()
    return Aim(tuple(told["targets"]), tuple(told["clients"]), bool(told["later"]))


def _is_for(aim: Aim, kind: str, history: History, terms: ClientTerms) -> bool:
    """Say whether a fault can meet this client at all."""
    if kind.startswith("link."):
        return any(call.link for call in history.judged)
    if not _meets(kind, aim.targets, terms):
        return False
    if not aim.clients:
        return True
    kinds = terms.kinds or (terms.client,)
    names = {*kinds, *(name for call in history.judged for name in _names(call.client))}
    return any(fnmatchcase(name, glob) for name in names for glob in aim.clients)


def may_reach(fault: PlannedFault, terms: ClientTerms) -> bool:
    """Say whether a fault of a scenario can meet some client of a kind, whatever it is called."""
    if fault.layer == "link":
        return True
    kinds = terms.kinds or (terms.client,)
    meant = [glob.partition(".")[0] for glob in fault.clients]
    mine = not meant or any(fnmatchcase(kind, glob) for kind in kinds for glob in meant)
    return mine and _meets(fault.kind, fault.targets, terms)


def _meets(kind: str, targets: Sequence[str], terms: ClientTerms) -> bool:
    # A mail fault strikes what others send, too: mails to the client's citizens.
    return kind.startswith(("mail_", "link_")) or any(
        meet(target, call) for target in targets for call in terms.calls
    )


def _names(client: str) -> Sequence[str]:
    return client, client.partition(".")[0]


def _struck(history: History) -> frozenset[str]:
    """Return the faults that struck calls or mails.

    One of mails that was drawn for a call which sent none in the end has struck nothing.
    """
    drawn = {h.fault for call in history.judged for h in call.hits if h.layer == "mail"}
    return history.reached - (drawn - history.mail_faults)


def _happened(history: History) -> set[str]:
    """Return faults that happen to the world, not to calls, and that the client has met.

    They ended sessions of a service that it called afterwards, or its calls waited in a centre
    that stood still.
    """
    ended = {
        str(entry.data.get("fault"))
        for entry in history.entries
        if entry.kind == "sessions_ended" and entry.data.get("sessions")
        if any(
            call.at_s >= entry.at_s and call.service in entry.data["services"]
            for call in history.judged
        )
    }
    queued = any(hit.kind == "capacity" for call in history.judged for hit in call.hits)
    return ended | {name for name, kind in history.faults.items() if queued and kind == "stall"}


def _begun(history: History) -> set[str]:
    """Return faults of which a window opened while citizens came, or in the run if none did."""
    end = history.until_s if history.work_until_s is None else history.work_until_s
    return {window.fault for window in history.windows if window.began_s <= end}


@cache
def meet(one: str, two: str) -> bool:
    """Say whether any name fits both globs (`*`, `?`; a set in brackets is any one character)."""
    if not one or not two:
        return not (one or two).replace("*", "")
    if one[0] == "*":
        return meet(one[1:], two) or meet(one, _rest(two))
    if two[0] == "*":
        return meet(two, one)
    same = one[0] == two[0] or "?" in (one[0], two[0]) or "[" in (one[0], two[0])
    return same and meet(_rest(one), _rest(two))


def _rest(glob: str) -> str:
    """Return a glob without its first character, which may be a set in brackets."""
    end = glob.find("]", 2) if glob[0] == "[" else -1
    return glob[end + 1 :] if end > 0 else glob[1:]
