"""Which scenario a command means: a shipped name, or a file of the user's."""

from __future__ import annotations

from pathlib import Path

from siaksim import data
from siaksim.errors import UserError
from siaksim.scenario.build import Scenario, load
from siaksim.services.catalog import OPERATIONS

FILE_MAX = 256 * 1024
"""Bytes of a scenario file."""


def chosen_scenario(name_or_file: str) -> tuple[Scenario, str]:
    """Return a scenario and its YAML; UserError for an unknown name, a bad file or mistakes.

    What has a slash or ends in .yaml or .yml is a file; anything else is a shipped name.
    """
    text, label = _read(name_or_file)
    return load(text, label, operations=frozenset(OPERATIONS)), text


def _read(name_or_file: str) -> tuple[str, str]:
    path = Path(name_or_file)
    if path.suffix not in (".yaml", ".yml") and len(path.parts) <= 1:
        return data.scenario_text(name_or_file), f"{name_or_file}.yaml"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"this scenario cannot be read: {error.strerror}.",
            name_or_file,
            "Shipped scenarios go by name: `siaksim scenarios list`.",
        ) from error
    if len(raw) > FILE_MAX:
        raise UserError(f"a scenario has at most {FILE_MAX} bytes.", name_or_file)
    try:
        return raw.decode("utf-8"), name_or_file
    except UnicodeDecodeError as error:
        raise UserError(
            f"byte {error.start} is not UTF-8.", name_or_file, "Save the file as UTF-8."
        ) from error
