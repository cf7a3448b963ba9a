"""Where a path points: a world, a client, and the path within."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path points: the world, the client that it names, and the rest."""

    world: str
    client: str
    path: str


def place_of(path: str) -> Place:
    """Split /w/<world>/ and /c/<kind>.<id>/ off a path."""
    world, client = "default", ""
    if path.startswith("/w/"):
        world, _, rest = path[3:].partition("/")
        path = "/" + rest
    if path.startswith("/c/"):
        client, _, rest = path[3:].partition("/")
        path = "/" + rest
    return Place(world, client, path)
