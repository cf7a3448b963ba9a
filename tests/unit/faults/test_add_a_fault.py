"""docs/add-a-fault.md: its files work as they stand, in siaksim and in a package of one's own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "add-a-fault.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.S))
SCENARIO = """\
scenario: overload
story: SIAK is overloaded.
seed: 1
clock: {start: 2024-07-11T08:00}
faults:
  - {target: siak.notices, kind: overload, delay: 1ms}
"""
CALL = """
from siaksim.edges.assembly import assemble
from siaksim.edges.exchange import Raw
import pathlib, sys
whole = assemble()
text = pathlib.Path(sys.argv[1]).read_text()
whole.worlds.create("default", whole.worlds.inline(text), mode="auto")
print(whole.exchange.call(Raw("GET", "/siak/v1/notices", {}, b"")).data.decode())
"""
INSIDE = """
import sys
import siaksim.faults
siaksim.faults.__path__.append(sys.argv[1])
assert siaksim.faults.kinds()["overload"].layer == "http"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's package installed in it, as pip leaves one behind."""
    folder = tmp_path_factory.mktemp("site")
    package = folder / "dinas_faults"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "overload.py").write_text(FILES["overload.py"], encoding="utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    name, version = project["name"], project["version"]
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    points = "".join(
        f"[{group}]\n" + "".join(f"{point} = {value}\n" for point, value in named.items())
        for group, named in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    (folder / "day.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


def run(*command: str | Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | ({"PYTHONPATH": str(path)} if path else {})
    return subprocess.run(
        [str(part) for part in command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_page_shows_noop_as_it_is() -> None:
    (name,) = (name for name in FILES if name.endswith("noop.py"))
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name]


def test_a_package_of_ones_own_adds_its_kind_to_scenarios_and_schema(installed: Path) -> None:
    siaksim = Path(sys.executable).with_name("siaksim")
    good = run(siaksim, "scenarios", "validate", installed / "day.yaml", path=installed)
    assert good.returncode == 0, good.stderr
    without = run(siaksim, "scenarios", "validate", installed / "day.yaml")
    assert without.returncode == 2
    assert "unknown kind 'overload'" in without.stdout + without.stderr
    program = "from siaksim.scenario.schema import text; print('overload' in text())"
    assert run(sys.executable, "-c", program, path=installed).stdout == "True\n"


def test_a_mistake_in_its_parameters_is_told_like_ours(installed: Path) -> None:
    bad = installed / "bad.yaml"
    bad.write_text(SCENARIO.replace("1ms", "soon"), encoding="utf-8")
    siaksim = Path(sys.executable).with_name("siaksim")
    refused = run(siaksim, "scenarios", "validate", bad, path=installed)
    assert refused.returncode == 2
    assert "bad.yaml:6:51: faults[0].delay" in refused.stdout + refused.stderr


def test_its_effects_reach_a_client(installed: Path) -> None:
    done = run(sys.executable, "-c", CALL, installed / "day.yaml", path=installed)
    assert done.stdout.startswith("HTTP/1.1 503 Service Unavailable"), done.stderr
    assert re.search(r"^Retry-After: \d+", done.stdout, re.M)


def test_the_pages_own_test_passes(installed: Path) -> None:
    test = installed / "test_overload.py"
    test.write_text(FILES["test_overload.py"], encoding="utf-8")
    options = ("-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={installed}")
    done = run(sys.executable, "-m", "pytest", *options, test, path=installed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_file_in_the_folder_of_faults_is_found_by_itself(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "overload.py").write_text(FILES["overload.py"], encoding="utf-8")
    done = run(sys.executable, "-c", INSIDE, tmp_path)
    assert done.returncode == 0, done.stderr
