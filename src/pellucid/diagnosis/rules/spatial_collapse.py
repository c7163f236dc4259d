"""Strides and pooling squeeze a picture into fewer numbers than there are classes."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

SQUEEZING: Final = ("conv", "max_pool", "avg_pool")
FEWEST_CLASSES: Final = 3  # two classes need one number
NARROW: Final = 8  # numbers: 64 are enough for 100 classes in practice


def measure(evidence: Evidence) -> Verdict | None:
    """Find the narrowest of the maps, where a stride or a pooling made it so."""
    head = head_of(evidence)
    if head is None or head.kind != "classes" or head.width < FEWEST_CLASSES or head.outputs.ndim != 2:  # noqa: PLR2004
        return None
    maps = [call for call in in_network(evidence) if call.name.startswith(SQUEEZING) and _map(call)]
    squeezed = [call for call in maps if _squeezes(call)]
    least = min((call for call in maps if call.name.startswith("conv") or _squeezes(call)), key=_numbers, default=None)
    if not squeezed or least is None or _numbers(least) >= min(head.width, NARROW + 1):
        return None
    first = maps[0].inputs[0]
    return Verdict(
        measured=f"{len(squeezed)} strides or poolings bring the {'x'.join(map(str, first.shape[2:]))} inputs down to "
        f"{'x'.join(map(str, _shape(least)[2:]))} with {_shape(least)[1]} channels: {_numbers(least)} numbers for "
        f"{head.width} classes",
        confidence=0.93,
        layer=least.module,
        remedy=f"stride 1 in some of the layers, or more channels: at least {2 * head.width} numbers before the last "
        f"layer",
    )


def _map(call: Call) -> bool:
    """Return whether the call gives a map with channels and positions."""
    return call.output is not None and call.output.ndim > 2 and bool(call.inputs) and call.inputs[0].ndim > 2  # noqa: PLR2004


def _squeezes(call: Call) -> bool:
    """Return whether positions get fewer, other than by pooling over all of them."""
    return _size(tuple(call.inputs[0].shape)) > _size(_shape(call)) and not _whole(call)


def _shape(call: Call) -> tuple[int, ...]:
    return () if call.output is None else tuple(call.output.shape)


def _size(shape: tuple[int, ...]) -> int:
    """Return the number of positions."""
    positions = 1
    for one in shape[2:]:
        positions *= one
    return positions


def _numbers(call: Call) -> int:
    """Return how many numbers a row has."""
    shape = _shape(call)
    return shape[1] * _size(shape)


def _whole(call: Call) -> bool:
    """Return whether the call averages over all positions at once: that is done on purpose."""
    kernel = call.options.get("kernel_size", call.options.get("1"))
    given = tuple(call.inputs[0].shape[2:])
    sizes = kernel if isinstance(kernel, (tuple, list)) else (kernel,) * len(given)
    return "avg_pool" in call.name and tuple(sizes) == given


RULE: Final = Rule(
    cause="spatial_collapse",
    title="Too few numbers are left of each picture",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="channels times positions of every map, after strides and poolings",
    threshold="fewer numbers than classes, and at most 8; averages over a whole map left out",
    origin="closed form: K classes in general position need K - 1 numbers",
    reason="Each stride of 2 leaves a quarter of the positions. What is squeezed into fewer numbers than there are "
    "classes cannot be told apart afterwards, however long the training.",
    remedy="stride 1, padding, and more channels where positions get fewer",
    see=("experiment convolution_arithmetic", "experiment receptive_field", "concept max_pool"),
    explains=(*RESULT, "lr_too_low", "vanishing_gradient", "dead_relu"),
    cases=("C19",),
)
