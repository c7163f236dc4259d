"""A look: the double examined on fixed examples with the present weights. Needs torch."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.double import Double, buffers_kept, number
from pellucid.diagnosis.evidence import DataFacts, Examples, LayerFacts, Look, ParameterFacts
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.scoring import score_of
from pellucid.diagnosis.trace import Call, Tracer

WEIGHTED: Final = frozenset(
    {"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "bilinear",
     "matmul", "addmm", "mm", "__matmul__", "__rmatmul__", "bmm", "einsum", "embedding", "embedding_bag", "lstm",
     "gru", "rnn_tanh", "rnn_relu", "multi_head_attention_forward", "scaled_dot_product_attention"}
)  # fmt: skip
ACTIVATIONS: Final = frozenset(
    {"relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "tanh",
     "sigmoid", "hardtanh", "hardsigmoid", "hardswish", "softsign", "logsigmoid", "softmax", "log_softmax", "threshold",
     "clamp", "exp"}
)  # fmt: skip
NORMS: Final = frozenset({"batch_norm", "layer_norm", "group_norm", "instance_norm", "local_response_norm", "rms_norm"})
LAYERS: Final = WEIGHTED | ACTIVATIONS | NORMS
BOUNDED: Final = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "hardtanh": (-1.0, 1.0), "softsign": (-1.0, 1.0)}
SATURATED: Final = 0.001  # of the range: beyond it a sigmoid passes on less than 1/1000 of the gradient (s (1 - s))
CHANNEL_AXIS: Final = 1
MOST_NUMBERS: Final = 2**16  # of a layer's outputs, evenly spread, that shares and deviations are taken of
TRAIN_ROWS: Final = 512
VALIDATION_ROWS: Final = 2048
SECONDS: Final = 0.01  # for judging the rows of one part at a look


@dataclass(slots=True)
class Looker:
    """Looks at the double, each time in the same way."""

    double: Double
    probe: Examples
    data: DataFacts
    metric: Any = None
    _train: Examples | None = None
    _validation: Examples | None = None

    def choose_rows(self) -> None:
        """Choose the rows that are judged at every look: fewer where the network is slow."""
        began = time.perf_counter()
        self.double.outputs(self.probe)
        affordable = int(SECONDS / (time.perf_counter() - began) * len(self.probe))
        train, validation = self.data.train, self.data.validation
        self._train = evenly(self.probe if train is None else train, max(len(self.probe), min(TRAIN_ROWS, affordable)))
        if validation is not None:
            self._validation = evenly(validation, max(len(self.probe), min(VALIDATION_ROWS, affordable)))

    def look(self, step: int, seconds: float) -> Look:
        """Return what is to be seen with the double's present weights."""
        tracer, loss, gradients = self._backward()
        if self._train is None:
            self.choose_rows()
        train_loss, score, _ = self._judged(self._train or self.probe)
        validation_loss = validation_score = metric = None
        if self._validation is not None:
            validation_loss, validation_score, metric = self._judged(self._validation)
        return Look(
            step=step,
            seconds=seconds,
            layers=layer_facts(tracer.calls),
            parameters=tuple(self._parameters(gradients)),
            loss_training_mode=loss,
            loss=train_loss,
            validation_loss=validation_loss,
            score=score,
            validation_score=validation_score,
            metric=metric,
        )

    def _backward(self) -> tuple[Tracer, float, Mapping[str, float | None]]:
        """Return the calls of a forward pass in training mode, the loss, and each parameter's gradient norm."""
        network = self.double.network
        tracer, batch = Tracer(), self.double.placed(self.probe)
        with generators_kept(), buffers_kept(network):
            network.train(True)
            with torch.enable_grad():
                with tracer.listening(network):
                    outputs = network(*batch.inputs)
                loss = self.double.loss_fn(outputs, batch.targets)
            gradients = gradients_of(loss, network)
        return (
            tracer,
            number(loss),
            {name: None if one is None else float(one.norm()) for name, one in gradients.items()},
        )

    def _judged(self, examples: Examples) -> tuple[float, float | None, float | None]:
        """Return loss, score and the user's metric in eval mode."""
        outputs = self.double.outputs(examples)
        if outputs is None:
            return math.nan, None, None
        metric = None
        if self.metric is not None:
            metric = _metric(self.metric, outputs, examples.targets)
        score = score_of(outputs, examples.targets, self.double.loss_fn)
        return self.double.loss_of(outputs, examples.targets), score, metric

    def _parameters(self, gradients: Mapping[str, float | None]) -> list[ParameterFacts]:
        found = []
        for name, parameter in self.double.network.named_parameters():
            if not parameter.requires_grad or not parameter.is_floating_point():
                continue
            now, before = parameter.detach(), self.double.first[name]
            norm, start = float(now.norm()), float(before.norm())
            found.append(
                ParameterFacts(
                    name=name,
                    shape=tuple(now.shape),
                    mean=float(now.mean()),
                    std=float(now.float().std(correction=0)),
                    largest=float(now.abs().max()) if now.numel() else 0.0,
                    gradient_norm=gradients.get(name),
                    norm=norm,
                    moved=float((now - before).norm()) / (start or 1.0),
                    unchanged_share=float((now == before).float().mean()) if now.numel() else 1.0,
                )
            )
        return found


def gradients_of(loss: Any, network: nn.Module) -> dict[str, Tensor | None]:
    """Return the gradient of the loss by each trainable parameter; None where the graph does not reach it."""
    named = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    if not isinstance(loss, Tensor) or not loss.requires_grad or not named:
        return {name: None for name, _ in named}
    if loss.ndim:
        loss = loss.mean()
    found = torch.autograd.grad(loss, [one for _, one in named], allow_unused=True)
    return {name: one for (name, _), one in zip(named, found, strict=True)}


def evenly(examples: Examples, most: int) -> Examples:
    """Return up to `most` rows, evenly spread."""
    if len(examples) <= most:
        return examples
    return examples.take(torch.linspace(0, len(examples) - 1, most).round().long())


def _metric(metric: Any, outputs: Tensor, targets: Any) -> float | None:
    """Return the user's metric; None where it cannot be called like this."""
    try:
        return number(metric(outputs, targets))
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError):
        return None


def layer_facts(calls: Sequence[Call]) -> tuple[LayerFacts, ...]:
    """Return the facts of every layer and activation among the calls, in order.

    Example:
        >>> import torch
        >>> from pellucid.diagnosis.trace import Call
        >>> output = torch.tensor([[0.0, 1.0], [0.0, 3.0]])
        >>> call = Call(name="relu", module="1", kind="ReLU", options={}, inputs=(), output=output)
        >>> facts = layer_facts([call])[0]
        >>> facts.dead_share, facts.zero_share, facts.row_std
        (0.5, 0.5, 0.5)
    """
    found: list[LayerFacts] = []
    counts: dict[tuple[str, str], int] = {}
    for call in calls:
        values = call.output
        if call.name not in LAYERS or values is None or not values.is_floating_point() or not values.numel():
            continue
        if values.ndim == 0:
            continue
        key = (call.module, call.name)
        counts[key] = counts.get(key, 0) + 1
        name = call.module or "network"
        found.append(_facts(name if counts[key] == 1 else f"{name}#{counts[key]}", call.name, values.float()))
    return tuple(found)


def _facts(name: str, function: str, values: Tensor) -> LayerFacts:
    units, rows = _by_unit(values, function), _thinned(values.reshape(len(values), -1), values.numel())
    least, greatest = torch.aminmax(values)
    zero = units == 0
    low, high = BOUNDED.get(function, (-math.inf, math.inf))
    margin = SATURATED * (high - low) if math.isfinite(high) else 0.0
    saturated = (units <= low + margin) | (units >= high - margin) if math.isfinite(high) else zero & False
    numbers = torch.stack(
        [
            units.mean(),
            units.std(correction=0),
            torch.maximum(-least, greatest),
            zero.float().mean(),
            zero.all(dim=0).float().mean(),
            saturated.float().mean(),
            rows.std(dim=0, correction=0).mean(),
        ]
    ).tolist()
    return LayerFacts(
        name=name, function=function, shape=tuple(values.shape), mean=numbers[0], std=numbers[1], largest=numbers[2],
        zero_share=numbers[3], dead_share=numbers[4], saturated_share=numbers[5], row_std=numbers[6],
        nonfinite=0 if math.isfinite(numbers[2]) else int((~torch.isfinite(values)).sum()),
    )  # fmt: skip


def _by_unit(values: Tensor, function: str) -> Tensor:
    """Return the values as (everything else, units): the units are the channels of pictures, else the last axis."""
    pictures = values.ndim > 3 or (values.ndim == 3 and function.startswith("conv"))  # noqa: PLR2004
    if pictures:
        return _thinned(values.flatten(CHANNEL_AXIS + 1), values.numel()).movedim(CHANNEL_AXIS, -1).flatten(0, -2)
    return _thinned(values.reshape(-1, values.shape[-1]).T, values.numel()).T


def _thinned(values: Tensor, numbers: int) -> Tensor:
    """Leave about `MOST_NUMBERS` along the last axis, evenly spread; never the same place of every picture's rows."""
    step = max(1, numbers // MOST_NUMBERS)
    while math.gcd(step, values.shape[-1]) > 1:
        step += 1
    return values[..., ::step]
