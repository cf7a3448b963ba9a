"""siaksim: a stand-in for SIAK Terpusat, IKD and their mail, on good and bad days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siaksim.testing.hunted import hunt as hunt

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load `siaksim.hunt`, the decorator for tests, when somebody asks for it."""
    if name == "hunt":
        from siaksim.testing.hunted import hunt

        return hunt
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
