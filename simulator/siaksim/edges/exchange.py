"""The way of one request: route, check, decide, commit, and only then wait and answer.

Both lanes of the server, the actors and the WSGI form all end here, so a fault acts and a line
is journaled in the same way whoever carries the bytes.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote

from siaksim.contract.router import Match, NotFound, Router, WrongMethod
from siaksim.contract.spec import Contract
from siaksim.contract.validate import Problem, check
from siaksim.core.conditions import NORMAL, conditions_of
from siaksim.core.effects import Queued
from siaksim.core.facts import NO_EVENTS, Facts
from siaksim.edges.answers import encode
from siaksim.edges.conn import CollectedConn, Conn
from siaksim.edges.deciding import decided
from siaksim.edges.idempotency import Idempotency
from siaksim.edges.lines import Raw as Raw
from siaksim.edges.lines import decided_line, sent_line, unrouted_line
from siaksim.edges.performing import Running, apply, disk_full, finish, perform
from siaksim.edges.place import Place, place_of
from siaksim.edges.queueing import served
from siaksim.edges.wires import Wire
from siaksim.services.base import Answer, Call, OperationFunction
from siaksim.services.mail.posting import posted
from siaksim.services.problems import invalid, refusal
from siaksim.services.subjects import client_of, subject_of
from siaksim.world import World

_REVEALING = "Siaksim-Captcha-Answer"
BODY_LIMIT = 6 * 1024 * 1024
"""Bytes of body that a mocked operation takes (413 above)."""


class Exchange:
    """Answers every request for a mocked operation."""

    def __init__(
        self,
        find: Callable[[str], World | None],
        contracts: Mapping[str, Contract],
        operations: Mapping[str, OperationFunction],
        wires: Sequence[Wire] = (),
    ) -> None:
        """`find` gives a world by name; contracts and operations are by service and by name.

        `wires` are the services that read and refuse requests in a way of their own.
        """
        self._wires = tuple(wires)
        self._find = find
        self._router = Router(contracts)
        self._operations = operations
        self._roots = {
            operation.path_template.split("/")[1]
            for contract in contracts.values()
            for operation in contract.operations.values()
        }
        self.public_url = ""
        self.trusts: Callable[[Mapping[str, str]], bool] = lambda headers: True
        """Whether a caller (by its headers) may be told captcha answers."""

    def mocks(self, path: str) -> bool:
        """Say whether a path belongs to a mocked service (and not to pages or control)."""
        inner = place_of(path).path
        return inner.split("/", 2)[1] in self._roots or self._wire(inner) is not None

    def _wire(self, path: str) -> Wire | None:
        return next((wire for wire in self._wires if wire.claims(path)), None)

    def base_url(self, world: World) -> str:
        """Return where clients reach a world: never taken from the Host header."""
        prefix = "" if world.name == "default" else f"/w/{world.name}"
        return self.public_url + prefix

    # -- the one way -----------------------------------------------------------------------

    def handle(self, raw: Raw, conn: Conn, actor: str = "") -> bool:
        """Answer one request on `conn`; return whether the connection may carry another."""
        path, _, query = raw.target.partition("?")
        place = place_of(path)
        world = self._find(place.world)
        if world is None:
            answer = refusal(
                404, "world_not_found", "No such world. POST /__admin/worlds makes one."
            )
            return self._plain(raw, conn, answer, None)
        world.settle()
        world.counters.requests += 1
        if actor:
            world.counters.actors += 1
        elif conn.lane == "hot":
            world.counters.hot_lane += 1
        else:
            world.counters.other_lane += 1
        wire = self._wire(place.path)
        if wire is not None and raw.method == "OPTIONS":
            return self._plain(raw, conn, wire.preflight(raw.headers), world)
        router = wire.match if wire is not None else self._routed
        found = router(raw.method, place.path, world)
        if not isinstance(found, Match):
            answer = (
                wire.unrouted(found, place.path, world.clock.now())
                if wire is not None
                else self._unrouted(found)
            )
            return self._turned_away(raw, conn, answer, place, world, actor)
        try:
            running = self._begin(raw, place, query, found, world, conn.lane, actor, wire)
        except OSError as error:
            return self._plain(raw, conn, disk_full(world, error), world)
        world.counters.open_calls += 1
        conn.request = running.call.request
        try:
            if running.operate is not None and not served(running, conn):
                return finish(running, "client_left")
            return perform(running, conn)
        finally:
            world.counters.open_calls -= 1
            if running.idempotency is not None:
                running.idempotency.leave(world)

    def _routed(self, method: str, path: str, world: World) -> Match | NotFound | WrongMethod:
        return self._router.match(method, path)

    def _unrouted(self, found: Any) -> Answer:
        if isinstance(found, NotFound):
            detail = "No such operation. Operations nearby: " + "; ".join(found.nearby) + "."
            return refusal(404, "not_found", detail, nearby=list(found.nearby))
        allow = ", ".join(found.allow)
        detail = f"This path answers {allow}."
        return refusal(405, "method_not_allowed", detail, headers=(("Allow", allow),))

    def _plain(self, raw: Raw, conn: Conn, answer: Answer, world: World | None) -> bool:
        now = world.clock.now() if world else self.office_now()
        request = world.next_request() if world else "none"
        head = raw.method == "HEAD"
        sent = conn.send(encode(answer, request, now, head=head, close=raw.close))
        return sent and not raw.close

    def _turned_away(
        self, raw: Raw, conn: Conn, answer: Answer, place: Place, world: World, actor: str
    ) -> bool:
        client = actor or place.client or self._by_line(raw, world)
        line = unrouted_line(raw, answer.status, client, world)
        try:
            world.journal.add(line)
        except OSError as error:
            answer = disk_full(world, error)
        return self._plain(raw, conn, answer, world)

    def office_now(self) -> float:
        """Return the default world's office time, for answers that no world gives."""
        default = self._find("default")
        return default.clock.now() if default else 0.0

    # -- before the first byte -------------------------------------------------------------

    def _begin(
        self,
        raw: Raw,
        place: Place,
        query: str,
        found: Match,
        world: World,
        lane: str,
        actor: str,
        wire: Wire | None,
    ) -> Running:
        operation = found.operation
        media = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        parameters: Mapping[str, str] = {}
        if wire is not None:
            body, problems = wire.read(found, raw.headers, query, raw.body, world)
        else:
            pairs = parse_qsl(query, keep_blank_values=True)
            parameters = dict(pairs)
            body, problems = check(
                operation, found.path_params, parameters, raw.headers, media, raw.body
            )
            if len(parameters) < len(pairs):
                problems.append(Problem("query", "names a parameter twice", 400))
        now = world.clock.now()
        call = Call(
            operation=operation,
            path=found.path_params,
            query=parameters,
            headers=raw.headers,
            media_type=media,
            body=body,
            raw=raw.body,
            client="",
            request=world.next_request(),
            base_url=self.base_url(world),
            now=now,
            peer=raw.peer,
        )
        subject = subject_of(call, world)
        client = actor or place.client or self._by_line(raw, world) or client_of(call, world)
        object.__setattr__(call, "client", client)
        facts = Facts(
            operation=operation.name,
            client=client,
            kind=client.partition(".")[0],
            actor=bool(actor),
            subject=subject,
            attempt=world.attempt(client, operation.name, subject),
            write=operation.method not in ("GET", "HEAD"),
            link=raw.link,
            area=world.area(subject) if world.plan.asks_area else "",
            call=world.attempt(client, operation.name, ""),  # `first` and `nth` count these
            # With `per: world` they count these: by anyone, actors and clients apart.
            world_call=world.attempt("", operation.name, "actor" if actor else ""),
            events=world.registry.events.get(subject, NO_EVENTS),
            rank=world.work.ranks.get(subject, -1),
        )
        decision = decided(facts, call, world)
        written = [(p.where, p.what) for p in problems]
        open_query = wire is not None and wire.open_query(found, world)
        line = decided_line(call, facts, decision, world)
        world.journal.add(line | sent_line(raw, written, world, lane, open_query))
        running = Running(world, call, decision, now, Answer(503), problems=written, wire=wire)
        running.conditions = conditions_of(decision.effects, subject)
        running.head = raw.method == "HEAD"
        running.close = raw.close
        running.deadline_s = _seconds(raw.headers.get("siaksim-deadline"))
        if decision.effects and isinstance(decision.effects[0], Queued):
            running.operate = partial(self._operate, running, _status_of(problems))
        else:
            apply(running, lambda commit: self._operate(running, _status_of(problems), commit))
        return running

    def _by_line(self, raw: Raw, world: World) -> str:
        """Return who calls by a site's line, '' when the scenario does not say."""
        spec = world.links.get(raw.link) if raw.link else None
        return spec.client if spec is not None else ""

    def _operate(self, running: Running, invalid_status: int, commit: bool) -> Answer:
        call, world, wire = running.call, running.world, running.wire
        if wire is not None and invalid_status in wire.unreadable_statuses:
            return wire.unreadable(call, running.problems, invalid_status)
        if running.problems and wire is None:
            return invalid(running.problems, invalid_status)
        guard = Idempotency.of(call, world) if wire is None else None
        if guard is not None:
            earlier = guard.enter(world, call.now)
            if earlier is not None:
                return earlier
            running.idempotency = guard
        try:
            answer = self._answer(running)
        except Exception:
            world.counters.internal_errors += 1
            traceback.print_exc(file=sys.stderr)
            return refusal(500, headers=(("Siaksim-Internal-Error", "1"),))
        if answer.changes and commit:
            kept = guard.kept(answer, call.now, world) if guard else None
            try:
                running.entries = len(world.commit(answer.changes, call.request, kept))
            except OSError as error:
                return disk_full(world, error)
        if commit:
            running.items = answer.items
        if any(name == _REVEALING for name, _ in answer.headers) and not self.trusts(call.headers):
            kept_headers = tuple(h for h in answer.headers if h[0] != _REVEALING)
            return replace(answer, headers=kept_headers)
        return answer if wire is None else wire.dressed(answer)

    def _answer(self, running: Running) -> Answer:
        """Ask the operation; what it sees of the world is what the call's conditions show."""
        call, world, conditions = running.call, running.world, running.conditions
        operation = self._operations[call.operation.name]
        if conditions is NORMAL:
            return operation(call, world)
        seen = replace(call, now=call.now + conditions.skew_s)
        answer = operation(seen, world.under(conditions))
        return replace(answer, changes=posted(answer.changes, conditions, running.decision.reasons))

    # -- other ways in ---------------------------------------------------------------------

    def over_wsgi(self, environ: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        """Answer a WSGI request: (status, headers, body), for servers that are not ours.

        There is no socket to reset there: a call that ends without an answer raises
        ConnectionResetError, which closes the connection in most servers.
        """
        query = environ.get("QUERY_STRING", "")
        path = str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace")
        target = quote(path, safe="/~!$&'()*+,;=:@") + (f"?{query}" if query else "")
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if kind := environ.get("CONTENT_TYPE"):
            headers["content-type"] = kind
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        peer = str(environ.get("REMOTE_ADDR") or "")
        conn = self.call(Raw(str(environ["REQUEST_METHOD"]), target, headers, body, peer=peer))
        if conn.ended or not conn.data:
            raise ConnectionResetError(f"the call ended without an answer ({conn.ended})")
        head, _, content = conn.data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ") for line in lines]
        return first.partition(" ")[2], [(name, value) for name, _, value in pairs], content

    def call(
        self, raw: Raw, actor: str = "", passes: Callable[[float], bool] | None = None
    ) -> CollectedConn:
        """Make a call from within the process, as an actor or a test; return what came.

        `passes` lets time pass on an auto clock that several clients live by.
        """
        conn = CollectedConn(sleeps=not actor, passes=passes)
        self.handle(raw, conn, actor)
        return conn


def _status_of(problems: Sequence[Problem]) -> int:
    """Return the status that the worst breach leads to: what cannot be read comes first."""
    found = {problem.status for problem in problems}
    return next((status for status in (404, 413, 415, 400) if status in found), 422)


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
