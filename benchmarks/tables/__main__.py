"""`python -m benchmarks.tables`: fit every table with nothing but the target, and set it beside scikit-learn.

For each table and seed one `pellucid.fit` with default settings. scikit-learn's linear model, MLP and histogram
gradient boosting, with their defaults, learn from the same training and validation rows (they need no validation part)
and are judged on the same test rows. Two scores each, lower is better: the error rate and the log loss for classes, the
RMSE for numbers (twice), the mean Poisson deviance for counts (twice).

Normalised score of a table: 1 for the best of the four, 0 for the worst, linear in between (of means over the seeds).
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars
from scipy.stats import rankdata
from sklearn.metrics import accuracy_score, log_loss, mean_poisson_deviance, root_mean_squared_error

import pellucid
from benchmarks.tables.rivals import predictions
from benchmarks.tables.sets import TABLES, folder
from pellucid.data.transforms.table import TableTransform, fit_table
from pellucid.evaluation.features import Features
from pellucid.evaluation.forecasts import truth_of
from pellucid.runs.folder import PREDICTED, PROBABILITY, RunFolder
from pellucid.workbench.preparing import prepare

NAMES: Final = ("pellucid", "linear", "MLP", "boosting")
TINY: Final = 1e-9  # a mean count of 0 has no deviance


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these tables")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--to", type=Path, help="a Markdown file for the result")
    options = parser.parse_args()
    rows = []
    for name, file, target in TABLES:
        if not options.names or name in options.names:
            source = folder() / "tables" / name / file
            rows.append((name, *table(source, target, options.seeds)))
            print(line(rows[-1]), flush=True)
    text = page(rows, options.seeds)
    print(text)
    if options.to:
        options.to.write_text(text)


def table(source: Path, target: str, seeds: int) -> tuple[str, int, float, dict[str, Any]]:
    """Return kind, rows, seconds of our fit, and for each contender the two scores, means over the seeds."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
    seconds = []
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as place:
            started = time.perf_counter()
            run = pellucid.fit(
                source, target, seed=seed, out=place, quiet=True, report=False, baselines=False, bootstrap=0
            )
            seconds.append(time.perf_counter() - started)
            kind, scores = judged(run, source)
        for name, pair in scores.items():
            found[name].append(pair)
    means = {name: tuple(np.mean(pairs, axis=0)) for name, pairs in found.items()}
    return kind, run.record.source.rows, float(np.mean(seconds)), means


def judged(run: pellucid.Run, source: Path) -> tuple[str, dict[str, tuple[float, float]]]:
    """Return the task and both scores of every contender on the run's test rows."""
    prepared, kind = prepare(source, run.record.settings), run.task.kind
    seen = np.concatenate([prepared.split.train, prepared.split.validation])
    rows, description = prepared.split.test, prepared.description
    onehot = fit_table(prepared.dataset.frame[seen], description.columns, description.features, categories="onehot")
    train, test = (features(onehot, prepared.dataset.frame[part]) for part in (seen, rows))
    truth = truth_of(run.task, description.targets).reshape(-1)
    answers = predictions(kind, train, truth[seen], test, run.record.settings.run.seed)
    stored = RunFolder(run.folder).read_predictions()
    columns = [name for name in stored.columns if name.startswith(PROBABILITY)]
    own = stored.select(columns) if columns else stored[f"{PREDICTED}{run.task.targets[0]}"]
    answers["pellucid"] = own.to_numpy()
    return kind, {name: scored(kind, truth[rows], answers[name]) for name in NAMES}


def features(onehot: TableTransform, frame: polars.DataFrame) -> Features:
    """Return the rows as the rivals want them."""
    raw, categorical = onehot.plain(frame)
    return Features(raw=raw, categorical=categorical, scaled=onehot.apply(frame).arrays[0])


def scored(kind: str, truth: Any, answer: Any) -> tuple[float, float]:
    """Return both scores of one contender, computed by scikit-learn; lower is better."""
    if kind == "regression":
        return (float(root_mean_squared_error(truth, answer)),) * 2
    if kind in ("poisson", "negative_binomial"):
        return (float(mean_poisson_deviance(truth, np.maximum(answer, TINY))),) * 2
    labels = np.arange(answer.shape[1])
    return 1 - float(accuracy_score(truth, answer.argmax(axis=1))), float(log_loss(truth, answer, labels=labels))


def line(row: tuple[str, str, int, float, dict[str, Any]]) -> str:
    """Return one table's line; the best first score of the four in bold."""
    name, kind, rows, seconds, means = row
    best = min(pair[0] for pair in means.values())
    cells = []
    for contender in NAMES:
        first, second = means[contender]
        text = f"{first:.4g}" if first == second else f"{first:.4g} / {second:.3g}"
        cells.append(f"**{text}**" if first == best else text)
    return f"| {name} | {kind} | {rows} | {' | '.join(cells)} | {seconds:.1f} |"


def page(rows: list[Any], seeds: int) -> str:
    """Return the whole result as Markdown."""
    lines = ["# Default settings on real tables", "", (__doc__ or "").split("\n\n", 1)[1].strip(), ""]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    lines += [f"{len(rows)} tables, {seeds} seeds (splits) each, commit {commit}, {date.today()}, CPU.", ""]
    lines += [f"| table | task | rows | {' | '.join(NAMES)} | seconds of ours |", "|---|---|---|" + "---|" * 5]
    lines += [line(row) for row in rows]
    for place, title in enumerate(("error rate, RMSE, deviance", "log loss, RMSE, deviance")):
        values = np.array([[row[4][name][place] for name in NAMES] for row in rows])
        worst, best = values.max(axis=1, keepdims=True), values.min(axis=1, keepdims=True)
        normalised = np.where(worst > best, (worst - values) / np.where(worst > best, worst - best, 1), 1.0)
        ranks = np.stack([rankdata(row) for row in values])
        lines += ["", f"By {title}:", "", f"| | {' | '.join(NAMES)} |", "|---|" + "---|" * len(NAMES)]
        lines += [f"| mean rank (1 is best) | {' | '.join(f'{rank:.2f}' for rank in ranks.mean(axis=0))} |"]
        lines += [f"| mean normalised score (1 is best) | {' | '.join(f'{n:.3f}' for n in normalised.mean(axis=0))} |"]
        wins = [f"{np.mean(values[:, 0] < values[:, other]):.0%}" for other in range(1, len(NAMES))]
        lines += [f"| tables on which Pellucid is better | – | {' | '.join(wins)} |"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
