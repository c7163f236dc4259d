"""Runs made up for the report: every kind of task, and what goes wrong. Numbers come from seeded generators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from pellucid.evaluation.baselines import BaselineResult
from pellucid.evaluation.forecasts import Judged
from pellucid.evaluation.judging import judge
from pellucid.evaluation.records import Evaluation
from pellucid.evaluation.settings import JudgingSettings
from pellucid.foundation.records import Column, Decision, InputSpec, LayerRow
from pellucid.report.render import render
from pellucid.report.view import ReportView
from pellucid.runs.records import NetworkRecord, RunRecord, SourceRecord, TrainedRecord
from pellucid.runs.settings import Settings
from pellucid.tasks.binary import Binary
from pellucid.tasks.catalogue import task_to_json
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.regression import Regression
from pellucid.tasks.several import Several
from pellucid.tasks.task import Prediction, Target, Task
from pellucid.training.records import EpochRecord
from pellucid.training.settings import TrainingSettings

NASTY = "</script><script>alert(1)</script>\"'&<b>%{x}`"
CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def decision(topic: str, choice: str, reason: str, overrule: str = "", *, warning: bool = False) -> Decision:
    return Decision(topic=topic, choice=choice, reason=reason, overrule=overrule, warning=warning)


DECISIONS = (
    decision("task", "binary classification", "survived holds the two values 0 and 1", "--task regression"),
    decision("column alive", "set aside", "it gives survived away: each of its 2 values", "--keep alive", warning=True),
    decision("split", "stratified", "the classes are uneven", "`--split random` or `--group COLUMN`"),
    decision("device", "CPU, 2 threads", "no GPU was found"),
)


def column(name: str, kind: Any, summary: str, **options: Any) -> Column:
    fields = {"role": "feature", "missing": 0, "distinct": 9, **options}
    return Column(name=name, kind=kind, summary=summary, **fields)


COLUMNS = (
    column("survived", "category", "0 62 %, 1 38 %", role="target", distinct=2),
    column("pclass", "category", "3 55 %, 1 24 %, 2 21 %", distinct=3, reason="whole numbers with 3 values only"),
    column("age", "number", "0.42 … 80, median 28", missing=177, distinct=88),
    column("deck", "category", "C 29 %, B 23 %, D 16 %, 4 more", missing=688, distinct=7),
    column("alive", "category", "no 62 %, yes 38 %", role="unused", distinct=2, reason="gives survived away"),
)

LAYERS = (
    LayerRow(name="embeddings", kind="embedding of 4 categories", shape="(28,)", parameters=162),
    LayerRow(name="hidden.1", kind="SiLU", shape="(256,)", parameters=0),
    LayerRow(name="output", kind="linear", shape="(1,)", parameters=257),
)
CONVOLUTIONS = (
    LayerRow(name="first", kind="Conv2d", shape="(6, 28, 28)", parameters=156, receptive_field="5 × 5"),
    *LAYERS[1:],
)


def history(epochs: int = 60, *, validation: bool = True, metric: str = "accuracy") -> tuple[EpochRecord, ...]:
    noise = np.random.default_rng(3).normal(0, 0.005, epochs + 1)
    return tuple(
        EpochRecord(
            epoch=epoch,
            train_loss=0.32 + 0.4 * float(np.exp(-epoch / 9) + noise[epoch]),
            validation_loss=0.41 + 0.3 * float(np.exp(-epoch / 7)) + 0.0009 * epoch if validation else None,
            scores={metric: 0.83 - 0.2 * float(np.exp(-epoch / 6) + noise[-epoch])} if validation else {},
            rate=0.04 * float(np.cos(np.pi * epoch / epochs / 2)) ** 2 + 1e-4,
            seconds=0.12,
        )
        for epoch in range(1, epochs + 1)
    )


def source(name: str, location: str | None, rows: int, kind: Any = "table") -> SourceRecord:
    return SourceRecord(location=location, name=name, kind=kind, rows=rows, fingerprint="9f2c41d07b")


def run(task: Task, **options: Any) -> RunRecord:
    fields: dict[str, Any] = {
        "name": "titanic-2026-05-11-142233",
        "status": "finished",
        "created": "2026-05-11T14:22:33+02:00",
        "versions": {"pellucid": "0.1.0", "python": "3.12.4"},
        "machine": {"system": "Linux x86_64", "cores": "2"},
        "settings": Settings.of(target=task.targets, epochs=60, drop=("who", "adult_male")),
        "source": source("titanic.csv", "data/titanic.csv", 891),
        "columns": COLUMNS,
        "decisions": DECISIONS,
        "task": task_to_json(task),
        "parts": {"train": 570, "validation": 143, "test": 178},
        "network": NetworkRecord(
            family="dense", options={}, path="", title="dense network", parameters=84_226, layers=LAYERS
        ),
        "resolved": TrainingSettings(epochs=60, learning_rate=0.04, optimizer="adam"),
        "trained": TrainedRecord(epochs=60, best_epoch=37, stopped="finished"),
        "seconds": {"read": 0.021, "prepare": 0.08, "train": 6.42, "judge": 1.83},
        **options,
    }
    return RunRecord(**fields)


class Made:
    """Truth, the network's prediction and those of two baselines, for one target."""

    def __init__(self, part: Task, rows: int, seed: int = 1) -> None:
        self.part, self.generator, self.rows = part, np.random.default_rng(seed), rows
        {Binary: self.binary, Multiclass: self.classes, Multilabel: self.labels}.get(type(part), self.numbers)()

    def binary(self) -> None:
        share = 1 / (1 + np.exp(-1.5 * self.generator.normal(size=self.rows)))
        held = (self.generator.random(self.rows) < share).astype(int)
        self._categories(held, np.column_stack([1 - share, share]), self.part.classes)
        self.beside = {"always the commonest class": np.full(self.rows, 0.38), "boosted trees": share**1.3}

    def classes(self) -> None:
        names = self.part.classes
        held = self.generator.integers(0, len(names), self.rows)
        scores = self.generator.normal(size=(self.rows, len(names)))
        scores[np.arange(self.rows), held] += 3
        share = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        self._categories(held, share, names)
        self.beside = {"always the commonest class": np.full_like(share, 1 / len(names)), "boosted trees": share**0.5}
        self.beside["boosted trees"] /= self.beside["boosted trees"].sum(axis=1, keepdims=True)

    def _categories(self, held: np.ndarray, share: np.ndarray, names: Sequence[str]) -> None:
        words = np.array(names, dtype=object)
        target = self.part.targets[0]
        self.truth = (Target(name=target, kind="category", values=words[held]),)
        self.predictions = (
            Prediction(target=target, values=words[share.argmax(axis=1)], probabilities=share, classes=tuple(names)),
        )

    def labels(self) -> None:
        share = 1 / (1 + np.exp(-2 * self.generator.normal(size=(self.rows, len(self.part.targets)))))
        held = (self.generator.random(share.shape) < share).astype(float)
        columns = list(zip(self.part.targets, held.T, share.T, strict=True))
        self.truth = tuple(Target(name=name, kind="number", values=values) for name, values, _ in columns)
        self.predictions = tuple(
            Prediction(target=name, values=ours, probabilities=np.column_stack([1 - ours, ours]), classes=("0", "1"))
            for name, _, ours in columns
        )
        self.beside = {"each label's share": np.full_like(share, 0.5)}

    def numbers(self) -> None:
        counts = isinstance(self.part, NegativeBinomial)
        mean = np.exp(self.generator.normal(1 if counts else 12, 0.5, self.rows))
        held = self.generator.poisson(mean * self.generator.gamma(2, 0.5, self.rows)) if counts else mean * 1.1
        held = held + (0 if counts else mean * self.generator.normal(0, 0.2, self.rows))
        target = self.part.targets[0]
        self.truth = (Target(name=target, kind="number", values=held.astype(float)),)
        self.predictions = (Prediction(target=target, values=mean),)
        constant = "one rate for all" if counts else "always the mean"
        self.beside = {constant: np.full((self.rows, 1), held.mean()), "boosted trees": mean[:, None] * 1.05}


def results(made: Made) -> list[BaselineResult]:
    held = [BaselineResult(name=name, predicted=values, seconds=0.3) for name, values in made.beside.items()]
    return [*held, BaselineResult(name="linear model", predicted=None, seconds=0.1, note="it did not converge")]


def together(parts: Sequence[Made]) -> Judged:
    return Judged(
        truth=tuple(target for made in parts for target in made.truth),
        predictions=tuple(prediction for made in parts for prediction in made.predictions),
        rows=np.arange(1, 3 * parts[0].rows, 3),
    )


def judged(task: Task, rows: int = 300, *, baselines: bool = True, bare: bool = False, **options: Any) -> Evaluation:
    test = [Made(part, rows) for part in task.parts]
    return judge(
        task,
        together(test),
        settings=JudgingSettings(bootstrap=0 if bare else 100),
        seed=0,
        beside={made.part.targets: results(made) for made in test} if baselines else {},
        validation=None if bare else together([Made(part, rows, seed=2) for part in task.parts]),
        seconds=6.42,
        **options,
    )


def features(position: int) -> Mapping[str, str]:
    return {f"feature_{place:02d}": f"{position * place % 7 / 3:.3f}" for place in range(14)}


def binary() -> ReportView:
    task = Binary(targets=("survived",), classes=("0", "1"))
    return ReportView(run=run(task), history=history(), evaluation=judged(task, describe=features))


def pictures() -> ReportView:
    task = Multiclass(targets=("label",), classes=CLOTHES)
    evaluation = judged(task, 400, picture=lambda position: f"test/{position:05d}.png")
    record = run(
        task,
        settings=Settings.of(network="separable"),
        source=source("fashion", "fashion", 70_000, "picture"),
        columns=(column("label", "category", "each of the 10 about 10 %", role="target"),),
        spec=InputSpec(kind="picture", examples=54_000, shape=(1, 28, 28)),
        network=NetworkRecord(
            family="separable", options={}, path="", title="separable stack", parameters=84_226, layers=CONVOLUTIONS
        ),
        trained=TrainedRecord(epochs=12, best_epoch=11, stopped="patience"),
    )
    generator = np.random.default_rng(4)
    rows = [mistake.row for mistake in evaluation.targets[0].mistakes]
    shown = {row: generator.integers(0, 255, (1, 28, 28)).astype(np.uint8) for row in rows[:-1]}
    return ReportView(run=record, history=history(12), evaluation=evaluation, pictures=shown)


def multilabel() -> ReportView:
    task = Multilabel(targets=("beach", "sunset", "city"), classes=(("0", "1"),) * 3)
    return ReportView(run=run(task), history=history(), evaluation=judged(task))


def regression() -> ReportView:
    """Data handed over in Python, so that no command line can be given."""
    task = Regression(targets=("house value",))
    record = run(task, settings=Settings.of(target=task.targets), source=source("data frame", None, 20_640))
    return ReportView(run=record, history=history(metric="rmse"), evaluation=judged(task, describe=features))


def counts() -> ReportView:
    task = NegativeBinomial(targets=("visits",), dispersion=0.4412)
    return ReportView(run=run(task), history=history(), evaluation=judged(task))


def several() -> ReportView:
    parts = (
        Binary(targets=("survived",), classes=("0", "1")),
        Regression(targets=("fare paid",)),
        Multiclass(targets=("class",), classes=("first", "second", "third")),
    )
    task = Several(targets=tuple(part.targets[0] for part in parts), tasks=parts)
    targets = tuple(column(name, "category", "", role="target") for name in task.targets)
    return ReportView(run=run(task, columns=targets + COLUMNS[1:]), history=history(), evaluation=judged(task))


def bare() -> ReportView:
    """Interrupted in the first epoch; no validation, no baselines, no intervals."""
    task = Binary(targets=("survived",), classes=("0", "1"))
    trained = TrainedRecord(epochs=1, best_epoch=1, stopped="interrupted")
    record = run(task, trained=trained, parts={"train": 713, "test": 178})
    evaluation = judged(task, 60, baselines=False, bare=True)
    return ReportView(run=record, history=history(1, validation=False), evaluation=evaluation)


def unfinished() -> ReportView:
    """Killed while training: no scores, and nothing said about the end."""
    task = Binary(targets=("survived",), classes=("0", "1"))
    return ReportView(run=run(task, status="started", trained=None, seconds={}), history=history(5))


def hostile() -> ReportView:
    """Every text that a user decides on tries to leave its place."""
    task = Multiclass(targets=(NASTY,), classes=(NASTY, "b"))
    record = run(
        task,
        name=NASTY,
        settings=Settings.of(target=(NASTY,), column={NASTY: "category"}),
        source=source(NASTY, NASTY, 891),
        columns=(column(NASTY, "category", NASTY, role="target", missing=3, reason=NASTY), *COLUMNS[1:]),
        decisions=(decision(NASTY, NASTY, NASTY, NASTY, warning=True),),
    )
    evaluation = judged(task, describe=lambda position: {NASTY: NASTY})
    report = replace(evaluation.targets[0], notes=(NASTY,), sentence=NASTY)
    return ReportView(run=record, history=history(metric=NASTY), evaluation=replace(evaluation, targets=(report,)))


VIEWS: dict[str, Callable[[], ReportView]] = {
    made.__name__: cache(made)
    for made in (binary, pictures, multilabel, regression, counts, several, bare, unfinished, hostile)
}


@pytest.fixture(params=sorted(VIEWS))
def name(request: pytest.FixtureRequest) -> str:
    """The name of each of the runs above."""
    return str(request.param)


@pytest.fixture(scope="session")
def pages() -> Callable[[str], str]:
    """The page of each run, by name; rendered once."""
    return cache(lambda name: render(VIEWS[name]()))


@pytest.fixture(scope="session")
def views() -> dict[str, Callable[[], ReportView]]:
    """The runs above, by name."""
    return VIEWS
