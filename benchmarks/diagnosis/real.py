"""`python -m benchmarks.diagnosis.real`: what the diagnosis says of every real fit that the project is measured on.

Each set is fitted once with its default settings, as the benchmarks of tables, pictures and kinds do, but without
baselines. What the data stage has found and dealt with by itself (columns that give the target away, equal rows, order)
stands beside the findings.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from benchmarks.kinds.__main__ import CASES
from benchmarks.tables.sets import TABLES, folder

PICTURES: Final = ("digits", "images/fashion-png-sample/train", "images/mnist-png-sample/train")
LARGE_PICTURES: Final = ("images/fashion-mnist", "images/mnist")
MORE: Final[tuple[tuple[str, str, Mapping[str, Any]], ...]] = (
    ("airline-passengers", "timeseries/airline-passengers/airline-passengers.csv", {"horizon": 12}),
    ("monthly-sunspots", "timeseries/monthly-sunspots/monthly-sunspots.csv", {"horizon": 12}),
    ("Tecator", "timeseries/ucr-tecator/Tecator_TRAIN.ts", {}),
)
HANDLED: Final = ("column ", "equal rows", "order of rows", "repeated", "classes", "imbalance")


def fits() -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Yield name, source, target and options of every fit."""
    for name, file, target in TABLES:
        yield f"table {name}", str(folder() / "tables" / name / file), target, {}
    for name in (*PICTURES, *LARGE_PICTURES):
        epochs = {"epochs": 1} if name in LARGE_PICTURES else {}
        source = name if "/" not in name else str(folder() / name)
        yield f"pictures {Path(name).name if '/' not in name else name.split('/')[1]}", source, "", epochs
    for case in CASES:
        paths = {key: str(folder() / path) for key, path in (entry.split("=") for entry in case.paths)}
        yield case.name, str(folder() / case.source), "", {**case.options, **paths}
    for name, file, options in MORE:
        yield name, str(folder() / file), "", options


def row(name: str, source: str, target: str, options: Mapping[str, Any]) -> str:
    """Fit once; return a row of the table."""
    import pellucid
    from pellucid.foundation.errors import PellucidError
    from pellucid.runs.folder import RunFolder

    began = time.perf_counter()
    given = {"target": target, **options} if target else dict(options)
    with tempfile.TemporaryDirectory() as place:
        try:
            run = pellucid.fit(
                source, out=place, quiet=True, report=False, baselines=False, bootstrap=0, threads=1, **given
            )
        except PellucidError as error:
            return f"| {name} | | | | {error} | |"
        diagnosis = RunFolder(run.folder).read_diagnosis()
        main = run.scores.targets[0]
        score = main.network.score(main.main_score)
    said = "; ".join(f"{one.severity}: {one.title}: {one.measured}" for one in diagnosis.findings) if diagnosis else ""
    handled = "; ".join(
        f"{one.topic}: {one.choice}"
        for one in run.record.decisions
        if one.warning or any(one.topic.startswith(word) for word in HANDLED)
    )
    seconds = f"{time.perf_counter() - began:.0f} | {diagnosis.seconds if diagnosis else 0:.1f}"
    value = "" if score is None else f"{main.main_score} {score.value:.3g}"
    return f"| {name} | {value} | {seconds} | {said} | {handled[:200]} |"


def main() -> None:
    """Fit all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only those whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    wanted = [one for one in fits() if not options.names or any(name in one[0] for name in options.names)]
    lines = [
        "| data | score | seconds | of these looking | findings | what the data stage saw to |",
        "|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    with ProcessPoolExecutor(options.jobs) as pool:
        for line in pool.map(row, *zip(*wanted, strict=True)):
            lines.append(line)
            print(line, flush=True)
    if options.to:
        options.to.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
