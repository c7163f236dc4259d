"""The linear network: one layer, so that with the task's link and loss it is the generalized linear model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.foundation.errors import ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.family import Family, Recommendation
from pellucid.tasks.task import Task

INTERCEPT: Final = "(intercept)"
NEWTON_EPOCHS: Final = 1000  # full-batch quasi-Newton steps; GLMs need 10 to 60, with many rare categories 200
FEW_WEIGHTS: Final = 20_000  # up to here a long memory of steps costs little: 2 · 100 · 20,000 numbers are 32 MB
LONG_MEMORY: Final = "lbfgs(memory=100)"  # a third of the steps of memory 20 where rare categories make them many


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearConfiguration:
    """The linear network has no options."""


class LinearNetwork(nn.Module):
    """Logits z = x W^T + b; pictures and series are flattened first."""

    def __init__(self, features: int, outputs: int) -> None:
        super().__init__()
        # Zero is a fair start because the loss is convex, and it keeps the weights of the classes summing to zero.
        self.last = nn.Linear(features, outputs)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, inputs: Tensor, future: Tensor | None = None) -> Tensor:
        """Return the logits (n, o) of features (n, d), pictures (n, c, h, w) or series (n, c, l).

        Args:
            inputs: flattened to (n, d).
            future: of forecasts, (n, k, horizon) inputs known ahead; flattened beside the others.
        """
        logits: Tensor = self.last(flattened(inputs, future))
        return logits


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """The coefficients of a linear network in the units of the data."""

    names: tuple[str, ...]
    """`(intercept)`, then the features."""
    values: NDArray[np.float64]
    """(1 + d, o): change of the linear predictor for one unit of the feature."""


def coefficients(
    network: LinearNetwork,
    names: tuple[str, ...],
    centre: NDArray[np.float64],
    scale: NDArray[np.float64],
    *,
    target_centre: NDArray[np.float64] | float = 0.0,
    target_scale: NDArray[np.float64] | float = 1.0,
) -> Coefficients:
    """Return the coefficients that apply to the features before they were standardised.

    Formula: with x' = (x - c) / s, the logits b + sum_j w_j x'_j are (b - sum_j w_j c_j / s_j) + sum_j (w_j / s_j) x_j.

    Args:
        network: trained on x'.
        names: of the d features.
        centre: c, (d,).
        scale: s, (d,).
        target_centre: (o,) subtracted from a number that is predicted, 0 otherwise.
        target_scale: (o,) by which that number was divided, 1 otherwise.

    Example:
        >>> network = LinearNetwork(1, 1)
        >>> _ = nn.init.constant_(network.last.weight, 2.0)
        >>> coefficients(network, ("age",), np.array([30.0]), np.array([10.0])).values.ravel()
        array([-6. ,  0.2])
    """
    weight = network.last.weight.detach().cpu().double().numpy() * np.reshape(target_scale, (-1, 1))  # (o, d)
    bias = network.last.bias.detach().cpu().double().numpy() * target_scale + target_centre  # (o,)
    slopes = weight / scale
    intercepts = bias - slopes @ centre
    return Coefficients(names=(INTERCEPT, *names), values=np.concatenate([intercepts[None], slopes.T]))


def features_of(spec: InputSpec) -> int:
    """Return the number of inputs that a plain network sees: columns of a table, values of a picture or a series.

    Raises:
        ShapeError: series have several lengths.

    Example:
        >>> features_of(InputSpec(kind="series", examples=9, shape=(2, 24), future=(3, 6)))
        66
    """
    if spec.lengths:
        raise ShapeError(
            "a linear or dense network expected series of one length, got several lengths: "
            "pass network='lstm', or cut the series to the same length"
        )
    return spec.numbers if spec.kind == "table" else math.prod(spec.shape) + math.prod(spec.future)


def flattened(inputs: Tensor, future: Tensor | None = None) -> Tensor:
    """Return the features (n, d) of pictures or series, with what is known ahead (n, k, horizon) beside them."""
    features = inputs.flatten(start_dim=1)
    return features if future is None else torch.cat([features, future.flatten(start_dim=1)], dim=1)


def _build(configuration: LinearConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    del configuration, seed  # nothing to choose, nothing random
    return LinearNetwork(features_of(spec), outputs)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    settings = {
        "optimizer": LONG_MEMORY if features_of(spec) * task.outputs <= FEW_WEIGHTS else "lbfgs",
        "epochs": NEWTON_EPOCHS,
        "batch_size": spec.examples,
        "learning_rate": 1.0,
        "schedule": "constant",
        "weight_decay": 0.0,
        "patience": 0,
        "precision": "float64",
        "label_smoothing": 0.0,
    }
    return Recommendation(
        settings=settings,
        reason="the loss of a linear network is convex, so that full-batch quasi-Newton steps in double precision "
        "reach its one minimum: the maximum-likelihood estimate of the generalized linear model",
    )


LINEAR: Final = Family(
    name="linear",
    title="linear network",
    meaning="a linear network is the generalized linear model: few data, or effects to be read off",
    kinds=("table", "picture", "series"),
    categories="treatment",
    configuration=LinearConfiguration,
    build=_build,
    recommend=_recommend,
)
