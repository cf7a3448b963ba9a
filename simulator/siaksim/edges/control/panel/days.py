"""The day: the office clock, what goes wrong and when, and how the calls fare, live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import gevent
from flask import Response, g, make_response, request, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from siaksim.edges.control.panel import live
from siaksim.edges.control.panel.asking import Refused, ask, segment
from siaksim.edges.control.panel.bands import band
from siaksim.edges.control.panel.charts import seconds_text
from siaksim.edges.control.panel.faultform import (
    Form,
    fault_of,
    form_of,
    kinds_of,
    put_errors,
    typed_again,
    typed_in,
)
from siaksim.edges.control.panel.frame import back_to, by_htmx, page, panel, part
from siaksim.edges.control.panel.words import message

SPEEDS = (0.5, 1.0, 2.0, 10.0, 60.0, 300.0)
STEP_S = 1.0
"""Wall seconds between two events of a stream."""
PRESETS = (
    (message("SIAK hangs for 5 minutes"), {"kind": "hang", "target": "siak.*", "for": "5m"}),
    (
        message("Half of IKD fails (503)"),
        {"kind": "error", "target": "ikd.*", "status": "503", "share": "50%", "for": "5m"},
    ),
    (
        message("Everything 3 s slower"),
        {"kind": "latency", "target": "all", "delay": "3s", "for": "5m"},
    ),
    (
        message("Done, but the answer is lost"),
        {"kind": "lost_answer", "target": "siak.scan_qr", "share": "50%", "for": "5m"},
    ),
    (
        message("Mails come 20 minutes late"),
        {"kind": "mail_delay", "target": "all", "delay": "20m"},
    ),
)
_DAYS = (
    message("Mon"),
    message("Tue"),
    message("Wed"),
    message("Thu"),
    message("Fri"),
    message("Sat"),
    message("Sun"),
)


@panel.get("/<world>/day")
def day(world: str) -> str:
    """Show the day."""
    return page("day", world, **_state(world), **_form_state(_asked_form(world)))


def _state(world: str) -> dict[str, Any]:
    """Return what the live parts of the page show."""
    clock = ask("clock", world)
    pulse = ask("pulse", world, query={"seconds": live.SECONDS})
    return {
        "clock": clock,
        "date_text": date_text(clock["now"]),
        "speeds": sorted({*SPEEDS, clock["speed"]}),
        "tiles": live.tiles(pulse),
        "charts": live.charts(pulse["seconds"], g.words),
        "band": band(ask("timeline", world), g.words),
        "faults": [_told(fault) for fault in ask("faults", world)["faults"]],
    }


def date_text(now: str) -> str:
    """Return the day of a time as people read it, in the page's language."""
    moment = datetime.fromisoformat(now)
    return f"{g.words.tell(_DAYS[moment.weekday()])} {moment:%Y-%m-%d}"


def _told(fault: dict[str, Any]) -> dict[str, Any]:
    """Return a fault with the texts of its row."""
    words = g.words
    aims = [*fault["target"], *(f"link {link}" for link in fault["link"])]
    where = ", ".join("all" if aim == "*" else aim for aim in aims)
    whom = [*fault["client"], *fault["subject"], *fault["area"]]
    when = ""
    if fault["from"]:
        more = fault["windows"] - 1
        when = f"{fault['from'][11:16]}-{fault['until'][11:16]}"
        when += f" ({words.tell('{count} times', count=more + 1)})" if more else ""
    elif fault["windows"] == 0:
        when = words.tell("never")
    rate = fault["effective"]
    if fault["state"] != "active":
        rate_text = "-"
    else:
        rate_text = f"{100 * (fault['share'] if rate is None else rate):.3g}%"
    return {
        **fault,
        "where": where + (f" ({', '.join(whom)})" if whom else ""),
        "when": when,
        "rate": rate_text,
        "told": ", ".join(f"{k} {_value(v)}" for k, v in fault["parameters"].items()),
    }


def _value(value: Any) -> str:
    if isinstance(value, float):
        return seconds_text(value)
    if isinstance(value, dict):
        return " ".join(f"{k} {_value(v)}" for k, v in value.items() if v is not None)
    return ", ".join(map(_value, value)) if isinstance(value, list) else str(value)


# -- the stream ------------------------------------------------------------------------------


@panel.get("/<world>/day/stream")
def day_stream(world: str) -> Response:
    """Send the live parts of the page again and again, each when it has changed."""
    ask("clock", world)  # a world that is not there is refused before the stream begins
    answer = Response(stream_with_context(_events(world)), content_type="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _events(world: str) -> Iterator[str]:
    shown: dict[str, str] = {}
    yield "retry: 2000\n\n"
    while True:
        try:
            found = _parts(world)
        except Refused:  # the world was deleted: the browser is told so when it comes back
            return
        for name, text in found.items():
            if shown.get(name) != text:
                shown[name] = text
                yield event(name, text)
        gevent.sleep(STEP_S)


def _parts(world: str) -> dict[str, str]:
    told = {**_state(world), "world": {"name": world}}
    # What changes with each call goes into its cell: buttons stay where they are under a finger.
    still = [{**f, "rate": "", "struck": 0} for f in told["faults"]]
    steady = {k: v for k, v in told["clock"].items() if k not in ("now", "next_due")}
    parts = {
        "clock": part("clock", **told),
        "live": part("live", **told),
        "band": part("band", **told),
        "counts": part("counts", **told),
    }
    return {
        "steering": _marked(part("steering", **told), steady),
        "faults": _marked(
            part("faults", **told), still, part("faults", **{**told, "faults": still})
        ),
        **parts,
    }


class _Marked(str):
    """A text that counts as the same as long as what it is about is the same."""

    about: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Marked) and self.about == other.about

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _marked(text: str, about: Any, shape: str = "") -> str:
    found = _Marked(text)
    found.about = shape or repr(about)
    return found


def event(name: str, text: str) -> str:
    """Return one server-sent event."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() if line.strip())
    return f"event: {name}\n{lines or 'data:' + chr(10)}\n"


# -- steering the clock ------------------------------------------------------------------------


@panel.post("/<world>/day/clock")
def steer(world: str) -> AnyResponse:
    """Stop the clock, let it go on, change its speed, or let it jump."""
    given = request.form
    body: dict[str, Any]
    if given.get("advance"):
        body = {"advance": given["advance"]}
    elif given.get("to"):
        body = {"to": given["to"][:5]}
    elif given.get("speed"):
        try:
            body = {"speed": float(given["speed"])}
        except ValueError:
            body = {"speed": given["speed"]}
    else:
        body = {"running": given.get("do") == "go"}
    clock = ask("clock", world, method="POST", body=body)
    if not by_htmx():
        return back_to("day", world)
    said = g.words.tell("It is {time} now.", time=clock["now"][11:16])
    return make_response(part("said", what=said, how="", bad=False))


# -- faults by hand ------------------------------------------------------------------------------


def _asked_form(world: str) -> Form:
    """Return the form that the query asks for: of a kind, or of a fault that was, once more."""
    schema = ask("schema")
    kinds = kinds_of(schema)
    typed = typed_in(request.args)
    if again := request.args.get("again"):
        row = next((f for f in ask("faults", world)["faults"] if f["id"] == again), None)
        if row is not None and row["kind"] in kinds:
            return form_of(schema, row["kind"], typed_again(schema, row), _known(world))
    kind = typed.pop("kind", "")
    if kind not in kinds:
        return form_of(schema, "error", None, _known(world))
    kept = {name: value for name, value in typed.items() if value}
    return form_of(schema, kind, kept or None, _known(world))


def _known(world: str) -> dict[str, list[str]]:
    """Return what may be typed as a target or a link."""
    links = [link["link"] for link in ask("links", world)["links"]]
    return {"target": ["all", "siak.*", "ikd.*", "mail.*", "dukcapil.*"], "link": ["all", *links]}


def _form_state(form: Form) -> dict[str, Any]:
    layers: dict[str, list[str]] = {}
    for found in ask("kinds")["kinds"]:
        layers.setdefault(found["layer"], []).append(found["kind"])
    presets = [{"title": title, "fields": list(fields.items())} for title, fields in PRESETS]
    return {"form": form, "layers": list(layers.items()), "presets": presets}


@panel.get("/<world>/day/form")
def fault_form(world: str) -> str:
    """Show the form of a kind of fault."""
    here = {"name": world}
    return part("form", **_form_state(_asked_form(world)), world=here)


@panel.post("/<world>/day/faults")
def add_fault(world: str) -> AnyResponse:
    """Switch a fault on; what is wrong is said at its field."""
    typed = typed_in(request.form)
    schema = ask("schema")
    kind = typed.pop("kind", "")
    if kind not in kinds_of(schema):
        kind = "error"
    form = form_of(schema, kind, typed, _known(world))
    fault = fault_of(form)
    if not any(f.error for f in form.fields()):
        try:
            found = ask("faults", world, method="POST", body={"fault": fault})
        except Refused as refusal:
            if refusal.status != 400:
                raise
            put_errors(form, refusal.problem)
        else:
            return _switched(world, message("{name} is switched on."), found["added"][0]["id"])
    if "preset" in request.form:
        texts = [*form.errors, *(f"{f.name}: {f.error}" for f in form.fields() if f.error)]
        raise Refused(400, {"what": " ".join(texts)})
    if not by_htmx():
        return make_response(page("day", world, **_state(world), **_form_state(form)), 422)
    for each in form.fields():
        each.error = g.words.tell(each.error) if each.error else ""
    return make_response(part("form", **_form_state(form), world={"name": world}), 422)


@panel.post("/<world>/day/faults/end")
def end_fault(world: str) -> AnyResponse:
    """End a fault by hand."""
    name = request.form.get("id", "")
    ask(f"faults/{segment(name)}", world, method="DELETE")
    return _switched(world, message("{name} is ended."), name)


def _switched(world: str, message: str, name: str) -> AnyResponse:
    """Return the faults as they are now, and what was done."""
    if not by_htmx():
        return back_to("day", world)
    state = {**_state(world), "world": {"name": world}}
    said = part("said", what=g.words.tell(message, name=name), how="", bad=False)
    listed = part("faults", **state)
    answer = make_response(listed + said)
    if request.headers.get("HX-Target") == "fault-form":
        form = form_of(ask("schema"), "error", None, _known(world))
        fresh = part("form", **_form_state(form), world={"name": world})
        answer = make_response(
            f'{fresh}<div id="faults" hx-swap-oob="innerHTML">{listed}</div>{said}'
        )
    return answer
