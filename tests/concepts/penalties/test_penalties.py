"""Penalties: values, declared properties, and what they do beside a cost."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from pellucid.concepts.losses.numbers.squared_error import squared_error_reference
from pellucid.concepts.penalties.catalogue import PENALTIES
from pellucid.concepts.penalties.norms.elastic_net import elastic_net_reference
from pellucid.concepts.penalties.norms.group_lasso import group_lasso_reference
from pellucid.concepts.penalties.norms.l1 import l1_reference
from pellucid.concepts.penalties.norms.l2 import l2, l2_reference
from pellucid.concepts.penalties.penalty import BEST_WITHOUT, Penalty, objective

every_penalty = pytest.mark.parametrize("penalty", PENALTIES, ids=lambda one: one.name)
rng = np.random.default_rng(0)
X = rng.normal(size=(80, 4))
Y = X @ [2.0, -1.0, 0.3, 0.0] + rng.normal(size=80) * 0.1
STRENGTH = 0.4


@pytest.mark.knowledge("C18")
def test_loss_cost_and_objective_are_three_things() -> None:
    w = np.array([1.0, -1.0, 0.0, 0.0])
    losses, _ = squared_error_reference(X @ w, Y, "none")
    cost, _ = squared_error_reference(X @ w, Y)
    assert losses.shape == (80,)
    assert cost == pytest.approx(losses.mean())
    assert objective(cost, l2_reference(w, 0.5)[0]) == pytest.approx(cost + 0.5 * 2)  # by hand: 1 + 1 = 2


@every_penalty
def test_it_is_0_for_no_weights_convex_and_proportional_to_its_strength(penalty: Penalty) -> None:
    assert penalty.convex
    assert penalty.reference(np.zeros(3))[0] == 0
    for _ in range(50):
        one, other = rng.normal(size=(2, 3, 2))
        ends = penalty.reference(one)[0] + penalty.reference(other)[0]
        assert penalty.reference((one + other) / 2)[0] <= ends / 2 + 1e-12
        assert penalty.reference(one, 3.0)[0] == pytest.approx(3 * penalty.reference(one)[0], rel=1e-12)


@every_penalty
def test_sparse_is_declared_where_a_weak_weight_ends_at_exactly_0(penalty: Penalty) -> None:
    # minimum of (w - 0.1)^2 / 2 + R(w): 0 where the slope of R at 0+ is at least 0.1
    w = np.linspace(-1, 1, 20001)
    objectives = [(one - 0.1) ** 2 / 2 + penalty.reference(np.array([one]), STRENGTH)[0] for one in w]
    assert (abs(w[np.argmin(objectives)]) < 1e-9) == penalty.sparse


@every_penalty
def test_the_picture_starts_at_the_minimum_of_the_cost(penalty: Penalty) -> None:
    path = penalty.picture().panels[1].series[0]
    assert (path.x[0], path.y[0]) == pytest.approx(BEST_WITHOUT, abs=0.05)
    assert abs(path.x[-1]) < 0.1


@pytest.mark.knowledge("C18")
def test_at_scikit_learns_ridge_the_gradient_of_the_objective_is_0() -> None:
    # Ridge makes |y - X w|^2 + alpha |w|^2 small
    w = Ridge(alpha=5.0, fit_intercept=False, tol=1e-12).fit(X, Y).coef_
    _, by_prediction = squared_error_reference(X @ w, Y, "sum")
    assert X.T @ by_prediction + l2_reference(w, 5.0)[1] == pytest.approx(np.zeros(4), abs=1e-9)


@pytest.mark.knowledge("C18")
def test_at_scikit_learns_lasso_and_elastic_net_the_slope_is_0_where_the_weight_is_not() -> None:
    # both make |y - X w|^2 / (2 n) + penalty small
    for model, reference in (
        (Lasso(alpha=STRENGTH, fit_intercept=False, tol=1e-12), l1_reference),
        (ElasticNet(alpha=STRENGTH, l1_ratio=0.5, fit_intercept=False, tol=1e-12), elastic_net_reference),
    ):
        w = model.fit(X, Y).coef_
        slope = X.T @ (squared_error_reference(X @ w, Y)[1]) / 2
        assert (w == 0).any()
        assert (slope + reference(w, STRENGTH)[1])[w != 0] == pytest.approx(0, abs=1e-8)
        assert (np.abs(slope[w == 0]) <= STRENGTH).all()


def test_weight_decay_of_torch_is_this_penalty_with_half_its_number() -> None:
    w = torch.tensor([3.0, -4.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=0.5)
    (0 * w).sum().backward()
    optimizer.step()
    decayed = w.detach().clone()
    other = torch.tensor([3.0, -4.0], requires_grad=True)
    l2(other, 0.25).backward()
    assert other.grad is not None
    torch.testing.assert_close(decayed, other.detach() - 0.1 * other.grad)


def test_groups_are_rows_and_of_single_weights_it_is_l1() -> None:
    w = np.array([[3.0, 4.0], [0.0, 0.0]])
    value, gradient = group_lasso_reference(w)
    assert value == pytest.approx(np.sqrt(2) * 5)  # by hand
    np.testing.assert_allclose(gradient, np.sqrt(2) * np.array([[0.6, 0.8], [0, 0]]))
    assert group_lasso_reference(w[0])[0] == l1_reference(w[0])[0] == 7
