"""The gradient grows on its way down or back through time, until one step destroys the weights."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

HUGE: Final = 1e3  # norm of the gradient, by the loss and the square root of the number of weights
GROWTH: Final = 50.0  # of the states from the first to the last step of a sequence
RECURRENT: Final = ("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
AXES: Final = 3  # (n, l, d) or (l, n, d)


def measure(evidence: Evidence) -> Verdict | None:
    """Find states that grow along the sequence, and gradients out of all proportion with the loss."""
    growth = _growth(evidence)
    first = evidence.first
    if first is None or growth is None or not growth > GROWTH:
        return None
    norms = [one.norm_at_step for one in evidence.steps]
    largest = max((math.inf if not math.isfinite(one) else one for one in norms), default=0.0)
    size = math.sqrt(sum(entry.numel for entry in evidence.program.parameters if entry.trainable))
    if not largest > HUGE and not largest > HUGE * abs(first.loss) / size:
        return None
    return Verdict(
        measured=f"the states grow by the factor {growth:.2g} from the first to the last step of the sequence, and the "
        f"norm of the gradient reaches {largest:.2g}",
        confidence=0.95,
    )


def _growth(evidence: Evidence) -> float | None:
    """Return by how much the states of a recurrent layer grow along the sequence, before step 1."""
    contract, found = evidence.contract, []
    for call in () if contract is None else contract.calls:
        states = call.output
        if call.name not in RECURRENT or states is None or states.ndim != AXES:
            continue
        rows = 0 if contract is not None and len(states) == len(contract.examples) else 1
        steps = states.float().abs().movedim(1 - rows, 0)
        early, late = float(steps[: max(1, len(steps) // 10)].mean()), float(steps[-1].mean())
        found.append(late / early if early else math.inf)
    return max(found, default=None)


RULE: Final = Rule(
    cause="exploding_gradient",
    title="The gradient explodes",
    stage=Stage.INITIAL,
    phases=("during",),
    measure=measure,
    measures="how the states of recurrent layers grow along the sequence, and the norm of the gradient",
    threshold="states that grow 50 times, and a gradient of norm above 1000",
    origin="closed form: a recurrent weight of gain g multiplies states and gradients by g^T over T steps",
    reason="Back through time the gradient is multiplied by the recurrent weights once for each step of the sequence. "
    "With a gain above 1 it grows exponentially, and one step of the optimizer throws the weights far away.",
    remedy="torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0), and orthogonal or identity recurrent weights "
    "of gain 1",
    see=("experiment bptt",),
    explains=("lr_too_high", "input_nonfinite", "nan_log_zero", "dead_relu", "saturation", "target_unscaled",
              "init_too_large", "under_trained"),
    cases=("C07",),
)  # fmt: skip
