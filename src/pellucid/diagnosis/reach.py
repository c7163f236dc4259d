"""Which numbers the last activation can give. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from pellucid.diagnosis.calling import after_last_weights
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "relu": (0, math.inf), "relu6": (0, 6), "softplus": (0, math.inf), "exp": (0, math.inf), "sigmoid": (0, 1),
    "hardsigmoid": (0, 1), "tanh": (-1, 1), "softsign": (-1, 1), "softmax": (0, 1), "elu": (-1, math.inf),
    "celu": (-1, math.inf), "selu": (-1.7581, math.inf), "gelu": (-0.17, math.inf), "silu": (-0.2785, math.inf),
    "mish": (-0.3088, math.inf), "logsigmoid": (-math.inf, 0), "log_softmax": (-math.inf, 0),
}  # fmt: skip
CUTS: Final[Mapping[str, tuple[tuple[str, float], tuple[str, float]]]] = {
    "clamp": (("min", -math.inf), ("max", math.inf)),
    "hardtanh": (("min_val", -1.0), ("max_val", 1.0)),  # ReLU6 is one from 0 to 6
}


def reach(evidence: Evidence, head: Head) -> tuple[float, float]:
    """Return the least and the largest number that the outputs can be, as far as the last activation says."""
    name = head.last_function
    if name not in CUTS:
        return RANGES.get(name, (-math.inf, math.inf))
    call = next(call for call in reversed(after_last_weights(evidence)) if call.name == name)
    low, high = (
        call.options.get(option, call.options.get(place, default))
        for (option, default), place in zip(CUTS[name], ("1", "2"), strict=True)
    )
    return (-math.inf if low is None else float(low), math.inf if high is None else float(high))
