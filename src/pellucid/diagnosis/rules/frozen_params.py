"""Weights that are frozen although nobody ever trained them."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.freshness import looks_untrained
from pellucid.diagnosis.proofs import all_trained
from pellucid.diagnosis.rule import Rule, Stage, Verdict

KINDS: Final = frozenset(
    {"Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Embedding",
     "EmbeddingBag", "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Bilinear", "MultiheadAttention",
     "NonDynamicallyQuantizableLinear"}
)  # fmt: skip


def measure(evidence: Evidence) -> Verdict | None:
    """Look whether the frozen weights are still as they were initialised."""
    entries = evidence.program.parameters
    frozen = [entry for entry in entries if not entry.trainable and entry.numel]
    weights = dict(evidence.program.network.named_parameters())
    fresh = [looks_untrained(weights[entry.name]) for entry in frozen if entry.kind in KINDS and entry.name in weights]
    if not fresh or False in fresh:
        return None  # trained before, and frozen on purpose
    proof = "" if True in fresh else all_trained(evidence)
    if True not in fresh and not proof:
        return None
    count, total = sum(entry.numel for entry in frozen), sum(entry.numel for entry in entries)
    layers = sorted({entry.name.rpartition(".")[0] for entry in frozen if entry.kind in KINDS})
    first = layers[0].partition(".")[0]
    return Verdict(
        measured=f"{count:,} of {total:,} weights have requires_grad=False, and those of {', '.join(layers[:4])}"
        f"{' and others' if len(layers) > 4 else ''} "  # noqa: PLR2004
        f"{'may be' if proof else 'are'} as they were initialised: nothing was trained there",
        proof=proof,
        confidence=0.93,
        layer=layers[0],
        remedy=f"network.{first}.requires_grad_(True) before the optimizer is made, or load trained weights"
        if first.isidentifier()
        else "network.requires_grad_(True) before the optimizer is made, or load trained weights",
    )


RULE: Final = Rule(
    cause="frozen_params",
    title="Untrained weights are frozen",
    stage=Stage.WIRING,
    phases=("before", "after"),
    measure=measure,
    measures="the weights with requires_grad=False: whether they follow one of the usual initial distributions",
    threshold="all of them do, within 4 standard errors; weights that were trained before do not, and may be frozen; "
    "where it cannot be told, a copy that trains all weights gets below 0.6 times the loss",
    origin="closed form: bounds and standard deviations of the initial distributions (Glorot and Bengio, 2010; He et "
    "al., 2015)",
    reason="Frozen weights get no gradient. Where they were trained before, that is transfer learning. Where they are "
    "random, the layers after them only see a random mixture of the inputs.",
    remedy="network.requires_grad_(True) before the optimizer is made",
    see=("experiment initialization", "experiment running_statistics"),
    explains=(*TRAINING, "graph_broken", "params_not_in_optimizer", "missing_step", "bn_stats_not_tracked"),
    cost="one trial of up to 400 steps on a copy, only where it cannot be told from the weights",
    cases=("D11",),
)
