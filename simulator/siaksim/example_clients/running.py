"""Runs example clients over sockets: where `siaksim check` or --url says that the server is."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from tempfile import TemporaryDirectory

from siaksim.example_clients.calling import Reply
from siaksim.example_clients.clients import client
from siaksim.example_clients.manners import CARELESS, GOOD, Manners
from siaksim.example_clients.place import Missing, Place, at_server, from_environment
from siaksim.example_clients.sockets import Sockets
from siaksim.example_clients.variants import variants

MANNERS = {"good": GOOD, "careless": CARELESS}
ACTORS = {"counter": "citizen", "kiosk": "officer", "field_kit": "citizen"}
"""Whom siaksim plays beside a client of a kind."""
VISITS = {"field_kit": "school"}
"""Who comes to a client of a kind, if not adults to an office."""
NOT_SET = (
    "{name} is not set. `siaksim check --client {kind} -- siaksim example-client {kind} good` sets "
    "it; or give --url of a running server, such as http://127.0.0.1:7425."
)


class Unusable(Exception):
    """Why a client cannot run, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for on the command line."""

    kind: str
    manner: str
    breaks: str = ""
    url: str = ""
    residents: int = 3
    instances: int = 1
    queues: str = ""
    """A folder in which field kits keep their queues; '' for one that goes with the process."""


def run(asked: Asked, say: Callable[[str], None]) -> int:
    """Serve citizens until the day is over or SIGTERM comes; return the exit code 0."""
    manners = manners_of(asked)
    if asked.kind != "field_kit" or asked.queues:
        return _run(asked, manners, asked.queues, say)
    with TemporaryDirectory(prefix="siaksim-field-kit-", ignore_cleanup_errors=True) as folder:
        return _run(asked, manners, folder, say)


def _run(asked: Asked, manners: Manners, queues: str, say: Callable[[str], None]) -> int:
    draws = os.urandom(8).hex()
    place = replace(_place(asked), queues=queues)
    carrier = Sockets(place.speed)
    signal.signal(signal.SIGTERM, lambda *_: carrier.close())
    if asked.url:
        place = replace(place, shorten=_order_work(asked, place, carrier))
    say(f"{asked.kind}, {asked.breaks or asked.manner}: serving at {place.base}")
    clients = [
        client(asked.kind, number, place, carrier, manners, draws)
        for number in range(1, asked.instances + 1)
    ]
    for other in clients[1:]:
        carrier.spawn(other.work)
    try:
        clients[0].work()
    except KeyboardInterrupt:
        carrier.close()
    carrier.join()
    carrier.hang_up()
    return 0


def manners_of(asked: Asked) -> Manners:
    """Return the manners that are asked for; Unusable names the rules that can be broken."""
    if not asked.breaks:
        return MANNERS[asked.manner]
    if asked.manner != "careless":
        raise Unusable("--breaks RULE goes with careless: a good client breaks no rule.")
    fit = [v for v in variants() if v.rule == asked.breaks and asked.kind in v.kinds]
    if not fit:
        known = ", ".join(sorted({v.rule for v in variants() if asked.kind in v.kinds}))
        raise Unusable(f"no {asked.kind} breaks only {asked.breaks!r}. Rules: {known}.")
    return fit[0].careless


def _place(asked: Asked) -> Place:
    if asked.url:
        return at_server(asked.url)
    try:
        return from_environment(os.environ)
    except Missing as missing:
        raise Unusable(NOT_SET.format(name=missing, kind=asked.kind)) from missing


def _order_work(asked: Asked, place: Place, carrier: Sockets) -> float:
    """Have citizens come to a server that runs by itself, and see that it plays the others.

    Return how much faster its day's plan runs.
    """
    ask = partial(_ask, carrier)
    actors = ask("GET", f"{place.admin_url}/actors", None)
    needed = ACTORS[asked.kind]
    if actors.status == 0:
        raise Unusable(f"no siaksim answers at {asked.url}. Is `siaksim serve` running?")
    if needed not in actors.data.get("play", ()):
        raise Unusable(
            f"the world at {asked.url} does not play the {needed}, whom a {asked.kind} needs: "
            f"start it with `siaksim serve --play {needed}`."
        )
    order = {"residents": asked.residents, "visits": VISITS.get(asked.kind, "office")}
    made = ask("POST", f"{place.admin_url}/work", order)
    if made.status != 201:
        raise Unusable(f"siaksim gave no work: {made.body.decode('utf-8', 'replace').strip()}")
    return float(ask("GET", f"{place.admin_url}/clock", None).data.get("shorten", 1.0))


def _ask(carrier: Sockets, method: str, url: str, body: object) -> Reply:
    raw = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if raw else {}
    return carrier.send(method, url, headers, raw, 30.0)
