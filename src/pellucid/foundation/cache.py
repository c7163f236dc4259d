"""Where fetched files lie: a folder that the user names, and the platform's folder for what can be fetched again."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

DATA_VARIABLE: Final = "PELLUCID_DATA"  # names a folder of the user's that is looked into before anything is fetched


def cache_folder() -> Path:
    """Return the folder of this user for what Pellucid fetches; it need not exist yet.

    `$XDG_CACHE_HOME/pellucid` or `~/.cache/pellucid`, on macOS `~/Library/Caches/pellucid`, on Windows
    `%LOCALAPPDATA%/pellucid`.

    Example:
        >>> cache_folder().name
        'pellucid'
    """
    named = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    usual = Path("~/Library/Caches") if sys.platform == "darwin" else Path("~/.cache")
    return (Path(named) if named else usual.expanduser()) / "pellucid"


def users_folder() -> Path | None:
    """Return the folder that the environment variable PELLUCID_DATA names, or None where it names none."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named).expanduser() if named else None
