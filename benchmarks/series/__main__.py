"""`python -m benchmarks.series`: fit each UCR set with nothing but its name, and set it beside simple answers.

For each set and seed one `pellucid.fit` on the official training part, judged on the official test part, beside the
nearest neighbour by dynamic time warping, the linear model and boosted trees. Accuracy; of Tecator the RMSE.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

import pellucid
from benchmarks.series.warping import nearest
from benchmarks.tables.sets import folder
from pellucid.data.reading import read

SETS: Final = ("GunPoint", "BasicMotions", "ItalyPowerDemand", "ArrowHead", "Tecator")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these sets")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--network", help="instead of the default")
    options = parser.parse_args()
    network = {"network": options.network} if options.network else {}
    print("| set | Pellucid | s | 1-NN DTW | linear model | boosted trees |\n|---|---|---|---|---|---|")
    for name in options.names or SETS:
        source = folder() / "timeseries" / f"ucr-{name.lower()}" / f"{name}_TRAIN.ts"
        found = [fitted(source, seed, network) for seed in range(options.seeds)]
        ours = " ".join(f"{scores['this network']:.3f}" for scores, _ in found)
        seconds = np.mean([taken for _, taken in found])
        others = " | ".join(f"{found[0][0][rival]:.3f}" for rival in ("linear model", "boosted trees"))
        print(f"| {name} | {ours} | {seconds:.0f} | {warped(source):.3f} | {others} |", flush=True)


def fitted(source: Path, seed: int, network: dict[str, Any]) -> tuple[dict[str, float], float]:
    """Return the score of every contender, and the seconds of the whole fit."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        run = pellucid.fit(source, out=out, seed=seed, quiet=True, report=False, **network)
        (report,) = run.scores.targets
        scores = {
            contender.name: next(float(s.value or 0) for s in contender.scores if s.name in ("accuracy", "rmse"))
            for contender in report.contenders
        }
    return scores, time.perf_counter() - started


def warped(source: Path) -> float:
    """Return the score of the nearest neighbour by dynamic time warping."""
    data = read(source)
    test, answers = data.test_rows, data.frame[data.target[0]].to_numpy()
    found = nearest(data.content[~test], answers[~test], data.content[test])
    if answers.dtype.kind == "f":
        return float(np.sqrt(np.mean((found - answers[test]) ** 2)))
    return float(np.mean(found == answers[test]))


if __name__ == "__main__":
    main()
