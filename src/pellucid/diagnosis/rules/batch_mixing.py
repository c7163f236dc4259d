"""Rows of a batch that are mixed: what the network says of one row depends on the others."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.evidence import Contract, Evidence
from pellucid.diagnosis.modes import batch_norms, calls_in_eval, option
from pellucid.diagnosis.rearranging import swapped_axes
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ATTENTION: Final = "multi_head_attention_forward"
DEPENDENCE: Final = 1e-3  # of the outputs' size; another order of summation leaves 1e-6 in float32


def measure(evidence: Evidence) -> Verdict | None:
    """Exchange the other rows of a batch and see whether the outputs of the first one change, in eval mode."""
    contract = evidence.contract
    if contract is None:
        return None
    if not contract.row_dependence > DEPENDENCE:
        return _attends_across(contract)
    if _otherwise_explained(evidence):
        return None
    swap = next((one for one in swapped_axes(calls_in_eval(evidence)) if one.moves_batch), None)
    remedy = f"{swap.remedy} in the place of {swap.call.name}{swap.after}" if swap is not None else ""
    share = f"{contract.row_dependence:.0%}" if contract.row_dependence < 10 else f"{contract.row_dependence:.0f} times"  # noqa: PLR2004
    return Verdict(
        measured=f"with other rows beside it, the outputs of the first row change by {share} of their size, in eval "
        "mode"
        + (f"; {swap.call.name} turns {swap.before} into {swap.after}, which re-reads the numbers" if swap else ""),
        confidence=0.97,
        layer=swap.call.module if swap is not None else "",
        remedy=remedy,
    )


def _attends_across(contract: Contract) -> Verdict | None:
    """Find attention that takes the batch for the sequence, where every row says the same to the others."""
    rows = len(contract.examples)
    for call in contract.calls:
        if call.name != ATTENTION or not call.inputs or call.inputs[0].ndim != 3:  # noqa: PLR2004
            continue
        length, beside = call.inputs[0].shape[:2]  # (sequence, batch, width), whatever batch_first says
        if length == rows and beside % rows:
            return Verdict(
                measured=f"{call.module or 'attention'} gets {rows} rows of {beside} places as {rows} places of "
                f"{beside} rows: each place attends to the same place of the other rows",
                confidence=0.93,
                layer=call.module,
                remedy="nn.MultiheadAttention(..., batch_first=True)",
            )
    return None


def _otherwise_explained(evidence: Evidence) -> bool:
    """Return whether batch statistics or a softmax over the batch are why rows depend on one another."""
    if any(not one.track_running_stats for _, one in batch_norms(evidence.program.network)):
        return True
    calls = calls_in_eval(evidence)
    if any(one.name == "batch_norm" and option(one, "training", 5, False) for one in calls):
        return True
    softmaxes = [one for one in calls if one.name in ("softmax", "log_softmax")]
    return any(option(one, "dim", 1, None) == 0 and one.inputs[0].ndim > 1 for one in softmaxes if one.inputs)


RULE: Final = Rule(
    cause="batch_mixing",
    title="The rows of a batch are mixed",
    stage=Stage.WIRING,
    phases=("before",),
    measure=measure,
    measures="how much the outputs of one row change when the other rows of its batch are exchanged",
    threshold="0.001 of the outputs' size; or attention that gets the rows of the batch as its sequence",
    origin="closed form: 0 for rows that are treated each for itself; rounding leaves about 1e-6",
    reason="A row must be answered from its own numbers. Where a view or a wrong axis mixes rows, each one is "
    "trained on the label of another, and the answer changes with the company.",
    remedy="move axes with transpose or permute, never with view or reshape; give recurrent and attention layers "
    "batch_first=True where the batch is the first axis",
    see=("experiment rnn_unrolled", "experiment attention_step_by_step"),
    explains=(
        "labels_misaligned",
        "label_noise",
        "under_trained",
        "overfitting",
        "lr_too_low",
        "lr_too_high",
        "capacity_too_small",
        "view_instead_of_permute",
        "vanishing_gradient",
        "batch_too_large",
    ),
    cost="one more forward pass of 64 rows",
    cases=("B21a", "B21b"),
)
