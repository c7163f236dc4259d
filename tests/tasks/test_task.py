"""What every task fulfils: the contract of `Task`, walked over one example of each kind in the catalogue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pellucid.concepts.losses.catalogue import loss_called
from pellucid.tasks.binary import Binary
from pellucid.tasks.catalogue import TASKS, task_from_json, task_to_json
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.regression import Regression
from pellucid.tasks.several import Several
from pellucid.tasks.task import Target, Task

ROWS = 60
MEMBERS = 3
GENERATOR = np.random.default_rng(0)


def column(name: str, values: NDArray[np.float64] | Sequence[str]) -> Target:
    if isinstance(values, np.ndarray):
        return Target(name=name, kind="number", values=values.astype(np.float64))
    return Target(name=name, kind="category", values=np.array(values, dtype=object))


YES_NO = column("churn", GENERATOR.choice(["no", "yes"], ROWS).tolist())
SPECIES = column("species", GENERATOR.choice(["a", "b", "c"], ROWS).tolist())
LABELS = tuple(column(f"label {i}", GENERATOR.integers(0, 2, ROWS).astype(float)) for i in range(3))
PRICE = column("price", GENERATOR.normal(300_000, 50_000, ROWS))
AREA = column("area", GENERATOR.normal(80, 20, ROWS))
VISITS = column("visits", GENERATOR.negative_binomial(1, 0.2, ROWS).astype(float))


@dataclass(frozen=True, slots=True)
class Case:
    task: Task
    targets: tuple[Target, ...]


BINARY = Binary(targets=("churn",), classes=("no", "yes"), balanced=True)
MULTICLASS = Multiclass(targets=("species",), classes=("a", "b", "c"), balanced=True, label_smoothing=0.1)
NEGATIVE_BINOMIAL = NegativeBinomial(targets=("visits",))
REGRESSION = Regression(targets=("price",))
FORECAST = Forecast(targets=("demand",), horizon=1, centre=(5.0,), scale=(2.0,))
SERIES = Target(name="demand", kind="number", values=GENERATOR.normal(5, 2, (ROWS, 1)))
CASES = (
    Case(BINARY, (YES_NO,)),
    Case(MULTICLASS, (SPECIES,)),
    Case(Multilabel(targets=tuple(t.name for t in LABELS), classes=(("0", "1"),) * 3), LABELS),
    Case(REGRESSION, (PRICE,)),
    Case(Regression(targets=("price", "area"), error="huber"), (PRICE, AREA)),
    Case(Poisson(targets=("visits",)), (VISITS,)),
    Case(NEGATIVE_BINOMIAL, (VISITS,)),
    Case(FORECAST, (SERIES,)),
    Case(
        Several(
            targets=("churn", "species", "price", "visits"), tasks=(BINARY, MULTICLASS, REGRESSION, NEGATIVE_BINOMIAL)
        ),
        (YES_NO, SPECIES, PRICE, VISITS),
    ),
)

every_task = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.task.kind} {len(case.targets)}")


def test_every_kind_has_an_example() -> None:
    assert {type(case.task) for case in CASES} == set(TASKS)


@every_task
def test_it_goes_to_json_and_back(case: Case) -> None:
    for task in (case.task, case.task.fitted(case.targets)):
        assert task_from_json(json.loads(json.dumps(task_to_json(task)))) == task


@every_task
def test_it_says_what_it_is(case: Case) -> None:
    assert case.task.title
    assert case.task.last_layer
    for part in case.task.parts:
        assert loss_called(part.loss)
        assert part.main_score
    assert case.task.targets == tuple(target.name for target in case.targets)


@every_task
def test_encoded_targets_have_the_type_and_shape_that_the_objective_takes(case: Case) -> None:
    task = case.task.fitted(case.targets)
    encoded = task.encode(case.targets)
    if isinstance(task, Multiclass):
        assert encoded.dtype == np.int64
        assert encoded.shape == (ROWS,)
    else:
        assert encoded.dtype == np.float32
        assert encoded.shape == (ROWS, len(case.targets))
    logits = torch.zeros(ROWS, task.outputs, requires_grad=True)
    loss = task.objective()(logits, torch.tensor(encoded))
    assert loss.shape == ()
    loss.backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


@every_task
def test_the_initial_logits_are_the_best_constant_prediction(case: Case) -> None:
    task = case.task.fitted(case.targets)
    encoded = task.encode(case.targets)
    initial = task.initial_logits(encoded)
    assert initial.dtype == np.float32
    assert initial.shape == (task.outputs,)
    objective, targets = task.objective(), torch.tensor(encoded)
    best = objective(torch.tensor(initial).expand(ROWS, -1), targets).item()
    for place in range(task.outputs):
        for step in (-0.5, 0.5):
            moved = initial.copy()
            moved[place] += step
            assert objective(torch.tensor(moved).expand(ROWS, -1), targets).item() > best


@every_task
def test_the_objective_of_members_is_the_mean_of_their_objectives(case: Case) -> None:
    task = case.task.fitted(case.targets)
    targets, objective = torch.tensor(task.encode(case.targets)), task.objective()
    logits = torch.randn(ROWS, MEMBERS, task.outputs, generator=torch.Generator().manual_seed(0))
    single = [objective(logits[:, member], targets).item() for member in range(MEMBERS)]
    assert objective(logits, targets).item() == pytest.approx(np.mean(single), rel=1e-5)


@every_task
def test_combined_members_predict_the_mean_of_their_predictions(case: Case) -> None:
    task = case.task.fitted(case.targets)
    logits = torch.randn(ROWS, MEMBERS, task.outputs, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    logits[0] *= 30  # probabilities next to 0 and 1, and numbers beyond the limits
    logits[1:] /= 2  # within the limits
    combined = task.predict(task.combine(logits).numpy())
    single = [task.predict(logits[:, member].numpy()) for member in range(MEMBERS)]
    for together, *apart in zip(combined, *single, strict=True):
        if together.probabilities is None:
            mean = np.mean([one.values.astype(np.float64) for one in apart], axis=0)
            np.testing.assert_allclose(together.values[1:].astype(np.float64), mean[1:], rtol=1e-9)
        else:
            mean = np.mean([one.probabilities for one in apart], axis=0)
            np.testing.assert_allclose(together.probabilities, mean, rtol=1e-9)


@every_task
def test_logits_without_members_pass_through(case: Case) -> None:
    logits = torch.randn(ROWS, case.task.outputs)
    assert torch.equal(case.task.combine(logits), logits)


@every_task
def test_predictions_name_targets_and_classes(case: Case) -> None:
    task = case.task.fitted(case.targets)
    logits = np.random.default_rng(2).normal(size=(ROWS, task.outputs)) * 200  # beyond what exp can take
    predictions = task.predict(logits)
    assert tuple(prediction.target for prediction in predictions) == task.targets
    for prediction in predictions:
        assert prediction.values.shape == ((ROWS, 1) if prediction.levels else (ROWS,))
        if prediction.probabilities is None:
            assert prediction.classes == ()
            assert np.isfinite(prediction.values.astype(np.float64)).all()
        else:
            assert prediction.probabilities.shape == (ROWS, len(prediction.classes))
            np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1, rtol=1e-12)
            likeliest = np.array(prediction.classes, dtype=object)[prediction.probabilities.argmax(axis=1)]
            np.testing.assert_array_equal(prediction.values, likeliest)


@every_task
def test_the_monitor_says_the_same_scores_each_time_and_prefers_the_truth(case: Case) -> None:
    task = case.task.fitted(case.targets)
    targets = torch.tensor(task.encode(case.targets))
    constant = torch.tensor(task.initial_logits(targets.numpy())).expand(ROWS, -1)
    members = torch.randn(ROWS, MEMBERS, task.outputs, generator=torch.Generator().manual_seed(3))
    scores = task.monitor(constant, targets)
    assert scores.keys() == task.monitor(members, targets).keys()
    assert all(isinstance(score, float) for score in scores.values())
    assert 1 <= len(scores) <= len(case.targets)


@every_task
def test_an_objective_in_float64_takes_float64_logits(case: Case) -> None:
    task = case.task.fitted(case.targets)
    encoded = torch.tensor(task.encode(case.targets))
    targets = encoded if encoded.dtype == torch.int64 else encoded.double()
    loss = task.objective().double()(torch.zeros(ROWS, task.outputs, dtype=torch.float64), targets)
    assert loss.dtype == torch.float64


@every_task
def test_a_foreign_objective_teaches_a_task_nothing(case: Case) -> None:
    for part in case.task.parts:
        assert part.learnt(torch.nn.Identity()) == part
