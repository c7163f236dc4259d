"""`python -m pellucid.surfaces.pages FOLDER` builds the documentation; it fails on the first incomplete page."""

from __future__ import annotations

import sys
from pathlib import Path

from pellucid.surfaces.pages.site import build, groups


def main(arguments: list[str]) -> None:
    """Build the documentation into the folder named first, `site` unless given, and say each page."""
    folder = Path(arguments[0]) if arguments else Path("site")
    for path in build(folder, groups()):
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
