"""All activations, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.activations.activation import Activation
from pellucid.concepts.activations.rectifying.elu import ELU
from pellucid.concepts.activations.rectifying.identity import IDENTITY
from pellucid.concepts.activations.rectifying.leaky_relu import LEAKY_RELU
from pellucid.concepts.activations.rectifying.prelu import PRELU
from pellucid.concepts.activations.rectifying.relu import RELU
from pellucid.concepts.activations.rectifying.selu import SELU
from pellucid.concepts.activations.rows.log_softmax import LOG_SOFTMAX
from pellucid.concepts.activations.rows.softmax import SOFTMAX
from pellucid.concepts.activations.saturating.hard_sigmoid import HARD_SIGMOID
from pellucid.concepts.activations.saturating.sigmoid import SIGMOID
from pellucid.concepts.activations.saturating.softsign import SOFTSIGN
from pellucid.concepts.activations.saturating.tanh import TANH
from pellucid.concepts.activations.smooth.gelu import GELU
from pellucid.concepts.activations.smooth.hard_swish import HARD_SWISH
from pellucid.concepts.activations.smooth.mish import MISH
from pellucid.concepts.activations.smooth.silu import SILU
from pellucid.concepts.activations.smooth.softplus import SOFTPLUS

ACTIVATIONS: Final[tuple[Activation, ...]] = (
    RELU,
    LEAKY_RELU,
    PRELU,
    ELU,
    SELU,
    GELU,
    SILU,
    MISH,
    SOFTPLUS,
    HARD_SWISH,
    SIGMOID,
    HARD_SIGMOID,
    TANH,
    SOFTSIGN,
    SOFTMAX,
    LOG_SOFTMAX,
    IDENTITY,
)
