"""What every page of the panel has: its frame, languages, themes, and who may do what.

A page of another origin can do nothing here: Host and Origin are checked for the whole control
API (guard.py); beside that each request that changes something carries a token that the page got
in a SameSite=Strict cookie, and the policy allows no inline script and no other host.
"""

from __future__ import annotations

import hmac
import secrets
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from siaksim import __version__
from siaksim.edges.control.guard import PANEL, panel_pass, panel_token_fits
from siaksim.edges.control.panel.asking import Refused, ask
from siaksim.edges.control.panel.words import LANGUAGES, message, panel_words

panel = Blueprint("panel", __name__, url_prefix=PANEL, template_folder="templates")

TOKEN = "siaksim-panel"
TOKEN_HEADER = "X-Siaksim-Panel"
LANGUAGE, THEME = "siaksim-language", "siaksim-theme"
THEMES = ("auto", "light", "dark")
YEAR_S = 365 * 86400
ASSETS = {
    "panel.css": "text/css; charset=utf-8",
    "panel.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "sse.js": "text/javascript; charset=utf-8",
    "LICENSES.txt": "text/plain; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
PAGES = (
    ("day", message("Day")),
    ("traffic", message("Traffic")),
    ("citizens", message("Citizens")),
    ("mails", message("Mail")),
    ("verdicts", message("Verdict")),
    ("realms", message("Worlds")),
)
"""Each page's view and its name in the menu."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@cache
def asset(name: str) -> bytes:
    """Return a file of the panel's own."""
    return files(__package__).joinpath("assets", name).read_bytes()


@panel.before_request
def _prepare() -> AnyResponse | None:
    """Choose language and theme; refuse a change without the page's token."""
    asked = request.args.get("lang", "")
    if asked not in LANGUAGES:
        kept = request.cookies.get(LANGUAGE, "")
        best = request.accept_languages.best_match(LANGUAGES, "en")
        asked = kept if kept in LANGUAGES else best or "en"
    g.words = panel_words(asked)
    theme = request.args.get("theme") or request.cookies.get(THEME, "auto")
    g.theme = theme if theme in THEMES else "auto"
    g.token = request.cookies.get(TOKEN) or secrets.token_urlsafe(24)
    if request.method in ("GET", "HEAD"):
        return None
    sent = request.headers.get(TOKEN_HEADER) or request.form.get("token", "")
    held = request.cookies.get(TOKEN, "")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or not (
        held and hmac.compare_digest(sent.encode(), held.encode())
    ):
        return _failed(403, g.words.tell("This page is too old: load it again, and repeat that."))
    return None


@panel.after_request
def _secured(answer: AnyResponse) -> AnyResponse:
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    path = PANEL
    if "token" in g and request.cookies.get(TOKEN) != g.token:
        answer.set_cookie(TOKEN, g.token, httponly=True, samesite="Strict", path=path)
    for name, values, arg in ((LANGUAGE, LANGUAGES, "lang"), (THEME, THEMES, "theme")):
        if (chosen := request.args.get(arg, "")) in values:
            answer.set_cookie(name, chosen, max_age=YEAR_S, samesite="Strict", path=path)
    return answer


@panel.errorhandler(Refused)
def _refused(refusal: Refused) -> AnyResponse:
    return _failed(refusal.status, refusal.what, refusal.how)


def by_htmx() -> bool:
    """Say whether htmx asks for a part of a page."""
    return "HX-Request" in request.headers


def _failed(status: int, what: str, how: str = "") -> AnyResponse:
    """Return a failure: as a whole page, or as what a page's status line is to say."""
    if by_htmx():
        answer = make_response(part("said", what=what, how=how, bad=True), 422)
        answer.headers["HX-Reswap"] = "none"  # only the status line is to change
        return answer
    text = render_template("panel/failed.html", **shared(None), status=status, what=what, how=how)
    return make_response(text, status)


def shared(world: str | None) -> dict[str, Any]:
    """Return what every template knows; Refused when there is no such world."""
    return {
        "_": g.words.tell,
        "put": g.words.put,
        "language": g.words.language,
        "languages": LANGUAGES,
        "theme": g.theme,
        "themes": THEMES,
        "token": g.token,
        "token_header": TOKEN_HEADER,
        "version": __version__,
        "pages": PAGES,
        "world": None if world is None else ask("", world),
        "here": request.path,
        "assets": f"{PANEL}/_assets",
    }


def page(name: str, world: str, menu: str = "", **values: Any) -> str:
    """Return a whole page about a world; `menu` is the menu's page that it is under."""
    names = [w["name"] for w in ask("worlds")["worlds"]]
    return render_template(
        f"panel/{name}.html", **shared(world), current=menu or name, worlds=names, **values
    )


def part(name: str, **values: Any) -> str:
    """Return a part of a page, for htmx to put in its place."""
    return render_template(f"panel/_{name}.html", **(shared(None) | values))


def back_to(view: str, world: str, **values: Any) -> AnyResponse:
    """Return a browser without script to a page after a change."""
    return redirect(url_for(f"panel.{view}", world=world, **values), 303)


@panel.get("/")
def index() -> AnyResponse:
    """Lead to the default world's day: the panel's first page."""
    return redirect(url_for("panel.day", world="default"), 302)


@panel.get("/_world")
def choose() -> AnyResponse:
    """Lead to a page of the world that was chosen."""
    views = [view for view, _ in PAGES]
    view = request.args.get("page", "")
    world = request.args.get("world", "default")
    return redirect(url_for(f"panel.{view if view in views else 'day'}", world=world), 302)


@panel.get("/_assets/<name>")
def assets(name: str) -> Response:
    """Give a stylesheet or a script of the panel."""
    if name not in ASSETS:
        raise NotFound
    answer = Response(asset(name), content_type=ASSETS[name])
    if request.args.get("v") == __version__:
        answer.headers["Cache-Control"] = "max-age=3600"
    return answer


@panel.get("/_in")
def way_in() -> AnyResponse:
    """Ask for the server's token, where it has one."""
    return make_response(render_template("panel/in.html", **shared(None), wrong=False))


@panel.post("/_in")
def enter() -> AnyResponse:
    """Take the server's token from a person."""
    given = request.form.get("secret", "")
    if not panel_token_fits(given):
        return make_response(render_template("panel/in.html", **shared(None), wrong=True), 403)
    answer = redirect(url_for("panel.index"), 303)
    name, value = panel_pass()
    answer.set_cookie(name, value, httponly=True, samesite="Strict", path=PANEL)
    return answer
