"""What a decision does to an answer. PURE: standard library only.

The exchange performs effects without asking which fault they came from. `ends` says that the
call gets no ordinary answer, `commits` that the operation has run all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

How = Literal["reset", "hang", "gateway_504"]


@dataclass(frozen=True, slots=True)
class Wait:
    """Answer `seconds` client seconds later; `occupies` keeps the server busy meanwhile."""

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    seconds: float
    occupies: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Refuse in the service's own shape; the operation does not run."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = False
    status: int
    code: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing until office time `until` (None: for ever), then close."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = False
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """End the connection with RST: the client sees ECONNRESET."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """Run the operation and commit, then lose the answer in the way named."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = True
    how: How = "reset"
    until: float | None = None


Effect = Wait | Reply | Hang | Reset | LoseAnswer
