"""What all actors share: calls with patience, time to think, giving up. PURE.

An actor lives on its world's agenda: nothing waits, each next act is planned in office time. It
calls the services as any client does, and knows only what a person can see: screens, pages, mails.
All times here are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson

from siaksim.core import chance
from siaksim.world import World

TRIES = 40
"""Times that an actor makes one call: with the waits between them, about 36 minutes."""
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 60.0
"""Office seconds before the second try, doubled up to the longest, and half to all of it drawn."""
DEADLINE_S = 30.0
"""Client seconds for which an actor waits for an answer."""

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


class NotNowError(Exception):
    """What an actor cannot do as things stand: `what`, and `how` to mend it."""

    def __init__(self, what: str, how: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.how = how


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a call: status 0 when the answer was lost; `waited_s` are client seconds."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    waited_s: float = 0.0

    @property
    def good(self) -> bool:
        """Say whether the call was answered well (2xx)."""
        return 200 <= self.status < 300

    @property
    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body, or an empty one when there is none."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def text(self) -> str:
        """Return the body as a page's text."""
        return self.body.decode("utf-8", "replace")

    def said(self) -> str:
        """Return a refusal in a few words: status, code and title."""
        if self.status == 0:
            return "no answer"
        told = self.json
        return " ".join(str(x) for x in (self.status, told.get("code"), told.get("title")) if x)


Call = Callable[[str, str, Mapping[str, str], bytes, str], Heard]
"""(method, path in the world, headers, body, actor) -> what was heard; it never waits."""
Then = Callable[[Heard], None]


@dataclass(frozen=True, slots=True)
class Request:
    """A call as an actor makes it, the same for each try."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Errand:
    """Something that one person does, call after call; `problem` says why it was given up."""

    actor = ""

    def __init__(self, world: World, call: Call, *key: str | int) -> None:
        """`key` names the errand in its world; all its draws are keyed by it."""
        self.world = world
        self.label = chance.text(world.seed, _LETTERS, 12, "errand", self.actor, *key)
        self.problem = ""
        self._call = call
        self._key = key
        self._turn = 0
        self._draws = 0
        self._calls = 0

    # -- time ------------------------------------------------------------------------------

    def after(self, office_s: float, action: Callable[[], None]) -> None:
        """Act `office_s` office seconds from now, unless the errand has taken another turn."""
        due = self.world.clock.now() + office_s
        self.world.agenda.plan(due, partial(self._if, self._turn, action))

    def think(self, low_s: float, high_s: float, action: Callable[[], None]) -> None:
        """Act after a keyed draw of `low_s` to `high_s` office seconds."""
        self.after(low_s + (high_s - low_s) * self._draw(), action)

    def turn(self) -> None:
        """Drop what was planned: something has happened that comes first."""
        self._turn += 1

    def give_up(self, why: str) -> None:
        """End the errand without success."""
        self.turn()
        self.problem = why

    def _if(self, turn: int, action: Callable[[], None]) -> None:
        if turn == self._turn:
            action()

    def _draw(self) -> float:
        self._draws += 1
        return chance.draw(self.world.seed, "think", self.label, self._draws)

    # -- calls -----------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        then: Then,
        *,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        image: bytes = b"",
        token: str = "",
        accept: str = "application/json",
    ) -> None:
        """Make a call; again while answers are lost, 5xx or 429; then go on with `then`."""
        headers = {"accept": accept, "siaksim-deadline": f"{DEADLINE_S:g}"}
        body = image
        if image:
            headers["content-type"] = "image/jpeg"
        elif json is not None:
            headers["content-type"], body = "application/json", orjson.dumps(json)
        elif form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        if token:
            headers["authorization"] = f"Bearer {token}"
        if method != "GET" and form is None:  # a form carries its nonce instead
            self._calls += 1
            headers["idempotency-key"] = f"{self.label}-{self._calls}"
        self._try(Request(method, path, headers, body), then, 1)

    def _try(self, request: Request, then: Then, number: int) -> None:
        heard = self._call(request.method, request.path, request.headers, request.body, self.actor)
        took = self.world.clock.office_seconds(heard.waited_s)
        if not _passing(heard):
            if took > 0:  # the answer is on its way for as long as the fault says
                self.after(took, lambda: self._take(request, then, heard))
            else:
                self._take(request, then, heard)
        elif number >= TRIES:
            self.give_up(f"{request.method} {_plain(request.path)}: {heard.said()}, {TRIES} times")
        else:
            wait = took + self._wait(heard, number)
            self.after(wait, lambda: self._try(request, then, number + 1))

    def _take(self, request: Request, then: Then, heard: Heard) -> None:
        try:
            then(heard)
        except (KeyError, TypeError, ValueError) as error:
            # A fault may change what an answer says; a person can only give up on it.
            where = f"{request.method} {_plain(request.path)}"
            self.give_up(f"{where}: the answer makes no sense ({type(error).__name__}: {error})")

    def _wait(self, heard: Heard, number: int) -> float:
        """Return office seconds until the next try; a Retry-After is obeyed."""
        told = heard.headers.get("retry-after", "")
        if told.isascii() and told.isdigit():
            return self.world.clock.office_seconds(float(told))
        longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (number - 1))
        return longest * (0.5 + self._draw() / 2)


def _passing(heard: Heard) -> bool:
    """Say whether the same call may do better later."""
    busy = heard.status == 409 and heard.json.get("code") == "request_in_progress"
    return heard.status in (0, 429) or heard.status >= 500 or busy


def _plain(path: str) -> str:
    """Return a path without what is secret in it: the token of an activation link."""
    return "/activation/..." if path.startswith("/activation/") else path.partition("?")[0]
