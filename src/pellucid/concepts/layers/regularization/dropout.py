"""Dropout: in training each value is silenced with probability p, and the others are scaled up to keep the mean."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Frame, Picture
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

PROBABILITY: Final = 0.5  # of the paper for hidden layers, and PyTorch's default
PROBABILITY_OPTION: Final = Option(name="probability", meaning="p, of being dropped; below 1", low=0, high=1)
TRAINING_OPTION: Final = Option(name="training", meaning="whether to drop at all; in prediction y = x")
DRAWS: Final = 40
"""Masks in the picture."""


def dropout_mask(shape: tuple[int, ...], probability: float, rng: np.random.Generator) -> Floats:
    """Return a mask: 0 with this probability, else 1.

    Example:
        >>> dropout_mask((1000,), 0.25, np.random.default_rng(0)).mean().round(1)
        np.float64(0.8)
    """
    return (rng.random(shape) >= probability).astype(np.float64)


def dropout_reference(x: Floats, mask: Floats, probability: float = PROBABILITY, training: bool = True) -> Floats:
    """Return x with the values dropped that the mask silences, the others scaled up.

    **Formula** m ~ Bernoulli(1 - p): y = m x / (1 - p) in training, y = x in prediction.

    Args:
        x: (n, d) or of any other shape.
        mask: m, of the shape of x, 0 (dropped) or 1 (kept); `dropout_mask` draws one.
        probability: p, of being dropped, at least 0, below 1.
        training: whether to drop.

    Returns:
        y, of the shape of x; over many masks its mean is x.

    Raises:
        ShapeError: x and the mask differ in shape.
        RangeError: p is not in [0, 1).

    Example:
        >>> import numpy as np
        >>> dropout_reference(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 1.0]))
        array([2., 0., 6.])
    """
    _check(x, mask, probability)
    if not training:
        return x
    return x * mask / (1 - probability)


def dropout_reference_backward(
    upstream: Floats, x: Floats, mask: Floats, probability: float = PROBABILITY, training: bool = True
) -> tuple[Floats]:
    """Return dL/dx: m dL/dy / (1 - p) in training, dL/dy in prediction. What was dropped learns nothing."""
    return (upstream * mask / (1 - probability) if training else upstream,)


def dropout(x: Tensor, mask: Tensor, probability: float = PROBABILITY, training: bool = True) -> Tensor:
    """Return x with values dropped; see `dropout_reference`. `functional.dropout` draws its mask itself."""
    _check(x, mask, probability)
    return x * mask / (1 - probability) if training else x


def check_probability(function: str, probability: float) -> None:
    """Refuse a probability that would drop everything.

    Raises:
        RangeError: p is not in [0, 1).
    """
    if not 0 <= probability < 1:
        raise RangeError(
            f"{function} expected probability of at least 0 and below 1, got {probability}: "
            f"pass the share that is dropped"
        )


def _check(x: Any, mask: Any, probability: float) -> None:
    if tuple(x.shape) != tuple(mask.shape):
        raise ShapeError(
            f"dropout expected mask of the shape of x {tuple(x.shape)}, got {tuple(mask.shape)}: "
            f"draw one with dropout_mask"
        )
    check_probability("dropout", probability)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    shape = tuple(rng.integers(1, 4, int(rng.integers(1, 5))).tolist())
    p = float(rng.uniform(0, 0.9))
    return (rng.normal(size=shape), dropout_mask(shape, p, rng)), {
        "probability": p,
        "training": bool(rng.integers(0, 4)),
    }


def _picture() -> Picture:
    rng = np.random.default_rng(0)
    x = np.linspace(0.5, 6.0, 12).reshape(2, 6)
    total, frames = np.zeros_like(x), []
    for draw in range(1, DRAWS + 1):
        mask = dropout_mask(x.shape, PROBABILITY, rng)
        y = dropout_reference(x, mask)
        total += y
        named = partial(Cells, low=0.0, high=12.0)
        frames.append(
            Frame(
                label=f"mask {draw}",
                note=f"{int(mask.sum())} of {mask.size} values kept and doubled; the mean of {draw} "
                f"{'draw' if draw == 1 else 'draws'} is {np.abs(total / draw - x).mean():.2f} from x on average",
                panels=(
                    named(values=x, title="x: what prediction uses", digits=1),
                    Cells(values=mask, title="mask", low=0.0, high=1.0),
                    named(values=y, title="y = mask x / (1 - p)", digits=1),
                    named(values=total / draw, title="mean of all y so far", digits=1),
                ),
            )
        )
    return Picture(
        alt=f"Twelve values under {DRAWS} masks with p = 0.5. Each mask silences about half and doubles the rest; "
        f"the mean over the masks lies {np.abs(total / DRAWS - x).mean():.2f} from the values on average.",
        frames=tuple(frames),
    )


DROPOUT: Final = Layer(
    name="dropout",
    aliases=("Dropout", "inverted dropout"),
    title="dropout",
    summary="Silences each value with probability p in training and scales up the others, so that the mean stays.",
    formula="y = m x / (1 - p) with m ~ Bernoulli(1 - p) in training; y = x in prediction",
    latex=r"y = \frac{m\, x}{1 - p}, \quad m \sim \mathrm{Bernoulli}(1 - p)",
    arguments=(
        Argument(name="x", shapes=("(n, d)",), meaning="the input, of any shape"),
        Argument(
            name="mask",
            shapes=("(n, d)",),
            meaning="m, 1 where a value is kept",
            values="zero or one",
            differentiable=False,
        ),
    ),
    options=(PROBABILITY_OPTION, TRAINING_OPTION),
    result="of the shape of x",
    reference=dropout_reference,
    reference_backward=dropout_reference_backward,
    fast=dropout,
    sample=_sample,
    linear=True,
    equivariant=(),
    parameters="none",
    module="torch.nn.Dropout",
    drawn=_picture,
    when="Dense layers that overfit: 0.5 in wide hidden layers, 0.1 to 0.3 elsewhere.",
    when_not="When training itself is not good yet: it makes underfitting worse. In convolutions drop whole channels.",
    mistakes=(
        "Predicting in training mode: the same row gets another answer each time.",
        "Scaling again in prediction: the inverted variant has done it in training already.",
        "Reading p as the share that is kept: in PyTorch and Keras it is the share that is dropped.",
        "Comparing training loss with dropout to validation loss without: the first looks worse than it is.",
        "Putting it before batch normalization: the variance differs between training and prediction.",
    ),
    source="N. Srivastava et al., Dropout, 2014. The inverted variant, scaled in training, that all libraries use.",
)
