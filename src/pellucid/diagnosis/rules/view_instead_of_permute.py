"""Axes exchanged by view or reshape: the numbers stay where they are, and every row is scrambled."""

from __future__ import annotations

import math
from typing import Final

from torch import Tensor

from pellucid.diagnosis.arriving import SPATIAL, arrival_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.modes import calls_in_eval
from pellucid.diagnosis.rearranging import roughness, seams, swapped_axes, unscrambled
from pellucid.diagnosis.rule import Rule, Stage, Verdict

SMOOTHER: Final = 0.85  # of the roughness: pictures and series in order only get rougher by re-reading (1.09 and above)
ROUGH: Final = 0.05  # less is constant, and says nothing
NOISE: Final = 0.97  # neighbours that have nothing to do with one another: a correlation of 1 - 0.97^2 = 0.06 at most
ORDER: Final = 0.92  # pictures in order, with much noise: a correlation of 0.15 along every axis
PAIRS: Final = 2000  # of neighbours: of fewer, a correlation of 0.15 is not far from chance
PERIODIC: Final = 1.15  # neighbours that differ more than noise: a series that goes up and down at every step
SEAM: Final = 2.0  # times as rough where series in order would be cut as elsewhere
FEATURES_LAST: Final = frozenset({"lstm", "gru", "rnn_tanh", "rnn_relu", "linear"})


def measure(evidence: Evidence) -> Verdict | None:
    """Find a view that swaps axes inside the network, or inputs that are smooth only when re-read with axes moved."""
    for swap in swapped_axes(calls_in_eval(evidence)):
        if not swap.moves_batch:
            return Verdict(
                measured=f"{swap.call.name} turns {swap.before} into {swap.after}: the same sizes in another order, "
                "but the numbers are read on in the old one",
                confidence=0.9,
                layer=swap.call.module,
                remedy=f"{swap.remedy} in the place of {swap.call.name}{swap.after}",
            )
    return _scrambled_inputs(evidence)


def _scrambled_inputs(evidence: Evidence) -> Verdict | None:
    arrival = arrival_of(evidence)
    contract = evidence.contract
    if arrival is None or contract is None or contract.examples.axis:
        return None
    given = contract.examples.inputs[0].float()
    given = given - given.mean(0)  # what all rows have at a place, such as a feature's level, says nothing of order
    if given.ndim < 3:  # noqa: PLR2004
        return None
    if arrival.function in SPATIAL and given.shape == arrival.values.shape:
        values = given
    elif arrival.function in FEATURES_LAST and given.ndim == 3:  # noqa: PLR2004
        values = given.transpose(1, 2)
    else:
        return None
    return _compared(values, given, arrival.function in FEATURES_LAST)


def _compared(values: Tensor, given: Tensor, features_last: bool) -> Verdict | None:
    """Compare how rough channels (n, c, …) are with what they are when the numbers are read in the other order.

    The smoothest channel counts: others may be noise in any order.
    """
    if features_last:
        n, steps, features = given.shape
        other = given.reshape(n, features, steps) if features not in (1, steps) else None
    else:
        other = unscrambled(values)
    if other is None:
        return None
    axes = range(2, values.ndim)
    now, then = ([float(roughness(one, [axis]).min()) for axis in axes] for one in (values, other))
    pairs = values.numel() / values.shape[1]
    for place, axis in enumerate(axes):
        smoother = then[place] < SMOOTHER * now[place]
        noise = now[place] > NOISE and max(then) < ORDER and pairs > PAIRS
        if not (smoother or noise) or not ROUGH < now[place] < PERIODIC:
            continue
        if not _is_cut(other, roughness(other, [axis]), features_last):
            return _verdict(given, now[place], then[place])
    return None


def _verdict(given: Tensor, now: float, then: float) -> Verdict:
    rest = given.shape[1:]
    return Verdict(
        measured=f"neighbouring places of the inputs {tuple(given.shape)} differ by {now:.2f} in the smoothest "
        "channel (1 is noise); read as if view or reshape had been used where axes had to be moved, by "
        f"{then:.2f}",
        confidence=0.85,
        remedy=f"make the inputs ({', '.join(['n', *map(str, rest)])}) with permute or transpose, not with view or "
        "reshape",
    )


def _is_cut(other: Tensor, then: Tensor, features_last: bool) -> bool:
    """Return whether the smoothest channel is broken where series in order would be cut: then they are in order."""
    piece = other.shape[1] if features_last else other[0, 0].numel()
    seam = float(seams(other, piece, channels_last=not features_last)[then.argmin()])
    return seam > SEAM * float(then.min()) or (features_last and math.isnan(seam))


RULE: Final = Rule(
    cause="view_instead_of_permute",
    title="Axes swapped with view",
    stage=Stage.WIRING,
    phases=("before",),
    measure=measure,
    measures="whether a view gives the old sizes in a new order; how rough the smoothest channel of the inputs "
    "is along time or picture axes",
    threshold=f"roughness below {SMOOTHER:g} of the present one when the axes are moved instead; or noise along an "
    f"axis (above {NOISE:g}) that becomes order along every axis (below {ORDER:g})",
    origin="closed form for views; for inputs chosen on pictures and series in order, which get rougher by it (1.0 "
    "and above), noise stays at 1.0",
    reason="view and reshape keep the numbers in their order in memory and only change how they are counted off. To "
    "exchange axes the numbers must move; else every picture or sequence is cut up and put together wrongly.",
    remedy="x.permute(0, 3, 1, 2), not x.view(n, c, h, w)",
    see=("experiment channels", "experiment equivariance"),
    explains=(
        "label_noise",
        "under_trained",
        "overfitting",
        "lr_too_low",
        "capacity_too_small",
        "vanishing_gradient",
    ),
    cost="a few sums over 64 rows",
    cases=("B21b",),
)
