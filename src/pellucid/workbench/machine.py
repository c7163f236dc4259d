"""What a run must remember of the machine and of the software to be repeated."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

PACKAGES: Final = ("pellucid", "torch", "numpy", "polars", "scikit-learn")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide the numbers."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def machine(device: str, threads: int) -> dict[str, str]:
    """Return what the run ran on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "device": device,
        "threads": str(threads),
    }
