"""Simple models against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor

from pellucid.diagnosis import witnesses
from pellucid.diagnosis.tables import Table


def table(*, classes: int) -> Table:
    torch.manual_seed(0)
    x = torch.randn(60, 4)
    y = x @ torch.tensor([1.0, 2, 0, 0]) + 0.5 * torch.randn(60)
    return Table(x=x, y=(y > 0).long() if classes else y, classes=classes)


def test_neighbours() -> None:
    """scikit-learn's KNeighborsRegressor, each row left out in turn."""
    one = table(classes=0)
    found = witnesses.nearest(one.x, one.y, one.x, 0, leave_out=True)
    model = KNeighborsRegressor(witnesses.NEIGHBOURS)
    assert np.allclose(found, cross_val_predict(model, one.x.numpy(), one.y.numpy(), cv=LeaveOneOut()), atol=1e-5)


def test_ridge_left_out() -> None:
    """scikit-learn's Ridge with the constant as a penalised column, fitted anew without each row."""
    one = table(classes=0)
    x = np.column_stack([one.x.numpy(), np.ones(60)])
    model = Ridge(alpha=witnesses.RIDGE * 60, fit_intercept=False)
    expected = cross_val_predict(model, x, one.y.numpy(), cv=LeaveOneOut())
    assert np.allclose(witnesses._linear_left_out(one.x, one), expected, atol=1e-4)


def test_skill() -> None:
    """Chance of guessing by shares: 0.5 * 0.5 + 0.5 * 0.5; three of four right is 0.5 above it, 1 standard error."""
    skill = witnesses._skill(torch.tensor([0, 0, 1, 1]), torch.tensor([0, 0, 1, 0]), 2)
    assert skill.score == 0.75
    assert skill.chance == pytest.approx(0.5)
    assert skill.above == pytest.approx(0.5)
    assert skill.sure == pytest.approx(1.0)


def test_skill_of_numbers() -> None:
    skill = witnesses._skill(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]), 0)
    assert (skill.score, skill.chance) == (1.0, 0.0)
    assert skill.sure == pytest.approx(2**0.5)
    assert witnesses._skill(torch.ones(2), torch.ones(2), 0).score == 0


def test_many_columns_are_reduced() -> None:
    torch.manual_seed(0)
    wide = torch.randn(80, 400)
    both = Table(x=wide, y=(wide[:, 0] > 0).long(), classes=2)
    assert witnesses.left_out(both).rows == 80
    assert witnesses.fitted(both, both.take(torch.arange(10))).rows == 10


def test_constant_columns_become_0() -> None:
    x = torch.tensor([[1.0, 0.1], [3.0, 0.1]])
    assert torch.equal(witnesses.standardised(x, x), torch.tensor([[-1.0, 0.0], [1.0, 0.0]]))
