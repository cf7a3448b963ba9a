"""A test's own world on the server: its day, clock, people, mails, faults, records, verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from siaksim.errors import UserError
from siaksim.testing.http import ask, ask_json

if TYPE_CHECKING:
    from siaksim.testing.judged import SiakVerdict

OPTIONS = ("seed", "clock", "shorten", "speed", "from", "play", "record")
PAGE = 10_000
"""Journal lines and ledger entries that one request asks for."""


QUIET = """\
scenario: quiet-day
story: A day on which nothing goes wrong but what the test adds.
seed: 7425
clock: {start: 2024-07-11T08:00}
"""


def source_of(scenario: str | Path, folder: Path) -> dict[str, str]:
    """Return how a world is asked for: by name, by YAML text, or by the text of a .yaml file."""
    if isinstance(scenario, str) and "\n" in scenario:
        return {"text": scenario}
    if isinstance(scenario, str) and not scenario.endswith((".yaml", ".yml")):
        return {"scenario": scenario}
    try:
        return {"text": (folder / scenario).read_text(encoding="utf-8")}
    except OSError as error:
        how = "Give a shipped scenario's name, YAML text, or a file below pytest's rootdir."
        raise UserError(f"cannot be read: {error.strerror}.", str(scenario), how) from None


class SiakWorld:
    """One isolated world; `url` is what the client under test takes for its base URL."""

    def __init__(
        self, server: str, scenario: str | Path, options: Mapping[str, Any], folder: Path
    ) -> None:
        """Make the world; UserError when the scenario or an option is wrong."""
        unknown = sorted(set(options) - set(OPTIONS))
        if unknown:
            how = f"Known: {', '.join(OPTIONS)}."
            raise UserError(f"no such option: {', '.join(unknown)}.", "siak_scenario", how)
        self.server = server
        self._options = {k: v for k, v in options.items() if v is not None}
        self.name = ""
        self.text = ""
        self.folder = folder
        self._make(scenario, self._options)
        self.clock = Clock(self)
        self.mail = Mail(self)
        self.faults = Faults(self)

    def _make(self, scenario: str | Path, options: Mapping[str, Any]) -> None:
        source = source_of(scenario, self.folder)
        self.source = source
        self.text = source.get("text", "")
        asked = {**source, **options}
        if self.name:
            asked["name"] = self.name
        self.name = str(ask_json("POST", f"{self.server}/__admin/worlds", body=asked)["name"])

    @property
    def url(self) -> str:
        """The base URL of all services of this world."""
        return f"{self.server}/w/{self.name}"

    @property
    def admin(self) -> str:
        """The base URL of this world's control API."""
        return f"{self.server}/__admin/worlds/{self.name}"

    def client(self, name: str) -> str:
        """Return a base URL that tells siaksim who calls, such as `counter.1`."""
        return f"{self.url}/c/{name}"

    def scenario(self, scenario: str | Path, **options: Any) -> SiakWorld:
        """Begin anew, under the same URL, with another day: a name, YAML text or a .yaml file."""
        source_of(scenario, self.folder)
        self.delete()
        self._make(scenario, {**self._options, **options})
        return self

    def resident(self, **filters: Any) -> dict[str, Any]:
        """Return one resident: age, ages ("17-20"), area, sex, status, recorded.

        Unless said otherwise: 30 years old, normal, with a recorded face. UserError if none fits.
        """
        return self.residents(1, **filters)[0]

    def residents(self, count: int, **filters: Any) -> list[dict[str, Any]]:
        """Return so many residents who fit; UserError if there are fewer."""
        asked = {"status": "normal", "recorded": True, **filters, "limit": min(1000, count + 50)}
        if "ages" not in asked:
            asked.setdefault("age", 30)
        found = ask_json("GET", f"{self.admin}/residents", asked)["residents"]
        fit = [r for r in found if r["has_photo"] or not asked["recorded"]]
        if len(fit) < count:
            what = f"{len(fit)} residents fit {filters}, and {count} are asked for."
            raise UserError(what, "siak.resident", "Ask for less.")
        return list(fit[:count])

    def selfie(self, nik: str, variant: str = "plain") -> bytes:
        """Return a resident's selfie, a JPEG: plain, mask, glasses, another or blurred."""
        return ask("GET", f"{self.admin}/residents/{nik}/selfie", {"variant": variant})

    @property
    def journal(self) -> list[dict[str, Any]]:
        """All journal lines, in order."""
        lines: list[dict[str, Any]] = []
        while True:
            asked = {"after": lines[-1]["n"] if lines else 0, "limit": PAGE}
            raw = ask("GET", f"{self.admin}/journal", asked)
            page = [json.loads(line) for line in raw.split(b"\n") if line]
            lines += page
            if len(page) < PAGE:
                return lines

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """All changes that the registry committed, in order."""
        entries: list[dict[str, Any]] = []
        while True:
            asked = {"after": len(entries), "limit": PAGE}
            page = ask_json("GET", f"{self.admin}/ledger", asked)["entries"]
            entries += page
            if len(page) < PAGE:
                return entries

    def verdict(self, client: str | Path = "counter") -> SiakVerdict:
        """Judge what the client did: by a shipped kind of client, or by a .yaml client file."""
        from siaksim.testing.judged import judged  # pydantic and the rules: only where needed

        return judged(self.journal, client, self.folder)

    def delete(self) -> None:
        """Delete the world; what still waits in it is let go."""
        ask("DELETE", self.admin)


class Clock:
    """The world's office time."""

    def __init__(self, world: SiakWorld) -> None:
        self._world = world

    @property
    def now(self) -> datetime:
        """Office time (UTC+7)."""
        return datetime.fromisoformat(self._show()["now"])

    @property
    def mode(self) -> str:
        """real, scaled, manual or auto."""
        return str(self._show()["mode"])

    def _show(self) -> dict[str, Any]:
        return cast(dict[str, Any], ask_json("GET", f"{self._world.admin}/clock"))

    def advance(self, seconds: float) -> datetime:
        """Let office seconds pass on a manual or auto clock; return the time it is then."""
        return self._move({"advance": seconds})

    def to(self, moment: str) -> datetime:
        """Move to a time of the same day, such as "09:10"."""
        return self._move({"to": moment})

    def _move(self, how: dict[str, Any]) -> datetime:
        moved = ask_json("POST", f"{self._world.admin}/clock", body=how)
        return datetime.fromisoformat(moved["now"])


class Mail:
    """The mails that have arrived. Nothing waits here: on a manual clock, advance it."""

    def __init__(self, world: SiakWorld) -> None:
        self._world = world

    def list(self, to: str = "", folder: str = "inbox") -> Sequence[dict[str, Any]]:
        """Return summaries of the mails, newest first, of one recipient if given."""
        base = f"{self._world.url}/mail/api/v1"
        if not to:
            asked: dict[str, Any] = {"folder": folder, "limit": 1000}
            return list(ask_json("GET", f"{base}/messages", asked)["messages"])
        asked = {"query": f"to:{to} in:{folder}", "limit": 1000}
        return list(ask_json("GET", f"{base}/search", asked)["messages"])

    def latest(self, to: str = "") -> dict[str, Any] | None:
        """Return the newest mail in full (Subject, Text, HTML, ...), or None if none has come."""
        found = self.list(to)
        if not found:
            return None
        url = f"{self._world.url}/mail/api/v1/message/{quote(found[0]['ID'], safe='')}"
        return cast(dict[str, Any], ask_json("GET", url))


class Faults:
    """What goes wrong in this world."""

    def __init__(self, world: SiakWorld) -> None:
        self._world = world

    def add(
        self, fault: str | Mapping[str, Any] | Sequence[Mapping[str, Any]], ttl: float | None = None
    ) -> Sequence[dict[str, Any]]:
        """Add faults (YAML text, or an object, or a list of them) from now on; return them.

        `ttl` is in office seconds; without it they stay until ended.
        """
        body: dict[str, Any] = {"text" if isinstance(fault, str) else "fault": fault}
        if ttl is not None:
            body["ttl"] = ttl
        return list(ask_json("POST", f"{self._world.admin}/faults", body=body)["added"])

    def list(self) -> Sequence[dict[str, Any]]:
        """Return all faults, with their states."""
        return list(ask_json("GET", f"{self._world.admin}/faults")["faults"])

    def end(self, fault: str) -> None:
        """End a fault by its id; calls that it holds are let go."""
        ask("DELETE", f"{self._world.admin}/faults/{quote(fault, safe='')}")
