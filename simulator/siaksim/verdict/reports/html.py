"""The report as one HTML file: a matrix, a picture for each finding; it asks for nothing else."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from siaksim import __version__
from siaksim.verdict.base import Ruling
from siaksim.verdict.reports.catalogue import Catalogue
from siaksim.verdict.reports.model import FINDINGS_SHOWN, Compared, Report, Run, moment, whom
from siaksim.verdict.reports.picture import picture

# Even a secret that were shaped like a link could then not call home.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_report(report: Report, words: Catalogue) -> str:
    """Return the page; it opens from disk, prints, and loads nothing."""
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    page = _Page(words)
    runs = "".join(page.run(run, number) for number, run in enumerate(report.runs))
    compared = page.compared(report.compared) if report.compared else ""
    title = f"{words.tell('Verdict')}: {words.tell(report.value)}"
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>\n{style}</style></head>\n<body>"
        f"<h1>{escape(words.tell('Verdict'))} {page.badge(report.value)}</h1>"
        f"{page.matrix(report)}{compared}{runs}"
        f"<footer>siaksim {escape(__version__)}</footer></body></html>\n"
    )


class _Page:
    def __init__(self, words: Catalogue) -> None:
        self._say = words

    def _tell(self, message: str, /, **values: object) -> str:
        return escape(self._say.tell(message, **values))

    def badge(self, state: str) -> str:
        """Return a state as a coloured word: its text tells it too, so colour is never needed."""
        return f'<b class="state {state}">{self._tell(state)}</b>'

    def matrix(self, report: Report) -> str:
        """Return the table of scenarios by rules; a failure leads to its findings."""
        rules = sorted({r.rule for run in report.runs for r in run.verdict.rulings})
        heads = "".join(f"<th scope='col'>{escape(self._headed(run))}</th>" for run in report.runs)
        rows = [f"<tr><th></th>{heads}</tr>"]
        for rule in rules:
            cells = "".join(self._cell(run, n, rule) for n, run in enumerate(report.runs))
            rows.append(f"<tr><th scope='row'>{escape(rule)}</th>{cells}</tr>")
        return f"<div class='wide'><table class='matrix'>{''.join(rows)}</table></div>"

    def _headed(self, run: Run) -> str:
        verdict = run.verdict
        return f"{verdict.scenario}, {verdict.client}, seed {verdict.seed}"

    def _cell(self, run: Run, number: int, rule: str) -> str:
        ruling = next((r for r in run.verdict.rulings if r.rule == rule), None)
        if ruling is None:
            return "<td>-</td>"
        state = run.state(ruling)
        count = f" ({len(ruling.findings)})" if ruling.findings else ""
        said = f"{self._tell(state)}{count}"
        if ruling.findings or run.why(ruling):
            said = f'<a href="#{_anchor(number, rule)}">{said}</a>'
        return f'<td class="{state}">{said}</td>'

    def run(self, run: Run, number: int) -> str:
        """Return the section of one run."""
        verdict = run.verdict
        facts = [
            (self._tell("calls"), str(verdict.calls)),
            (self._tell("time"), moment(run.history.until_s)),
            (self._tell("faults that reached the client"), escape(", ".join(verdict.reached))),
            (self._tell("faults that never did"), escape(", ".join(verdict.missed))),
            (self._tell("faults that had not begun"), escape(", ".join(verdict.fates.later))),
            (self._tell("faults for other clients"), escape(", ".join(verdict.fates.aside))),
        ]
        listed = "".join(f"<dt>{name}</dt><dd>{value or '-'}</dd>" for name, value in facts)
        why = f"<p>{escape(self._say.put(verdict.why))}</p>" if verdict.why else ""
        if run.wrong:
            said = self._tell("the client did not end well: {why}", why=run.wrong)
            why += f"<p class='advice'>{escape(said)}</p>"
        lines = "\n".join(run.replay)
        told = [r for r in run.rulings() if r.findings or run.why(r)]
        return (
            f"<section><h2>{self.badge(verdict.value)} {escape(self._headed(run))}</h2>{why}"
            f"<dl>{listed}</dl>{self._system(run)}"
            f"<p>{self._tell('Play it again:')}</p><pre>{escape(lines)}</pre>"
            f"{''.join(self._ruling(run, ruling, number) for ruling in told)}</section>"
        )

    def _system(self, run: Run) -> str:
        """Return what became of the system beside the client, '' where nothing is told of it."""
        if not run.verdict.system:
            return ""
        title = self._tell("the system beside the client (told, not judged)")
        told = "".join(f"<li>{escape(self._say.put(said))}</li>" for said in run.verdict.system)
        return f"<p>{title}</p><ul class='system'>{told}</ul>"

    def _ruling(self, run: Run, ruling: Ruling, number: int) -> str:
        why = run.why(ruling)
        parts = [
            f'<h3 id="{_anchor(number, ruling.rule)}">{self.badge(run.state(ruling))} '
            f"{escape(ruling.rule)}</h3>",
            f"<p>{escape(self._say.put(why))}</p>" if why else "",
        ]
        if ruling.findings:
            advice = self._tell(ruling.advice)
            parts.append(f"<p class='advice'>{self._tell('What to do')}: {advice}</p>")
        for found in ruling.findings[:FINDINGS_SHOWN]:
            about = f" <small>{escape(whom(found))}</small>" if whom(found) else ""
            parts.append(
                f"<article><p>{escape(self._say.finding(found))}{about}</p>"
                f"{picture(run.calls(found), self._say)}</article>"
            )
        left = len(ruling.findings) - FINDINGS_SHOWN
        if left > 0:
            parts.append(
                f"<p>{self._tell('... and {count} more; --json shows all.', count=left)}</p>"
            )
        return "".join(parts)

    def compared(self, compared: Compared) -> str:
        """Return what is new, fixed and still there since the last report."""
        title = self._tell(
            "Compared with {file}: new {new}, fixed {fixed}, still {still}",
            file=compared.last,
            new=len(compared.new),
            fixed=len(compared.fixed),
            still=len(compared.still),
        )
        rows = "".join(
            f"<tr><td>{word}</td><td>{escape(scenario)}</td><td>{escape(rule)}</td>"
            f"<td>{escape(text)}</td></tr>"
            for word, found in (
                (self._tell("new"), compared.new),
                (self._tell("fixed"), compared.fixed),
                (self._tell("still"), compared.still),
            )
            for scenario, rule, text in found
        )
        return f"<section><h2>{title}</h2><table>{rows}</table></section>"


def _anchor(run: int, rule: str) -> str:
    return f"run{run}-{escape(rule)}"
