"""`python -m benchmarks.pictures`: fit picture sets with nothing but their folder, and say accuracy and time.

The time is that of the whole `pellucid.fit`, from reading the files to the written report, baselines included.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final

import pellucid
from benchmarks.tables.sets import folder

SETS: Final = ("digits", "fashion-png-sample", "mnist-png-sample", "fashion-mnist", "mnist")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these sets")
    parser.add_argument("--to", type=Path, help="a Markdown file for the result")
    options = parser.parse_args()
    lines = [
        "| set | pictures | network | parameters | epochs | accuracy on test | interval | linear | boosting | seconds |"
    ]
    lines += ["|---" * 10 + "|"]
    for name in options.names or SETS:
        lines.append(row(name))
        print(lines[-1], flush=True)
    head = ["# Default settings on pictures", "", (__doc__ or "").split("\n\n", 1)[1].strip(), ""]
    head += [f"{os.cpu_count()} cores, {platform.machine()}, {date.today()}.", ""]
    if options.to:
        options.to.write_text("\n".join([*head, *lines, ""]))


def row(name: str) -> str:
    """Fit one set and return its line."""
    source = name if name == "digits" else folder() / "images" / name
    with tempfile.TemporaryDirectory() as place:
        started = time.perf_counter()
        run = pellucid.fit(source, out=place, quiet=True)
        seconds = time.perf_counter() - started
        report, network = run.scores.targets[0], run.record.network
    scores = [contender.score("accuracy") for contender in report.contenders]
    own, _, linear, boosting = (score.value if score and score.value is not None else float("nan") for score in scores)
    first = scores[0]
    interval = (
        f"{first.low:.2%} … {first.high:.2%}" if first and first.low is not None and first.high is not None else ""
    )
    assert network is not None
    assert run.record.trained is not None
    cells = (
        name, f"{run.record.source.rows:,}", network.title, f"{network.parameters:,}", run.record.trained.epochs,
        f"**{own:.2%}**", interval, f"{linear:.2%}", f"{boosting:.2%}", f"{seconds:.0f}",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
