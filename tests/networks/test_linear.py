"""The linear network is the generalized linear model."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.records import InputSpec
from pellucid.networks.linear import INTERCEPT, LINEAR, LinearNetwork, coefficients, features_of
from pellucid.tasks.multiclass import Multiclass
from pellucid.training.settings import TrainingSettings

SPEC = InputSpec(kind="table", examples=90, numbers=3)
TASK = Multiclass(targets=("y",), classes=("a", "b"))


@given(rows=st.integers(0, 5), features=st.integers(1, 6), outputs=st.integers(1, 4))
def test_logits_are_the_linear_predictor(rows: int, features: int, outputs: int) -> None:
    network = LinearNetwork(features, outputs)
    torch.nn.init.normal_(network.last.weight)
    torch.nn.init.normal_(network.last.bias)
    x = torch.randn(rows, features)
    torch.testing.assert_close(network(x), x @ network.last.weight.T + network.last.bias)


def test_it_starts_at_zero_so_that_only_the_bias_speaks() -> None:
    network = LINEAR.build(LINEAR.configuration(), SPEC, 2, 0)
    assert all(not parameter.any() for parameter in network.parameters())


def test_pictures_are_flattened() -> None:
    spec = InputSpec(kind="picture", examples=9, shape=(3, 4, 5))
    assert features_of(spec) == 60  # 3 * 4 * 5
    assert LINEAR.build(LINEAR.configuration(), spec, 2, 0)(torch.zeros(7, 3, 4, 5)).shape == (7, 2)


def test_series_are_flattened_with_what_is_known_ahead_beside_them() -> None:
    spec = InputSpec(kind="series", examples=9, shape=(2, 5), future=(3, 4))
    assert features_of(spec) == 22  # 2 * 5 + 3 * 4
    network = LINEAR.build(LINEAR.configuration(), spec, 1, 0)
    torch.nn.init.ones_(network.get_parameter("last.weight"))
    assert network(torch.ones(7, 2, 5), torch.ones(7, 3, 4)).tolist() == [[22.0]] * 7


@given(target_centre=st.floats(-5, 5), target_scale=st.floats(0.1, 5))
def test_coefficients_give_the_same_predictor_in_data_units(target_centre: float, target_scale: float) -> None:
    random = np.random.default_rng(0)
    x = random.normal(3.0, 7.0, size=(20, 4))
    centre, scale = x.mean(axis=0), x.std(axis=0)
    network = LinearNetwork(4, 2).double()
    torch.nn.init.normal_(network.last.weight)
    torch.nn.init.normal_(network.last.bias)
    found = coefficients(
        network, ("a", "b", "c", "d"), centre, scale, target_centre=target_centre, target_scale=target_scale
    )
    assert found.names == (INTERCEPT, "a", "b", "c", "d")
    expected = network(torch.from_numpy((x - centre) / scale)).detach().numpy() * target_scale + target_centre
    np.testing.assert_allclose(found.values[0] + x @ found.values[1:], expected, rtol=1e-9, atol=1e-9)


def test_it_asks_for_full_batches_of_a_quasi_newton_method_in_double_precision() -> None:
    found = LINEAR.recommend(SPEC, TASK)
    settings = TrainingSettings().filled(found.settings)
    assert str(settings.optimizer).startswith("lbfgs")
    assert (settings.batch_size, settings.precision) == (90, "float64")
    assert (settings.patience, settings.weight_decay) == (0, 0.0)
