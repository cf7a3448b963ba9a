"""The CI snippets of the docs are YAML of their kind, and call commands and options that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from siaksim.cli import cli

PAGE = Path(__file__).parents[3] / "docs/verdicts.md"
CI = PAGE.read_text(encoding="utf-8").partition("## In CI")[2].partition("\n## ")[0]
SNIPPETS: list[dict[str, Any]] = [
    yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", CI, re.S)
]


def lines(snippet: dict[str, Any]) -> Iterator[str]:
    """Yield the shell lines of a GitHub workflow's part, or of a GitLab one."""
    jobs = snippet.get("jobs", snippet)
    for job in jobs.values():
        yield from (step["run"] for step in job.get("steps", ()) if "run" in step)
        yield from job.get("script", ())


def test_there_are_snippets_for_both_and_one_without_a_command() -> None:
    ours = [[line for line in lines(s) if line.startswith("siaksim")] for s in SNIPPETS]
    assert [[shlex.split(line)[1] for line in found] for found in ours] == [
        ["check"],
        ["check"],
        ["serve", "verdict"],
    ]


@pytest.mark.parametrize("line", [line for s in SNIPPETS for line in lines(s)])
def test_a_line_is_a_command_that_is_there(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] != "siaksim":
        return
    command = cli.commands[words[1]]
    context = command.make_context(words[1], [word for word in words[2:] if word != "&"])
    assert isinstance(context, click.Context)


def test_results_are_kept_though_the_verdict_fails() -> None:
    for snippet in SNIPPETS:
        for job in snippet.get("jobs", snippet).values():
            keeping = [s["if"] for s in job.get("steps", ()) if "upload-artifact" in str(s)]
            assert keeping == ["always()"] or job["artifacts"]["when"] == "always"
