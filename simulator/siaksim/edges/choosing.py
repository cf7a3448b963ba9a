"""Which scenario or agreements a command means: shipped ones, or a file of the user's."""

from __future__ import annotations

from collections.abc import Callable
from errno import EFBIG
from pathlib import Path

from siaksim import data
from siaksim.agreements.directory import Directory
from siaksim.errors import UserError
from siaksim.scenario.agreements import load_agreements, shipped
from siaksim.scenario.build import ReadFile, Scenario, load
from siaksim.scenario.operations import known_operations as known_operations

FILE_MAX = 256 * 1024
"""Bytes of a file."""
TRACE_MAX = 4 * 1024 * 1024
"""Bytes of a file beside a scenario, such as a recorded trace."""


def chosen_scenario(name_or_file: str) -> tuple[Scenario, str]:
    """Return a scenario and its YAML; UserError for an unknown name, a bad file or mistakes.

    What has a slash or ends in .yaml or .yml is a file; anything else is a shipped name.
    """
    path, operations = Path(name_or_file), known_operations()
    if not is_file(name_or_file):
        text = data.scenario_text(name_or_file)
        return load(text, f"{name_or_file}.yaml", operations=operations), text
    text = text_of(name_or_file, "Shipped scenarios go by name: `siaksim scenarios list`.")
    return load(text, name_or_file, operations=operations, read_file=beside(path)), text


def read_again(text: str, label: str, files: ReadFile) -> Scenario:
    """Return the scenario of a text that was kept, `files` giving what lay beside it."""
    return load(text, label, operations=known_operations(), read_file=files)


def beside(scenario: Path) -> Callable[[str], str]:
    """Return what reads the files beside a scenario's, such as recorded traces."""

    def read_file(name: str) -> str:
        with (scenario.parent / name).open("rb") as file:
            raw = file.read(TRACE_MAX + 1)
        if len(raw) > TRACE_MAX:
            raise OSError(EFBIG, f"it has over {TRACE_MAX} bytes")
        return raw.decode("utf-8")

    return read_file


def chosen_agreements(file: str | None) -> Directory:
    """Return the agreements of a file, or the shipped ones; UserError as for scenarios."""
    if file is None:
        return shipped()
    return load_agreements(text_of(file), file)


def is_file(name_or_file: str) -> bool:
    """Say whether a scenario is meant as a file, and not as a shipped one by its name."""
    path = Path(name_or_file)
    return path.suffix in (".yaml", ".yml") or len(path.parts) > 1


def text_of(name: str, how: str = "") -> str:
    """Return a file's text; UserError when it cannot be read, is too large or no UTF-8."""
    try:
        raw = Path(name).read_bytes()
    except OSError as error:
        raise UserError(f"this file cannot be read: {error.strerror}.", name, how) from error
    if len(raw) > FILE_MAX:
        raise UserError(f"such a file has at most {FILE_MAX} bytes.", name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(
            f"byte {error.start} is not UTF-8.", name, "Save the file as UTF-8."
        ) from error
