"""`siaksim serve`: checks the options, puts the parts together, says where everything is."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from siaksim import __version__, data
from siaksim.agreements.showing import curl
from siaksim.core.clock import Mode, office_date
from siaksim.edges.assembly import Assembly, assemble, placed
from siaksim.edges.choosing import chosen_scenario, is_file
from siaksim.edges.control.collection import ACTORS
from siaksim.edges.control.common import ControlOptions
from siaksim.edges.control.guard import is_loopback
from siaksim.edges.files import lock_folder
from siaksim.edges.holidays import today
from siaksim.edges.linking import Linking
from siaksim.edges.reloading import Reloading
from siaksim.edges.server import listener, raise_open_files, run_server
from siaksim.edges.smtp import Mailer, Server
from siaksim.edges.tapes import new_tape
from siaksim.errors import UserError
from siaksim.links.embedded import Embedded
from siaksim.links.engine import Engine
from siaksim.replay.recorder import Recorder
from siaksim.services.siak.rules import OFFICERS, password
from siaksim.world import World
from siaksim.worlds import DEFAULT, Recipe

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """The options of `serve`; None stands for what the scenario says."""

    scenario: str
    port: int
    host: str
    token: str = ""
    seed: int | None = None
    speed: float | None = None
    shorten: float = 1.0
    play: frozenset[str] = frozenset()
    journal: str | None = None
    state: str | None = None
    smtp: str | None = None
    smtp_allow: tuple[str, ...] = ()
    public_url: str = ""
    today: bool = False
    record: str | None = None
    reload: bool = False
    begin: str | None = None
    day: date | None = None
    tied: bool = False
    links: str = "embedded"
    toxiproxy: str = ""
    tls: bool = False


def serve_forever(options: ServeOptions, say: Say) -> None:
    """Serve until a stop signal; UserError for what the user can mend."""
    check_options(options)
    scenario, text = chosen_scenario(options.scenario)
    speed = scenario.speed if options.speed is None else options.speed
    mode: Mode = "real" if speed == 1 else "scaled"
    lying = placed(scenario, options.day, today() if options.today else None)
    if options.begin is not None:
        lying = lying.from_time(options.begin)
    recipe = Recipe(lying, options.seed, mode, speed, options.shorten, options.play, text)
    with ExitStack() as ending:

        def begun(whole: Assembly) -> None:
            if options.record:
                Recorder(partial(new_tape, Path(options.record))).attach(whole.worlds.default, text)
            if options.reload:
                reloading = Reloading(Path(options.scenario), text, whole.worlds, say)
                reloading.start()
                ending.callback(reloading.stop)

        serve_recipe(options, recipe, say, begun)


def serve_recipe(
    options: ServeOptions, recipe: Recipe, say: Say, begun: Callable[[Assembly], None]
) -> None:
    """Serve a default world made from a recipe; `begun` is called before the first client."""
    server = Server.parse(options.smtp) if options.smtp else None
    if options.port:
        # Before any file is touched: the port's owner may be using them.
        listener(options.host, options.port).close()
    folders = {Path(f).resolve() for f in (options.journal, options.state) if f}
    locks = [lock_folder(folder) for folder in sorted(folders)]
    whole = assemble(
        ControlOptions(options.token, options.host, options.public_url),
        journal_dir=Path(options.journal) if options.journal else None,
        state_dir=Path(options.state) if options.state else None,
    )
    # A scenario with faults of the handshake means nothing without one.
    tls = options.tls or any(fault.layer == "tls" for fault in recipe.scenario.faults)
    linking = Linking(whole.worlds, whole.exchange, whole.app, _engine(options), tls)
    whole.app.extensions["siaksim-links"] = linking
    if server is not None:
        mailer = Mailer(server, whole.exchange.base_url, options.smtp_allow)
        whole.worlds.on_create.append(mailer.attach)
    try:
        whole.worlds.create(DEFAULT, **{f.name: getattr(recipe, f.name) for f in fields(recipe)})
        begun(whole)
        whole.worlds.restore()
    except OSError as error:
        raise UserError(
            f"a file cannot be written: {error.strerror}.", str(error.filename or "")
        ) from error
    files = raise_open_files()

    def ready(host: str, port: int) -> None:
        for line in banner(options, whole, host, port, files):
            say(line)
        for line in lines_of(linking):
            say(line)
        gc.freeze()
        gc.enable()

    try:
        run_server(
            whole.worlds,
            whole.app,
            whole.exchange,
            options.host,
            options.port,
            ready,
            tied=options.tied,
            linking=linking,
        )
    finally:
        for lock in locks:
            os.close(lock)


def _engine(options: ServeOptions) -> Engine:
    """Return the engine that carries the sites' lines."""
    if options.links == "toxiproxy":
        from siaksim.links.toxiproxy.engine import ToxiproxyEngine

        return ToxiproxyEngine(options.toxiproxy)
    return Embedded()


def lines_of(linking: Linking) -> list[str]:
    """Return what `serve` prints of sites' lines: where each is, what it is like, who calls."""
    sites, secure = linking.sites.values(), []
    if linking.direct is not None:
        secure = [f"  HTTPS         https://127.0.0.1:{linking.direct.port}"]
        secure += ["                its CA: GET /__admin/ca on the plain port", ""]
    if not sites:
        return secure
    width = max(len(site.name) for site in sites)
    told = [f"  lines by the {linking.engine.name} engine"]
    for site in sites:
        client = f", client {site.plan.spec.client}" if site.plan.spec.client else ""
        told.append(f"    {site.name:<{width}}  {site.url}  {site.state.profile}{client}")
    told += [f"    it cannot do: {lack}" for lack in linking.engine.lacks]
    return [*told, "", *secure]


def check_options(options: ServeOptions) -> None:
    """Refuse options that cannot be served; UserError says which and why."""
    if not is_loopback(options.host) and not options.token:
        raise UserError(
            f"{options.host!r} can be reached by others, and the control API would be open.",
            "--host",
            "Give a --token, or listen on 127.0.0.1.",
        )
    if options.today and options.day is not None:
        raise UserError("--today and --date name a day each.", "--date", "Give one of them.")
    unknown = sorted(options.play - {*ACTORS})
    if unknown:
        raise UserError(
            f"{unknown[0]!r} is no actor.", "--play", f"Use {','.join(ACTORS)} or none."
        )
    if options.reload and not is_file(options.scenario):
        raise UserError(
            f"{options.scenario!r} is a shipped scenario, and only a file is edited.",
            "--reload",
            f"`siaksim scenarios show {options.scenario} --yaml` prints it, to be made one.",
        )
    if options.toxiproxy and options.links != "toxiproxy":
        raise UserError("this is for --links toxiproxy only.", "--toxiproxy", "Give both.")
    if options.public_url:
        parts = urlsplit(options.public_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query:
            raise UserError(
                f"{options.public_url!r} is no base URL.",
                "--public-url",
                "Write it like https://siak.example.test.",
            )


def banner(options: ServeOptions, whole: Assembly, host: str, port: int, files: int) -> list[str]:
    """Return what `serve` prints when it listens: addresses, and lines that work when pasted."""
    world = whole.worlds.default
    shown = f"[{host}]" if ":" in host else host
    if host in ("0.0.0.0", "::"):
        shown = "127.0.0.1"
    here = f"http://{shown}:{port}"
    operator = next(iter(OFFICERS))
    lines = [
        f"siaksim {__version__} listens on {here}",
        "",
        f"  scenario    {world.scenario.name}: {' '.join(world.scenario.story.split())}",
        f"  seed        {world.seed}",
        f"  office time {office_date(world.clock.now()):%a %Y-%m-%d %H:%M} WIB, "
        f"speed {world.clock.speed:g}, shorten {world.clock.shorten:g}",
        f"  people      {world.country.size:,} in {', '.join(_areas(world))}",
        *(f"  {name:<11} {_base(here, name)}" for name in data.contract_names()),
        f"  mailbox     {here}/mail/api/v1/messages",
        f"  panel       {here}/__admin/panel/",
        f"  control     {here}/__admin/docs",
        f"  operators   {operator} ... {list(OFFICERS)[-1]}; "
        f"password of {operator}: {password(operator)}",
        f"  open files  {files:,}",
        *_files_lines(options, world),
        "",
        *curl_lines(here, bool(options.token)),
        *_lookup_line(here, world),
        "",
    ]
    if whole.exchange.public_url != here:
        lines.insert(1, f"links in mails begin with {whole.exchange.public_url}")
    return lines


def _areas(world: World) -> list[str]:
    return list(dict.fromkeys(d.regency for d in world.country.districts))


def _base(here: str, service: str) -> str:
    roots = {
        "mail": "/activation/<token>",
        "dukcapil": "/dukcapil/get_json/...  (siaksim agreements list)",
    }
    return here + roots.get(service, f"/{service}/v1")


def _files_lines(options: ServeOptions, world: World) -> list[str]:
    lines = []
    if options.journal:
        lines.append(f"  journal     {Path(options.journal) / f'{world.name}.jsonl'}")
    if options.state:
        count = len(world.ledger.entries)
        kept = f", {count} entries resumed" if count else ""
        lines.append(f"  ledger      {Path(options.state) / f'{world.name}.ledger.jsonl'}{kept}")
    if options.record:
        lines.append(f"  recording   {options.record}")
    if world.replay is not None:
        lines.append(f"  replays     {world.replay.run.name}: {world.replay.run.told()}")
    if options.reload:
        lines.append(f"  reloads     {options.scenario} when it is edited")
    if options.smtp:
        lines.append(f"  mail out    {options.smtp}")
    return lines


def _lookup_line(here: str, world: World) -> list[str]:
    """Return a look-up of somebody at the Dukcapil service, where a scenario leaves it as it is."""
    agreement = world.agreements.get("rsud-lookup")
    people = world.country.find(
        today=world.today(), ages=(30, 40), status="normal", recorded=True, limit=1
    )
    if agreement is None or not people:
        return []
    return [f"  {curl(agreement, 'CALL_NIK', 'call_nik', here, people[0].nik)}"]


def curl_lines(here: str, token: bool) -> list[str]:
    """Return lines to paste; with a token they read it from SIAKSIM_TOKEN."""
    key = ' -H "Authorization: Bearer $SIAKSIM_TOKEN"' if token else ""
    operator = next(iter(OFFICERS))
    login = f'{{"operator_id": "{operator}", "password": "{password(operator)}"}}'
    find = quote(f"{here}/__admin/residents?age=17&recorded=false&limit=1")
    return [
        f"  curl{key} {here}/__admin/health",
        f"  curl{key} {find}",
        f"  curl -d {quote(login)} -H 'Content-Type: application/json' {here}/siak/v1/sessions",
    ]
