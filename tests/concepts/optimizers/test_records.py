"""The records of the optimizers: L-BFGS's reference, the way over the bowl, and whose texts are shown."""

import numpy as np
import pytest
import torch

from pellucid.concepts import optimizers
from pellucid.concepts.optimizers.record import ARRIVED, OptimizerRecord
from pellucid.concepts.optimizers.records import OPTIMIZER_RECORDS
from pellucid.concepts.optimizers.rules.lbfgs import LBFGS


def inverse_hessian(steps: np.ndarray, changes: np.ndarray) -> np.ndarray:
    """Return H of the BFGS formula as a whole matrix: J. Nocedal & S. Wright, 2006, equation 6.17."""
    one = np.eye(steps.shape[1])
    h = one * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y in zip(steps, changes, strict=True):
        rho = 1 / (y @ s)
        h = (one - rho * np.outer(s, y)) @ h @ (one - rho * np.outer(y, s)) + rho * np.outer(s, s)
    return h


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_two_loops_are_the_bfgs_matrix_and_the_fast_form(count: int) -> None:
    rng = np.random.default_rng(count)
    curvature = np.diag([1.0, 3.0, 10.0, 0.2])
    steps = rng.normal(size=(count, 4))
    changes, g = steps @ curvature, rng.normal(size=4)
    rule = LBFGS(memory=3)
    kept = slice(max(count - 3, 0), None)
    direction = rule.reference(g, steps[kept], changes[kept])
    np.testing.assert_allclose(direction, -inverse_hessian(steps[kept], changes[kept]) @ g, rtol=1e-10)
    state = rule.start(torch.zeros(4, dtype=torch.float64))
    for number in range(count):
        state["steps"][number % 3] = torch.tensor(steps[number])
        state["changes"][number % 3] = torch.tensor(changes[number])
    state["count"].fill_(count)
    np.testing.assert_allclose(rule.direction(torch.tensor(g), state).numpy(), direction, rtol=1e-10)


def test_without_a_past_lbfgs_walks_against_the_gradient() -> None:
    g = np.array([1.0, -2.0])
    assert LBFGS().reference(g, np.zeros((0, 2)), np.zeros((0, 2))).tolist() == [-1.0, 2.0]


@pytest.mark.knowledge("D2")
def test_plain_descent_zig_zags_across_the_stretched_bowl() -> None:
    # By hand: x2 is multiplied by 1 - 4 rate = -0.6 and x1 by 1 - 0.2 rate = 0.92 in each step.
    way = optimizers.sgd.path(10)
    np.testing.assert_allclose(way[:, 1], -2 * (-0.6) ** np.arange(11), rtol=1e-12)
    np.testing.assert_allclose(way[:, 0], -5 * 0.92 ** np.arange(11), rtol=1e-12)


def test_lbfgs_solves_a_bowl_in_a_few_steps() -> None:
    way = optimizers.lbfgs.path()
    assert np.abs(way[10:]).max() < np.sqrt(ARRIVED) * 1e-3


@pytest.mark.knowledge("D5")
@pytest.mark.parametrize("record", OPTIMIZER_RECORDS, ids=lambda record: record.name)
def test_every_rule_walks_down(record: OptimizerRecord) -> None:
    way = record.path()
    heights = way[:, 0] ** 2 / 10 + 2 * way[:, 1] ** 2
    assert heights[-1] < heights[0] / (1.001 if record.name == "adadelta" else 10)
    assert dict(record.properties())["usual rate"]


def test_texts_are_those_of_the_rule_unless_the_variant_has_its_own() -> None:
    assert optimizers.adam.when == optimizers.adam.rule.when
    assert optimizers.momentum.title == "momentum"
    assert "adam" in dir(optimizers)
    with pytest.raises(AttributeError, match="did you mean 'adam'"):
        _ = optimizers.adamm
