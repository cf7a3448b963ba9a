"""What a service must be able to do that reads and refuses requests in a way of its own.

Services of siaksim's own design go by their contract alone; one that copies a real wire has URLs,
spellings and errors that no OpenAPI file can state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from siaksim.contract.router import Match, NotFound, WrongMethod
from siaksim.contract.validate import Problem
from siaksim.services.base import Answer, Call
from siaksim.world import World

Headers = tuple[tuple[str, str], ...]


class Wire(Protocol):
    """The way of one service's requests to its operations, and of refusals to the client."""

    unreadable_statuses: frozenset[int]
    """Statuses of problems after which the operation is not asked."""

    def claims(self, path: str) -> bool:
        """Say whether a path (without world and client) is meant for this service."""

    def match(self, method: str, path: str, world: World) -> Match | NotFound | WrongMethod:
        """Return the operation of a request."""

    def read(
        self, match: Match, headers: Mapping[str, str], query: str, body: bytes, world: World
    ) -> tuple[Mapping[str, Any], list[Problem]]:
        """Return the body in canonical form, and every breach of the contract."""

    def open_query(self, match: Match, world: World) -> bool:
        """Say whether this call's query may hold secrets: the real wire puts them there."""

    def unrouted(self, found: NotFound | WrongMethod, path: str, now: float) -> Answer:
        """Return what a path or a method gets that no operation has."""

    def unreadable(self, call: Call, problems: list[tuple[str, str]], status: int) -> Answer:
        """Return what a body gets that cannot be read at all."""

    def refusal(self, call: Call, world: World, status: int, code: str, headers: Headers) -> Answer:
        """Return an injected error in the service's own words."""

    def soft_error(self, call: Call, world: World, code: str) -> Answer:
        """Return an error inside of an HTTP 200; `code` may be '' for the service's own choice."""

    def dressed(self, answer: Answer) -> Answer:
        """Return an answer with the headers that all of the service's have."""

    def preflight(self, headers: Mapping[str, str]) -> Answer:
        """Return what a browser's OPTIONS gets."""
