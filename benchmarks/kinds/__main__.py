"""`python -m benchmarks.kinds`: fit real data of every kind with its default command, beside classical methods.

Each line is one `pellucid fit SOURCE` with nothing but what the command says. Score and classical methods are judged on
the same rows that none of them saw. Linear: TF-IDF with logistic regression for texts, log-mel statistics with logistic
regression for sounds, ridge regression on the window for forecasts, otherwise a linear model of the values; trees:
histogram gradient boosting of summary features; series to classify also the nearest neighbour by dynamic time warping.
Published scores are means of ten runs by H. Ismail Fawaz et al., Deep learning for time series classification, 2019.
The time is that of the whole fit, from reading to the written report, classical methods included.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pellucid
from benchmarks.kinds.warping import warped
from benchmarks.tables.sets import folder

MOST_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fit."""

    name: str
    source: str
    """In the folder of the data."""
    score: str
    """Name of the score that counts."""
    wanted: float | str
    """What it must reach, whom it must beat, or what others have."""
    options: Mapping[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    """Options that are paths in the folder of the data."""


CASES: Final = (
    Case(name="rt-polarity", source="text/rt-polarity", score="accuracy", wanted=0.75),
    Case(name="sms-spam", source="text/sms-spam/sms.tsv", score="f1", wanted=0.95),
    Case(name="waimai_10k", source="text/waimai_10k/waimai_10k.csv", score="accuracy", wanted=0.86),
    Case(
        name="movie-reviews-2000",
        source="text/movie-reviews-2000/review_polarity.tar.gz",
        score="accuracy",
        wanted=0.82,
    ),
    Case(
        name="ag-news-7600",
        source="text/ag-news-7600/test.csv",
        score="accuracy",
        wanted=0.85,
        options={"target": "column_1", "task": "classification"},
    ),
    Case(
        name="fsdd, at random",
        source="audio/fsdd/recordings",
        score="accuracy",
        wanted=0.97,
        options={"split": "stratified"},
    ),
    Case(name="fsdd, by speaker", source="audio/fsdd/recordings", score="accuracy", wanted="reported"),
    Case(
        name="ETTh1, 24 hours",
        source="timeseries/etth1/ETTh1.csv",
        score="mae",
        wanted="all references",
        options={"target": "OT", "horizon": 24},
    ),
    Case(
        name="daily temperatures, 7 days",
        source="timeseries/daily-min-temperatures/daily-min-temperatures.csv",
        score="mae",
        wanted="all references",
        options={"horizon": 7},
    ),
    *(
        Case(name=name, source=f"timeseries/ucr-{name.lower()}/{name}_TRAIN.ts", score=score, wanted=wanted)
        for name, score, wanted in (
            ("GunPoint", "accuracy", "published: FCN 100.0 %, ResNet 99.1 %"),
            ("BasicMotions", "accuracy", "reported"),
            ("ItalyPowerDemand", "accuracy", "published: FCN 96.1 %, ResNet 96.3 %"),
            ("ArrowHead", "accuracy", "published: FCN 84.3 %, ResNet 84.5 %"),
            ("Tecator", "rmse", "reported"),
        )
    ),
    Case(
        name="moving-digits, arrays",
        source="video/moving-digits/train.npz",
        score="accuracy",
        wanted=0.95,
        options={"target": "direction"},
        paths=("test=video/moving-digits/test.npz",),
    ),
    Case(name="moving-digits, 64 GIFs", source="video/moving-digits/gif", score="accuracy", wanted="reported"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only cases whose name contains one of these")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--to", type=Path, help="a Markdown file for the result")
    options = parser.parse_args()
    wanted = [case for case in CASES if not options.names or any(name in case.name for name in options.names)]
    columns = ("data", "examples", "network", "parameters", "score", "this network", "interval")
    columns += ("linear", "trees", "others", "wanted", "seconds")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for case in wanted:
        lines.append(row(case, options.seed))
        print(lines[-1], flush=True)
    head = ["# Default settings on every kind of input", "", (__doc__ or "").split("\n\n", 1)[1].strip(), ""]
    head += [f"{os.cpu_count()} cores, {platform.machine()}, {date.today()}.", ""]
    if options.to:
        options.to.write_text("\n".join([*head, *lines, ""]))


def row(case: Case, seed: int) -> str:
    """Fit one case and return its line."""
    paths = {name: folder() / path for name, path in (entry.split("=") for entry in case.paths)}
    with tempfile.TemporaryDirectory() as place:
        started = time.perf_counter()
        run = pellucid.fit(folder() / case.source, out=place, seed=seed, quiet=True, **case.options, **paths)
        seconds = time.perf_counter() - started
        report, network = run.scores.targets[0], run.record.network
    assert network is not None
    scores = {contender.name: contender.score(case.score) for contender in report.contenders}
    shown = {
        name: "" if one is None or one.value is None else number(one.value, one.percent) for name, one in scores.items()
    }
    own, *others = shown
    first = scores[own]
    interval = ""
    if first is not None and first.low is not None and first.high is not None:
        interval = f"{number(first.low, first.percent)} … {number(first.high, first.percent)}"
    linear = next((name for name in others if "linear" in name or "ridge" in name), None)
    trees = next((name for name in others if "trees" in name), None)
    rest = "; ".join(f"{name} {shown[name]}" for name in others if name not in (linear, trees))
    if case.source.endswith(".ts"):
        rest += f"; 1-NN DTW {number(warped(folder() / case.source), first is not None and first.percent)}"
    met = verdict(
        case, {name: one.value for name, one in scores.items() if one is not None and one.value is not None}, own
    )
    cells = (
        case.name, f"{run.record.source.rows:,}", network.title, f"{network.parameters:,}", case.score,
        f"**{shown[own]}**", interval, shown.get(linear or "", ""), shown.get(trees or "", ""), rest,
        met,
        f"{seconds:.0f}{' (too long)' * (seconds > MOST_SECONDS)}",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def number(value: float, percent: bool) -> str:
    """Return a score as people write it."""
    return f"{value:.1%}" if percent else f"{value:.4g}"


def verdict(case: Case, scores: Mapping[str, float], own: str) -> str:
    """Return what was wanted and whether it was reached; lower is better where others are to be beaten."""
    if isinstance(case.wanted, float):
        return f"{case.wanted:.2f}: {'reached' if scores[own] >= case.wanted else 'MISSED'}"
    if case.wanted == "all references":
        ahead = all(scores[own] < value for name, value in scores.items() if name != own)
        return f"ahead of all: {'yes' if ahead else 'NO'}"
    return case.wanted


if __name__ == "__main__":
    main()
