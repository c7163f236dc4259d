"""NLLLoss is given logits instead of log-probabilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from torch import Tensor
from torch.nn.functional import cross_entropy

from pellucid.diagnosis.behind import WEIGHTED, given_to
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict

BENDING: Final = frozenset({"relu", "tanh", "leaky_relu", "elu", "gelu", "silu"})
LAYER: Final = {"addmm": "a linear layer", "mm": "a linear layer", "convolution": "a convolution"}
FAR: Final = 0.01  # from 0, where the logarithm of a row's sum of probabilities belongs


def measure(evidence: Evidence) -> Verdict | None:
    """Find outputs that are no log-probabilities, and a loss that takes such."""
    head, given = head_of(evidence), given_to(evidence, "nll_loss", "nll_loss2d")
    if given is not None:
        return _in_the_loop(evidence, given.name)
    if head is None or head.takes != "log-probabilities" or head.rows_sum_to_one:
        return None
    sums = head.outputs.float().logsumexp(head.axis).abs()
    if not float(sums.median()) > FAR:
        return None
    return Verdict(
        measured=f"the exponentials of a row of outputs sum to "
        f"{float(head.outputs.float().logsumexp(head.axis).exp().median()):.3g}"
        f" (median), not to 1, and {evidence.program.loss_name} takes log-probabilities",
        confidence=0.98,
        layer=head.last_module,
        proof=tried_out(evidence, "nll_on_logits", "with cross-entropy", loss_fn=_cross_entropy(head)),
    )


def _in_the_loop(evidence: Evidence, given: str) -> Verdict | None:
    """Find a last layer, or an activation that is no log-softmax, right behind the loss."""
    if given not in WEIGHTED | BENDING:
        return None
    return Verdict(
        measured=f"in every watched step {LAYER.get(given, given)} made what nll_loss was given, which takes "
        "log-probabilities",
        confidence=0.98,
        proof=tried_out(evidence, "nll_on_logits", "with cross-entropy", loss_fn=_cross_entropy(head_of(evidence))),
    )


def _cross_entropy(head: Head | None) -> Callable[[Tensor, Tensor], Tensor]:
    axis = 1 if head is None else head.axis
    return lambda outputs, targets: cross_entropy(outputs.movedim(axis, 1), targets)


RULE: Final = Rule(
    cause="nll_on_logits",
    title="Logits where log-probabilities are wanted",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the sum of the exponentials of each row of outputs, where the loss is minus the output of the right "
    "class; the operations behind the loss",
    threshold="its logarithm farther than 0.01 from 0",
    origin="closed form: probabilities sum to 1",
    reason="NLLLoss only picks the output of the right class and turns its sign. Of logits it can be made as negative "
    "as one likes by making all outputs large: the loss falls without end, and nothing is learnt about the classes.",
    remedy="nn.CrossEntropyLoss instead of nn.NLLLoss; or nn.LogSoftmax(dim=1) at the end of the network",
    see=("concept nll", "concept log_softmax", "concept cross_entropy"),
    explains=(*TRAINING, "wrong_loss_input", "init_too_large"),
    cost="two trials of 40 steps on a copy, only where it is found",
)
