"""All agreements of a world: by name, and by what a URL says. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from siaksim.agreements.model import Agreement

Address = tuple[str, str, str]
"""Kind of path (get_json, face, store), area ('' without one), institution in lower case."""


class Directory:
    """Agreements by name and by address; two at one address cannot both be reached."""

    def __init__(self, agreements: Mapping[str, Agreement]) -> None:
        """ValueError names two agreements with one address."""
        self._by_name = dict(agreements)
        self._by_address: dict[Address, str] = {}
        for name, agreement in agreements.items():
            other = self._by_address.setdefault(agreement.address, name)
            if other != name:
                raise ValueError(f"{name!r} has the same address as {other!r}")

    def get(self, name: str) -> Agreement | None:
        """Return the agreement of this name, or None."""
        return self._by_name.get(name)

    def at(self, address: Address) -> str | None:
        """Return the name of the agreement at an address, or None."""
        return self._by_address.get(address)

    def items(self) -> Iterator[tuple[str, Agreement]]:
        """Yield (name, agreement) in the order of the file."""
        yield from self._by_name.items()

    def names(self) -> list[str]:
        """Return all names, in the order of the file."""
        return list(self._by_name)
