"""The same examples on every machine: a test that fails fails again. `HYPOTHESIS_PROFILE=default` searches anew."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
