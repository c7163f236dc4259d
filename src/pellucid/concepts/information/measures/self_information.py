"""Self-information: how surprising an outcome is whose probability is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.information.measure import Drawn, Line, Measure
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor


def self_information_reference(p: Floats) -> tuple[Floats, Floats]:
    """Return the self-information and its gradient.

    **Formula** S = -log p, for each probability by itself; dS/dp = -1 / p.

    Args:
        p: probabilities, (n,), above 0 and at most 1; 0 gives infinity.

    Returns:
        S, (n,), in nats, at least 0, 0 for what is certain; and its gradient.

    Raises:
        RangeError: a probability lies outside [0, 1].

    Example:
        >>> import numpy as np
        >>> self_information_reference(np.array([1.0, 0.5, 0.125]))[0] / np.log(2)  # in bits
        array([0., 1., 3.])
    """
    _check_range(p)
    with np.errstate(divide="ignore"):  # what cannot happen surprises without bound
        S, dS_dp = 0 - np.log(p), -1 / p
    return S, dS_dp


def self_information(p: Tensor) -> Tensor:
    """Return the self-information; see `self_information_reference`.

    Raises:
        RangeError: a probability lies outside [0, 1].
    """
    _check_range(p)
    return 0 - p.log()


def _check_range(p: Floats | Tensor) -> None:
    """Refuse what is no probability; not a number is none either."""
    outside = ~((p >= 0) & (p <= 1))
    if outside.any():
        raise RangeError(
            f"self_information expected p from 0 to 1, got {p[outside][0].item():g}: pass probabilities, not logits"
        )


SELF_INFORMATION: Final = Measure(
    name="self_information",
    aliases=("surprise", "surprisal", "information_content"),
    title="self-information",
    summary="The surprise of an outcome: none where it was certain, log 2 for a fair coin, without bound for the "
    "impossible.",
    formula="-log p",
    latex=r"S(p) = -\log p",
    arguments=(Argument(name="p", shapes=("(n,)",), values="probabilities", meaning="p, each by itself"),),
    result="(n,), in nats, at least 0",
    reference=self_information_reference,
    fast=self_information,
    symmetric=False,
    drawn=Drawn(
        moved="probability of what happened",
        lines=(
            Line(label="surprise -log p", at=lambda p: float(self_information_reference(np.array([p]))[0][0])),
            Line(label="1 - p", at=lambda p: 1 - p),
        ),
    ),
    when="To see what log loss charges: the surprise of the truth under the probability that was predicted for it.",
    when_not="For a whole distribution: its mean surprise is the entropy.",
    mistakes=(
        "Mixing nats and bits: log 2 = 0.693 nats are one bit.",
        "Adding surprises of events that are not independent: the second must be taken given the first.",
    ),
    source="C. E. Shannon, A mathematical theory of communication, 1948. Natural logarithm.",
)
