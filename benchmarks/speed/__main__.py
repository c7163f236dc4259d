"""`python -m benchmarks.speed`: time all workloads, interleaved, and write the table.

Examples:
    python -m benchmarks.speed
    python -m benchmarks.speed W2 W10 --scale 0.1 --repeats 5
"""

from __future__ import annotations

import argparse
import gc
import sys

import torch

from benchmarks.speed.contestants import CONTESTANTS
from benchmarks.speed.report import HEAD, row_of, write
from benchmarks.speed.workloads import WORKLOADS

WARM_UP_SCALE = 0.002  # a few steps: imports, allocations and kernels chosen before the clock starts


def main() -> None:
    names = [workload.name for workload in WORKLOADS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", metavar="W", help=f"some of {', '.join(names)}; all when left out")
    parser.add_argument("--scale", type=float, default=1.0, help="shorten every workload, e.g. 0.1")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the medians count")
    parser.add_argument("--threads", type=int, default=2, help="processor threads")
    parser.add_argument("--no-write", action="store_true", help="only print the table")
    options = parser.parse_args()
    if unknown := [name for name in options.workloads if name not in names]:
        parser.error(f"no workload {unknown[0]}: choose among {', '.join(names)}")
    torch.set_num_threads(options.threads)
    print(HEAD)
    rows = []
    for workload in WORKLOADS:
        if options.workloads and workload.name not in options.workloads:
            continue
        shortened = workload.scaled(options.scale)
        warm = shortened.scaled(WARM_UP_SCALE)
        data, few = shortened.data(), warm.data()
        for run in CONTESTANTS.values():
            run(warm, *few)
        runs: dict[str, list[object]] = {name: [] for name in CONTESTANTS}
        for _ in range(options.repeats):
            for name, run in CONTESTANTS.items():
                gc.collect()
                runs[name].append(run(shortened, *data))
        rows.append(
            row_of(workload.name, workload.title, shortened.epochs, shortened.examples, workload.required, runs)
        )
        print(rows[-1].line(), flush=True)
    if not options.no_write:
        configuration = {"scale": options.scale, "repeats": options.repeats, "threads": options.threads}
        print(*write(rows, configuration), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
