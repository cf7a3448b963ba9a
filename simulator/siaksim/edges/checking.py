"""`siaksim check`: a client under test plays a part of each scenario's day, and is judged.

Each scenario has a server of its own, in a process of its own; the client is a command that finds
URLs, credentials and its work in its environment. What it prints is kept.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event
from typing import TextIO

from siaksim.edges.checks.ends import BROKEN, CRASHED, INTERRUPTED, interrupts
from siaksim.edges.checks.options import CheckOptions
from siaksim.edges.checks.parts import Part, chosen_parts, lasting, left_out_of
from siaksim.edges.checks.playing import Played, Player
from siaksim.edges.checks.progress import LOOK_S, Board, Screen, duration
from siaksim.edges.checks.timers import Timers
from siaksim.edges.holidays import today
from siaksim.edges.judging import check_reports, chosen_terms, write_reports
from siaksim.errors import UserError
from siaksim.verdict.reports.catalogue import Catalogue, catalogue
from siaksim.verdict.reports.model import Report
from siaksim.verdict.reports.terminal import terminal_report


def check(options: CheckOptions, out: TextIO) -> int:
    """Play, judge and report; return the exit code. UserError for what the user can mend.

    What was judged before an interrupt or a mistake is reported all the same.
    """
    if not options.command:
        raise UserError(
            "what is to be checked?",
            "CMD",
            "Give the client's command after --, such as: siaksim check --client counter -- ./app",
        )
    terms = chosen_terms(options.client)
    parts = chosen_parts(options, terms, today())
    check_reports(options)
    folder = Path(options.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"no folder can be made here: {error.strerror}.", str(folder)) from error
    words, screen = catalogue(options.language), Screen(out, options.width)
    screen.say(_estimate(options, parts, words))
    if left_out := left_out_of(options, terms):
        message = "left out, for they prove nothing of such a client: {names}"
        screen.say(words.tell(message, names=", ".join(left_out)))
    with Timers() as timers, interrupts() as seen:
        player = Player(options, terms, folder, timers, Event())
        played, mistake = _play_all(player, parts, Board(screen, words, parts), seen)
    code = _report(player, played, words, screen)
    if mistake is not None:
        raise mistake
    if seen:
        screen.say(words.tell("interrupted; what was judged before is reported"))
        return INTERRUPTED + seen[0]
    return code


def _estimate(options: CheckOptions, parts: list[Part], words: Catalogue) -> str:
    message = (
        "1 scenario, about {time}: {names}"
        if len(parts) == 1
        else "{count} scenarios, {jobs} at a time, about {time}: {names}"
    )
    return words.tell(
        message,
        count=len(parts),
        jobs=min(options.jobs, len(parts)),
        time=duration(lasting(parts, options.jobs), words.tell),
        names=", ".join(part.name for part in parts),
    )


# -- playing -------------------------------------------------------------------------------


def _play_all(
    player: Player, parts: list[Part], board: Board, seen: list[int]
) -> tuple[list[Played], BaseException | None]:
    """Play parts side by side; return those that ended, and what ended the check too early."""
    ended: dict[str, Played] = {}
    mistake: BaseException | None = None
    with ThreadPoolExecutor(player.options.jobs, "siaksim-check") as pool:
        pending: set[Future[Played]] = {pool.submit(player.play, p, board.begun) for p in parts}
        while pending:
            done, pending = wait(pending, LOOK_S, FIRST_COMPLETED)
            if seen:
                player.stop.set()
            for future in done:
                if (failed := future.exception()) is not None:
                    mistake = mistake or failed
                    player.stop.set()  # the others end too: their time would be wasted
                    continue
                played = future.result()
                ended[played.part.name] = played
                board.ended(played)
            board.look()
    return [ended[part.name] for part in parts if part.name in ended], mistake


# -- reporting -----------------------------------------------------------------------------


def _report(player: Player, played: list[Played], words: Catalogue, screen: Screen) -> int:
    options, tell = player.options, words.tell
    runs = tuple(one.run for one in played if one.run is not None)
    code = 0
    if runs:
        report = write_reports(Report(runs), options)
        screen.say(terminal_report(report, words, options.width).rstrip("\n"))
        code = report.exit_code
    for one in played:
        if one.wrong:
            code = code if code == BROKEN else CRASHED
            message = "the client did not end well in {name}: {why}; see {log}"
            log = str(player.log(one.part))
            screen.say(tell(message, name=one.part.name, why=one.wrong, log=log))
        if one.broken:
            code = BROKEN
            message = "siaksim failed in {name}, which is not the client's doing: {why}"
            screen.say(tell(message, name=one.part.name, why=one.broken))
        for line in one.tail:
            screen.say(f"    {line}")
    screen.say(tell("again: {command}", command=options.again()))
    return code
