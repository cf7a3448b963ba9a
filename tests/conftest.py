"""Settings that hold for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: a busy machine is no defect, and what takes long is measured under loadtests/.
settings.register_profile("user", deadline=None)
# In CI a run can be repeated: new examples are looked for on engineers' machines.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "user")
