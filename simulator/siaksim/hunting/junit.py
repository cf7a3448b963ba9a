"""What a hunt found as JUnit XML, for CI: a suite, with a failed case for each thing found. PURE.

What a client or its scenario gave is escaped, and characters that XML cannot hold are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from xml.etree import ElementTree as ET

from siaksim import __version__
from siaksim.hunting.report import covered, failure_lines
from siaksim.hunting.saved import one_line
from siaksim.hunting.search import Broken, Hunted
from siaksim.hunting.tried import Failure
from siaksim.verdict.reports.junit import clean, whole

CALM = "without_faults"
"""The case of the run before the hunt: who fails there cannot be hunted."""
SEARCH = "search"
"""The case of the search itself: it passes when the whole budget broke nothing."""


def junit(found: Hunted, files: Sequence[PurePath], given: Mapping[str, str]) -> bytes:
    """Return the report; `given` (client, scenario, seed, replay, ...) are the suite's properties.

    A hunt that could not look, or was ended before it found anything, is skipped and no pass.
    """
    root = ET.Element("testsuites", name="siaksim hunt")
    suite = ET.SubElement(root, "testsuite", name=clean(f"hunt in {given.get('scenario', '')}"))
    properties = ET.SubElement(suite, "properties")
    counts = {"tries": found.tries, "drawn": found.drawn, "shrinking": found.shrinking}
    for name, value in {**given, **counts, "siaksim": __version__}.items():
        ET.SubElement(properties, "property", name=name, value=clean(one_line(str(value))))
    classname = clean(f"siaksim.hunt.{given.get('client', '')}")
    _calm(ET.SubElement(suite, "testcase", name=CALM, classname=classname, time="0"), found)
    if not found.fails_already:
        _search(ET.SubElement(suite, "testcase", name=SEARCH, classname=classname, time="0"), found)
    for broken, file in zip(found.broken, files, strict=True):
        name = clean(_name(broken.failure))
        case = ET.SubElement(suite, "testcase", name=name, classname=classname, time="0")
        _broken(case, broken, file)
    return whole(root)


def _name(failure: Failure) -> str:
    return f"{failure.rule}[{failure.operation}]" if failure.operation else failure.rule


def _calm(case: ET.Element, found: Hunted) -> None:
    if not found.fails_already:
        return
    first = found.base.failures[0]
    text = "\n".join(f"{_name(f)}: {one_line(f.told)}" for f in found.base.failures)
    failure = ET.SubElement(case, "failure", type=first.rule, message=clean(one_line(first.told)))
    failure.text = clean(text)


def _search(case: ET.Element, found: Hunted) -> None:
    if found.in_vain:
        ET.SubElement(case, "skipped", message=clean(f"INCONCLUSIVE: {found.in_vain}"))
    ET.SubElement(case, "system-out").text = clean("\n".join(covered(found)))


def _broken(case: ET.Element, broken: Broken, file: PurePath) -> None:
    failed = broken.failure
    failure = ET.SubElement(case, "failure", type=failed.rule, message=clean(one_line(failed.told)))
    failure.text = clean("\n".join(failure_lines(broken, file)))
