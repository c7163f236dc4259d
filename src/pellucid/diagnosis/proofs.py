"""Trying a remedy on a copy for a few steps, and saying in one sentence what came of it. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from torch import nn

from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import helps_on_validation

STEPS: Final = 40
LONG: Final = 400


def tried_out(evidence: Evidence, key: str, words: str, *, steps: int = STEPS, **how: Any) -> str:
    """Return what came of the remedy beside what came without it; "" where it did not help or could not be tried.

    Args:
        evidence: of the training.
        key: the cause, under which the two trials are remembered.
        words: the remedy, after "on a copy, 40 steps", e.g. "without the softmax".
        steps: how many.
        how: what `Probes.trial` is told, e.g. `change`.

    Returns:
        A sentence part with the losses.
    """

    def make() -> str:
        changed = evidence.probes.trial(steps=steps, **how)
        if changed is None or not math.isfinite(changed.after) or not changed.after < changed.before:
            return ""
        fall = f"from {changed.before:.3g} to {changed.after:.3g}"
        said = f"on a copy, {len(changed.losses)} steps {words} bring the loss {fall}"
        if "loss_fn" in how:
            return said  # another loss: its numbers are not to be compared with those of the present one
        as_it_is = evidence.probes.trial(steps=steps)
        if as_it_is is None or as_it_is.after <= changed.after:
            return ""
        return f"{said}; as it is, from {as_it_is.before:.3g} to {as_it_is.after:.3g}"

    said: str = evidence.probes.once(("proof", key), make)
    return said


def all_trained(evidence: Evidence) -> str:
    """Return what a copy reaches that trains all weights, where the training is over and the copy gets much further.

    It must be better on validation rows too. "" where it is not, or where it cannot be tried.
    """
    first, last = evidence.first, evidence.last
    if first is None or last is None or not evidence.ended:
        return ""
    steps = min(LONG, last.step)
    trial = evidence.probes.once("all weights", lambda: evidence.probes.trial(steps=steps, change=_unfrozen))
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return ""
    if not helps_on_validation(evidence, trial.network):
        return ""
    return (
        f"a copy that trains all weights has the loss {trial.after:.3g} after {len(trial.losses)} steps; the training "
        f"has {last.loss:.3g} after {last.step}"
    )


def _unfrozen(network: nn.Module) -> None:
    network.requires_grad_(True)


def without(name: str) -> Callable[[nn.Module], None]:
    """Return a change that puts nothing in the place of a module that has no weights.

    Raises:
        ValueError: when applied, where there is no such module: `Probes.trial` takes this as "cannot be tried".

    Example:
        >>> network = nn.Sequential(nn.Linear(2, 3), nn.Softmax(1))
        >>> without("1")(network)
        >>> network[1]
        Identity()
    """

    def change(network: nn.Module) -> None:
        parent, _, last = name.rpartition(".")
        holder = network.get_submodule(parent)
        module = holder.get_submodule(last) if last else None
        if module is None or any(True for _ in module.parameters()) or any(True for _ in module.children()):
            raise ValueError(name)  # the caller takes this as: it cannot be tried
        setattr(holder, last, nn.Identity())

    return change
