"""The cosine embedding loss: like vectors should point the same way, unlike ones should not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Path,
    Reduction,
    ValueAndGradient,
    check_reduction,
    check_same_shape,
    reduced,
)
from pellucid.concepts.losses.pairs.rows import check_rows
from pellucid.concepts.losses.values import check_signs

if TYPE_CHECKING:
    from torch import Tensor

MARGIN: Final = 0.0  # torch's own default: unlike vectors should be at right angles at least
EPSILON: Final = 1e-12  # torch's own: a vector of zeros then has cosine 0 with all others


def cosine_embedding_reference(
    first: Floats, second: Floats, targets: Floats, margin: float = MARGIN, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the cosine embedding loss and its gradients by both vectors.

    **Formula** with A = |a|² + 1e-12, B = |b|² + 1e-12 and cos = a·b / sqrt(A B):
    L = 1 - cos where y = 1; max(0, cos - margin) where y = -1;
    dcos/da = b / sqrt(A B) - cos a / A, and likewise for b (at the kink cos = margin the slope 1).

    Args:
        first: a, (n, d).
        second: b, (n, d).
        targets: y, (n,), 1 for like and -1 for unlike.
        margin: cosine up to which unlike vectors cost nothing, -1…1.
        reduction: mean, sum or none.

    Returns:
        The loss, 0…2, best 0; and its gradients by a and by b, each (n, d).

    Raises:
        ShapeError: the vectors are not (n, d), or the targets not (n,).
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> a, b = np.array([[0.3, 0.5, 0.7]]), np.array([[0.1, 0.3, 0.5]])
        >>> [round(cosine_embedding_reference(a, b, np.array([y]))[0], 4) for y in (1.0, -1.0)]
        [0.0167, 0.9833]
    """
    check_rows("cosine_embedding", first=first, second=second)
    check_same_shape("cosine_embedding", first[:, 0], targets)
    check_signs("cosine_embedding", targets)
    a, b, y = first, second, targets[:, None]
    A = (a**2).sum(axis=1, keepdims=True) + EPSILON
    B = (b**2).sum(axis=1, keepdims=True) + EPSILON
    cos = (a * b).sum(axis=1, keepdims=True) / np.sqrt(A * B)
    L = np.where(y == 1, 1 - cos, np.maximum(0, cos - margin))[:, 0]
    dL_dcos = np.where(y == 1, -1.0, np.where(cos >= margin, 1.0, 0.0))
    dL_da = dL_dcos * (b / np.sqrt(A * B) - cos * a / A)
    dL_db = dL_dcos * (a / np.sqrt(A * B) - cos * b / B)
    value, by_a = reduced(L, dL_da, reduction)
    return value, (by_a, reduced(L, dL_db, reduction)[1])


def cosine_embedding(
    first: Tensor, second: Tensor, targets: Tensor, margin: float = MARGIN, reduction: Reduction = "mean"
) -> Tensor:
    """Return the cosine embedding loss; see `cosine_embedding_reference`.

    Raises:
        ShapeError: the vectors are not (n, d), or the targets not (n,).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_rows("cosine_embedding", first=first, second=second)
    check_same_shape("cosine_embedding", first[:, 0], targets)
    check_reduction(targets.shape[0], reduction)
    return functional.cosine_embedding_loss(first, second, targets, margin=margin, reduction=reduction)


def turned(target: float, degrees: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope by the angle between two vectors of length 1, one of which is turned."""
    angle = np.radians(degrees)
    a, b = np.stack([np.cos(angle), np.sin(angle)], axis=1), np.tile([1.0, 0.0], (len(angle), 1))
    value, (by_a, _) = cosine_embedding_reference(a, b, np.full(len(angle), target), reduction="none")
    along = np.stack([-np.sin(angle), np.cos(angle)], axis=1)  # where a goes as the angle grows, by radians
    return value, (by_a * along).sum(axis=1)


COSINE_EMBEDDING: Final = Loss(
    name="cosine_embedding",
    aliases=("CosineEmbeddingLoss", "cosine_embedding_loss", "cosine"),
    title="cosine embedding loss",
    summary="Draws like vectors into one direction and pushes unlike ones apart; their lengths do not matter.",
    formula="1 - cos(a, b) if y = 1, else max(0, cos(a, b) - margin)",
    latex=r"L = \begin{cases} 1 - \cos(a, b) & y = 1 \\ \max(0,\; \cos(a, b) - \mathrm{margin}) & y = -1 \end{cases}",
    arguments=(
        Argument(name="first", shapes=("(n, d)",), meaning="a, one embedding of each pair"),
        Argument(name="second", shapes=("(n, d)",), meaning="b, the other"),
        Argument(
            name="targets",
            shapes=("(n,)",),
            values="minus or plus one",
            meaning="y, 1 for like and -1 for unlike",
            differentiable=False,
        ),
    ),
    options=(
        Option(name="margin", meaning="cosine up to which unlike vectors cost nothing", low=-1, high=1),
        REDUCTION,
    ),
    result="(), 0 to 2, best 0",
    reference=cosine_embedding_reference,
    fast=cosine_embedding,
    convex=False,
    symmetric=False,
    scale_invariant=True,
    gradient_bound=None,
    curves=(Curve(label="like, y = 1", target=1.0), Curve(label="unlike, y = -1", target=-1.0)),
    shown=(0.0, 180.0),
    path=Path(moved="angle between the vectors, in degrees", curve=turned),
    when="Pairs that belong together or not, compared by direction: texts, faces, queries and documents.",
    when_not="When distances are compared later: train with distances too, as the triplet margin loss does.",
    mistakes=(
        "Targets 0 and 1: unlike pairs are written -1; torch gives pairs with target 0 the loss 0. "
        "The NumPy form refuses them.",
        "Starting unlike pairs in exactly the same direction, or like ones in opposite ones: the slope there is 0.",
        "Tiny vectors: the gradient grows as 1 / length, since a short vector turns easily.",
    ),
    source="R. Hadsell, S. Chopra & Y. LeCun, Dimensionality reduction by learning an invariant mapping, 2006, with "
    "the cosine; as torch.nn.CosineEmbeddingLoss, with its 1e-12 under the root.",
)
