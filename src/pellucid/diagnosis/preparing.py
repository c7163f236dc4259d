"""A loop that standardises its batches itself: the copies of the evidence do so too. Needs torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from torch import Tensor

from pellucid.diagnosis.contract import contract_of
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.rescaling import scaler_of

OTHER: Final = 3.0  # times as large, or as small, is what the loader gives
CENTRED: Final = 0.4  # |mean| of the batches that reach the network, and how far their standard deviation is from 1


def prepare(evidence: Evidence) -> bool:
    """Standardise the rows of the evidence where standardised batches reach the network, though the loader's are not.

    Returns whether it was done; the contract is made anew.
    """
    train, contract, double = evidence.data.train, evidence.contract, evidence.double
    if train is None or contract is None or double is None or not _standardised_in_loop(evidence):
        return False
    scale = scaler_of(train.inputs[0])
    state = double.state()
    double.load(evidence.probes.start)
    made = contract_of(double, _scaled(contract.examples, scale))
    if made.error and not contract.error:
        double.load(state)
        return False
    data = evidence.data
    data.train = _scaled(train, scale)
    data.validation = None if data.validation is None else _scaled(data.validation, scale)
    data.batches, data.again = (tuple(_scaled(one, scale) for one in part) for part in (data.batches, data.again))
    if data.variation is not None:
        readings = tuple(_scaled(one, scale) for one in data.variation.readings)
        data.variation = replace(data.variation, readings=readings)
    evidence.contract, evidence.probes.examples = made, data.train
    evidence.probes.forget()
    return True


def _standardised_in_loop(evidence: Evidence) -> bool:
    train = evidence.data.train
    if train is None or train.axis or len(train.inputs) != 1 or not train.inputs[0].is_floating_point():
        return False
    x = train.inputs[0]
    steps = [one for one in evidence.steps if one.input_mean is not None and one.input_std is not None]
    if x.ndim < 2 or not steps or len(steps) < len(evidence.steps):  # noqa: PLR2004
        return False
    near = all(abs(one.input_mean or 0.0) < CENTRED and abs((one.input_std or 0.0) - 1) < CENTRED for one in steps)
    return near and not 1 / OTHER < float(x.square().mean().sqrt()) < OTHER


def _scaled(examples: Examples, scale: Callable[[Tensor], Tensor]) -> Examples:
    return Examples((scale(examples.inputs[0]), *examples.inputs[1:]), examples.targets, examples.axis)
