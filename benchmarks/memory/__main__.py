"""`python -m benchmarks.memory`: fit 1, 4 and 16 times as much data of a kind, and see how much memory that takes.

Each fit is a process of its own: one epoch in batches of 32 (of 1024 for a series to forecast), no baselines, no
diagnosis. Content beyond a few megabytes lies in memory-mapped files here (beyond 256 MB as a rule), so that small data
show what large data do. Anonymous memory is what a process cannot give back: the largest RssAnon of /proc/PID/status,
sampled every 20 ms. The largest resident size (ru_maxrss) also counts pages of mapped files, which the system takes
back when it needs them. Growth is that of anonymous memory from 1 to 16 times, as a share of the growth of the data:
100 % means that all were held in memory. The allocator of the C library keeps freed blocks for later, more of them the
more batches there were; here it has to give back those of a megabyte and more, so that what is counted is in use.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.memory.kinds import KINDS, Kind

MEGABYTE: Final = 1e6
CHILD: Final = """
import pellucid.data.content as content
content.MOST_IN_MEMORY = {limit}
from pellucid.surfaces.command_line import main
main()
"""
COMMON: Final = (
    "--epochs",
    "1",
    "--batch-size",
    "32",
    "--no-baselines",
    "--diagnose",
    "off",
    "--bootstrap",
    "0",
    "--no-report",
    "--quiet",
    "--device",
    "cpu",
)
ALLOCATOR: Final = {"MALLOC_MMAP_THRESHOLD_": "1000000"}  # bytes; glibc gives blocks from this size on back at once
HEAD: Final = (
    "| kind | times | examples | data, MB | peak anonymous, MB | peak resident, MB | seconds | growth |",
    "|---|---|---|---|---|---|---|---|",
)
SAMPLE_SECONDS: Final = 0.02
ANONYMOUS: Final = re.compile(r"RssAnon:\s+(\d+) kB")


@dataclass(frozen=True, kw_only=True)
class Peak:
    """What one fit took."""

    examples: int
    anonymous: int
    resident: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default="sound", help="separated by commas, or all")
    parser.add_argument("--factors", type=int, nargs="+", default=(1, 4, 16))
    parser.add_argument("--megabytes", type=float, default=24, help="decoded, at 1 x")
    parser.add_argument("--limit", type=float, default=4, help="megabytes beyond which content lies in a file")
    parser.add_argument("--to", type=Path, help="a Markdown file for the result; lines of other kinds stay in it")
    options = parser.parse_args()
    names = [kind.name for kind in KINDS] if options.kinds == "all" else options.kinds.split(",")
    print("\n".join(HEAD), flush=True)
    earlier = options.to.read_text().splitlines() if options.to and options.to.exists() else []
    lines = []
    for kind in KINDS:
        if kind.name in names:
            lines += rows(kind, options.factors, options.megabytes * MEGABYTE, round(options.limit * MEGABYTE))
        else:
            lines += [line for line in earlier if line.startswith(f"| {kind.name} |")]
    if options.to:
        text = (__doc__ or "").split("\n\n", 1)[1]
        options.to.write_text("\n".join(["# Memory as the data grow", "", text, *HEAD, *lines, ""]))


def rows(kind: Kind, factors: Sequence[int], size: float, limit: int) -> list[str]:
    """Return the lines of the table for one kind."""
    peaks: list[Peak] = []
    with tempfile.TemporaryDirectory() as place:
        folder, made = Path(place) / "data", 0
        folder.mkdir()
        for factor in factors:
            count = round(factor * size / kind.bytes_each)
            kind.make(folder, range(made, count))
            made = count
            peaks.append(fitted(kind, folder, Path(place) / f"runs{factor}", count, limit))
    lines = []
    for factor, peak in zip(factors, peaks, strict=True):
        grown = (peak.examples - peaks[0].examples) * kind.bytes_each
        share = f"{(peak.anonymous - peaks[0].anonymous) / grown:.0%}" if grown else ""
        lines.append(
            f"| {kind.name} | {factor} | {peak.examples:,} | {peak.examples * kind.bytes_each / MEGABYTE:,.0f} "
            f"| {peak.anonymous / MEGABYTE:,.0f} | {peak.resident / MEGABYTE:,.0f} | {peak.seconds:.0f} | {share} |"
        )
        print(lines[-1], flush=True)
    return lines


def fitted(kind: Kind, folder: Path, out: Path, examples: int, limit: int) -> Peak:
    """Fit in a process of its own, and watch its memory."""
    source = folder / kind.source if kind.source else folder
    command = (sys.executable, "-c", CHILD.format(limit=limit), "fit", str(source), *COMMON, *kind.options)
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--out", str(out)], env=os.environ | ALLOCATOR)
    peak = [0]
    watcher = threading.Thread(target=watch, args=(process.pid, peak))
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the fit of {examples} examples of {kind.name} ended with {process.returncode}")
    seconds = time.perf_counter() - started
    return Peak(examples=examples, anonymous=peak[0], resident=usage.ru_maxrss * 1024, seconds=seconds)


def watch(process: int, peak: list[int]) -> None:
    """Keep the largest anonymous memory of a process until it is gone."""
    while True:
        try:
            found = ANONYMOUS.search(Path(f"/proc/{process}/status").read_text())
        except (FileNotFoundError, ProcessLookupError):
            return
        if found is None:  # it has ended, and waits for its parent
            return
        peak[0] = max(peak[0], int(found[1]) * 1024)
        time.sleep(SAMPLE_SECONDS)


if __name__ == "__main__":
    main()
