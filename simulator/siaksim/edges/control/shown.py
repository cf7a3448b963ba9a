"""How worlds, residents and faults are shown as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from siaksim.core.clock import office_date, office_text
from siaksim.core.plan import PlannedFault
from siaksim.population.resident import Resident
from siaksim.world import World

if TYPE_CHECKING:
    from siaksim.edges.linking import Site


def world_dict(world: World) -> dict[str, Any]:
    """Return what a world is and where its time stands."""
    return {
        "name": world.name,
        "scenario": world.scenario.name,
        "story": world.scenario.story,
        "seed": world.seed,
        "clock": clock_dict(world),
        "play": sorted(world.play),
        "recorded": world.recorder is not None,
        "replays": None if world.replay is None else world.replay.run.name,
        "requests": world.counters.requests,
        "entries": len(world.ledger.entries),
        "mails": len(world.post),
        "base_path": "" if world.name == "default" else f"/w/{world.name}",
    }


def link_dict(site: Site) -> dict[str, Any]:
    """Return a site's line as it is now."""
    return {
        "link": site.name,
        "url": site.url,
        "client": site.plan.spec.client,
        "profile": site.state.profile,
        "down": site.state.down,
        "by": list(site.state.by),
        "toxics": [toxic.text() for toxic in site.state.toxics],
    }


def clock_dict(world: World) -> dict[str, Any]:
    """Return office time and how it moves; `next_due` is what the world does next by itself.

    `running` is false of a clock that moves only when told, or that was stopped by hand.
    """
    now, due = world.clock.now(), world.agenda.next_due()
    return {
        "now": office_text(now),
        "date": office_date(now).date().isoformat(),
        "mode": world.clock.mode,
        "speed": world.clock.speed,
        "shorten": world.clock.shorten,
        "running": not (world.clock.stepped or world.clock.stands),
        "next_due": None if due is None else office_text(due),
    }


def fault_dict(fault: PlannedFault) -> dict[str, Any]:
    """Return a fault with its target, its highest share (0..1) and its windows.

    `from` and `until` are the first window's start and the last one's end.
    """
    windows = fault.windows
    return {
        "id": fault.id,
        "kind": fault.kind,
        "layer": fault.layer,
        "target": list(fault.targets),
        "share": fault.share,
        "link": list(fault.links),
        "client": list(fault.clients),
        "subject": list(fault.subjects),
        "first": fault.first,
        "nth": fault.nth,
        "per": "world" if fault.per_world else "client",
        "area": list(fault.areas),
        "after": fault.after,
        "pace": type(fault.pace).__name__.lower() if fault.pace else None,
        "from": office_text(windows[0].start) if windows else None,
        "until": office_text(windows[-1].end) if windows else None,
        "windows": None if windows is None else len(windows),
        "parameters": _parameters(fault.fault),
    }


def _parameters(fault: Any) -> dict[str, Any]:
    """Return the parameters that were written, under their names in YAML, with lengths in s."""
    if not isinstance(fault, BaseModel):
        return {}
    return fault.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"kind"})


def resident_dict(resident: Resident, world: World) -> dict[str, Any]:
    """Return a resident as the registry holds her or him, and what the world has changed."""
    found: dict[str, Any] = {
        name: getattr(resident, name) for name in Resident.__slots__ if name != "index"
    }
    found["birth_date"] = resident.birth_date.isoformat()
    found["age"] = resident.age_on(world.today())
    found["ikd"] = ikd_dict(resident.nik, world)
    return found


def ikd_dict(nik: str, world: World) -> dict[str, Any]:
    """Return where a resident's activation stands in this world."""
    current = world.registry.current(nik)
    account = world.registry.accounts.get(nik)
    return {
        "state": current.state if current else None,
        "registration": current.id if current else None,
        "account": account.registration if account else None,
        "history": list(current.history) if current else [],
    }
