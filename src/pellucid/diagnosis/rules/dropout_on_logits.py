"""Dropout after the last layer: predictions themselves are set to 0 at random."""

from __future__ import annotations

from typing import Final

import torch
from torch import nn

from pellucid.diagnosis.calling import after_last_weights
from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

DROPOUTS: Final = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_dropout",
                   "feature_alpha_dropout")  # fmt: skip
SHAPING: Final = frozenset({"softmax", "log_softmax", "sigmoid", "squeeze", "view", "reshape", "flatten", "unsqueeze",
                            "permute", "transpose"})  # fmt: skip


def measure(evidence: Evidence) -> Verdict | None:
    """Find dropout among what comes after the last layer with weights, with nothing but an activation behind it."""
    head = head_of(evidence)
    if head is None or head.kind is None:
        return None
    after = [call for call in after_last_weights(evidence) if call.name not in ("__get__",)]
    place = next((place for place, call in enumerate(after) if call.name in DROPOUTS), None)
    if place is None or not {call.name for call in (*after[:place], *after[place + 1 :])} <= SHAPING:
        return None
    call = after[place]
    if not _drops(call):
        return None
    share = float(call.options.get("p", call.options.get("1", 0.5)))
    return Verdict(
        measured=f"dropout sets {share:.0%} of what the last layer gives to 0",
        confidence=0.97,
        layer=call.module,
        proof=tried_out(evidence, "dropout_on_logits", "without it", change=_without(call.module)),
    )


def _drops(call: Call) -> bool:
    """Return whether the call changed numbers: in training, with a share above 0."""
    return bool(call.inputs) and call.output is not None and not torch.equal(call.inputs[0], call.output)


def _without(name: str) -> object:
    """Return a change that sets the share of a dropout module to 0."""

    def change(network: nn.Module) -> None:
        module = network.get_submodule(name)
        if not hasattr(module, "p"):
            raise AttributeError(name)
        setattr(module, "p", 0.0)  # noqa: B010  (a plain attribute, for mypy)

    return change


RULE: Final = Rule(
    cause="dropout_on_logits",
    title="Dropout after the last layer",
    stage=Stage.HEAD,
    phases=("before",),
    measure=measure,
    measures="whether dropout comes after the last layer with weights, and changes what it gives",
    threshold="there is such a dropout",
    origin="closed form: an output of 0 is a prediction, drawn at random",
    reason="Dropout in hidden layers makes units independent of one another. After the last layer it replaces "
    "predictions by 0 at random: the training loss has a floor that no weights can go below.",
    remedy="remove the dropout after the last layer, or put it before that layer",
    see=("concept dropout", "experiment dropout_modes"),
    explains=(*RESULT, "dropout_too_high", "functional_dropout_at_eval", "lr_too_low", "lr_too_high",
              "missing_eval_mode", "train_mode_not_restored"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("C15",),
)  # fmt: skip
