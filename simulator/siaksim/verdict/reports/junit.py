"""The report as JUnit XML, for CI: a suite is a scenario, a case a rule."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from siaksim import __version__
from siaksim.verdict.base import Ruling
from siaksim.verdict.reports.catalogue import Catalogue
from siaksim.verdict.reports.model import (
    FINDINGS_SHOWN,
    Report,
    Run,
    committed,
    ended,
    moment,
    struck,
    whom,
)

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold; a client may have put them into a path."""


def junit_report(report: Report, words: Catalogue) -> bytes:
    """Return the report as XML; FAIL is a failure, and what has no plain pass is skipped."""
    root = ET.Element("testsuites", name="siaksim verdict")
    for run in report.runs:
        root.append(_suite(run, words))
    return whole(root)


def whole(root: ET.Element) -> bytes:
    """Return a document as bytes once its suites, and itself, have counted their cases."""
    kinds = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    for suite in root:
        suite.set("tests", str(len(suite.findall("testcase"))))
        for name, kind in kinds:
            suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    for name in ("tests", *(name for name, _ in kinds)):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(run: Run, words: Catalogue) -> ET.Element:
    verdict = run.verdict
    suite = ET.Element("testsuite", name=clean(verdict.scenario))
    suite.set("time", f"{run.history.until_s:.3f}")
    properties = ET.SubElement(suite, "properties")
    given = {
        "seed": str(verdict.seed),
        "client": verdict.client,
        "verdict": verdict.value,
        "why": words.put(verdict.why),
        "siaksim": __version__,
        "calls": str(verdict.calls),
        "faults_reached": ", ".join(verdict.reached),
        "faults_missed": ", ".join(verdict.missed),
        "faults_not_begun": ", ".join(verdict.fates.later),
        "faults_for_others": ", ".join(verdict.fates.aside),
    }
    for name, value in given.items():
        ET.SubElement(properties, "property", name=name, value=clean(value))
    system = [clean(words.put(told)) for told in verdict.system]
    for name, lines in (("system", system), ("replay", run.replay)):
        for line in lines:
            ET.SubElement(properties, "property", name=name, value=clean(line))
    for ruling in run.rulings():
        suite.append(_case(run, ruling, words))
    if verdict.missed:  # else a run that proves too little would look like a pass
        case = ET.SubElement(suite, "testcase", name="faults_reached", time="0")
        case.set("classname", clean(f"siaksim.{verdict.client}.{verdict.scenario}"))
        names = ", ".join(verdict.missed)
        why = words.tell("faults that never reached the client: {names}", names=names)
        ET.SubElement(case, "skipped", message=clean(f"{words.tell('INCONCLUSIVE')}: {why}"))
    if run.wrong:
        case = ET.SubElement(suite, "testcase", name="client_end", time="0")
        case.set("classname", clean(f"siaksim.{verdict.client}.{verdict.scenario}"))
        ET.SubElement(case, "error", message=clean(words.put(run.wrong)))
    if system:  # many viewers of such files show this and no properties
        title = words.tell("the system beside the client (told, not judged)")
        ET.SubElement(suite, "system-out").text = "\n".join([f"{title}:", *system])
    return suite


def _case(run: Run, ruling: Ruling, words: Catalogue) -> ET.Element:
    verdict, tell = run.verdict, words.tell
    case = ET.Element("testcase", name=ruling.rule, time="0")
    case.set("classname", clean(f"siaksim.{verdict.client}.{verdict.scenario}"))
    state = run.state(ruling)
    if state == "FAIL":
        message = words.finding(ruling.findings[0]) if ruling.findings else tell("FAIL")
        failure = ET.SubElement(case, "failure", type=ruling.rule, message=clean(message))
        failure.text = clean(_evidence(run, ruling, words))
    elif state != "PASS":
        why = words.put(run.why(ruling)) or tell("nothing put this rule to the test")
        ET.SubElement(case, "skipped", message=clean(f"{tell(state)}: {why}"))
        if ruling.findings:
            ET.SubElement(case, "system-out").text = clean(_evidence(run, ruling, words))
    return case


def _evidence(run: Run, ruling: Ruling, words: Catalogue) -> str:
    lines = []
    for number, found in enumerate(ruling.findings[:FINDINGS_SHOWN], 1):
        lines.append(f"{number}. {words.finding(found)}")
        if whom(found):
            lines.append(f"   {whom(found)}")
        for call in run.calls(found):
            marks = (ended(call, words), struck(call), committed(call))
            said = "; ".join(mark for mark in marks if mark)
            lines.append(f"   {moment(call.at_s)}  {call.operation}  {call.took_s:.1f} s  {said}")
    left = len(ruling.findings) - FINDINGS_SHOWN
    if left > 0:
        lines.append(words.tell("... and {count} more; --json shows all.", count=left))
    lines.append(f"{words.tell('What to do')}: {words.tell(ruling.advice)}")
    lines += [words.tell("Play it again:"), *(f"  {line}" for line in run.replay)]
    return "\n".join(lines)


def clean(text: str) -> str:
    """Return a text as XML can hold it."""
    return _NO_XML.sub("\ufffd", text)
