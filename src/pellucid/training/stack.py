"""Back-propagation by hand through a stack of Linear layers and elementwise activations. Equal to autograd's.

A plain stack needs no graph: the gradient of layer i is gᵢᵀ hᵢ₋₁, and gᵢ₋₁ = (gᵢ Wᵢ) f'(hᵢ₋₁). Only the objective goes
through autograd. Small networks, whose steps are mostly bookkeeping, train up to a third faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn.modules.module import _has_any_global_hook

from pellucid.foundation.batches import Batch
from pellucid.training.forward import Forward
from pellucid.training.steps import Autograd

LOPSIDED: Final = 16  # with so many times more inputs than outputs, W hᵀ is twice as fast as h Wᵀ, and the gradient
# of a weight with so many times more outputs than inputs four times as fast when taken transposed (both measured)

MATRIX_AXES: Final = 2  # (n, d)

Forwards = Callable[[Tensor], Tensor]
Backwards = Callable[[Tensor, Tensor], None]


def _through_relu(gradient: Tensor, output: Tensor) -> None:
    torch.ops.aten.threshold_backward.grad_input(gradient, output, 0, grad_input=gradient)


def _through_sigmoid(gradient: Tensor, output: Tensor) -> None:
    torch.ops.aten.sigmoid_backward.grad_input(gradient, output, grad_input=gradient)


def _through_tanh(gradient: Tensor, output: Tensor) -> None:
    torch.ops.aten.tanh_backward.grad_input(gradient, output, grad_input=gradient)


ACTIVATIONS: Final = MappingProxyType[type[nn.Module], tuple[Forwards, Backwards]](
    {
        nn.ReLU: (torch.relu_, _through_relu),
        nn.Sigmoid: (torch.sigmoid_, _through_sigmoid),
        nn.Tanh: (torch.tanh_, _through_tanh),
    }
)
"""Forward in place, and what turns the gradient of the output, in place, into that of the input."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A Linear layer and the activation that follows it, if any."""

    linear: nn.Linear
    activation: tuple[Forwards, Backwards] | None
    narrow: bool
    """Whether it has far more inputs than outputs."""
    wide: bool
    """Whether it has far more outputs than inputs."""

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return the layer's output (n, o) from (n, d)."""
        weight, bias = self.linear.weight, self.linear.bias
        if self.narrow:
            outputs = torch.mm(weight, inputs.t()).t()  # (o, n) -> (n, o)
            outputs = outputs if bias is None else outputs.add_(bias)
        elif bias is None:
            outputs = torch.mm(inputs, weight.t())
        else:
            outputs = torch.addmm(bias, inputs, weight.t())
        return outputs if self.activation is None else self.activation[0](outputs)

    def back(self, gradient: Tensor, inputs: Tensor, outputs: Tensor, *, further: bool) -> Tensor:
        """Add the gradients of weight and bias to theirs; return the gradient of the inputs where it goes `further`.

        The gradient given is used as working space.
        """
        weight, bias = self.linear.weight, self.linear.bias
        if self.activation is not None:
            self.activation[1](gradient, outputs)
        if self.wide:
            _packed(weight).add_(torch.mm(inputs.t(), gradient).t())
        else:
            _packed(weight).addmm_(gradient.t(), inputs)
        if bias is not None:
            _packed(bias).add_(gradient.sum(0))
        return torch.mm(gradient, weight) if further else gradient


def _packed(parameter: Tensor) -> Tensor:
    """Return the parameter's gradient, which packing has made."""
    return cast(Tensor, parameter.grad)


class Stack:
    """Adds the gradient of a batch's loss to the packed gradients, as `Autograd` does; see `steps.Gradients`."""

    def __init__(self, forward: Forward, objective: nn.Module, network: nn.Module, layers: list[Layer]) -> None:
        self.forward, self.objective, self.layers = forward, objective, layers
        self.otherwise = Autograd(forward, objective)
        self.modules, self.parameters = list(network.modules()), list(network.parameters())
        self.flattens = any(isinstance(module, nn.Flatten) for module in self.modules)

    def __call__(self, batch: Batch, share: float) -> Tensor:
        """Add `share` times the gradient of the mean loss; return the loss, detached."""
        inputs = self.forward.ready(batch.inputs[0])
        if self.flattens:
            inputs = inputs.flatten(1)
        if inputs.ndim != MATRIX_AXES or len(batch.inputs) > 1 or self._somebody_listens():
            return self.otherwise(batch, share)
        values = [inputs]
        with torch.no_grad():
            for layer in self.layers:
                values.append(layer(values[-1]))
        logits = values[-1].detach().requires_grad_()
        loss = self.forward.loss(self.objective, logits, batch)
        gradient = torch.zeros_like(logits)
        logits.grad = gradient  # autograd adds to it, and to the gradients of the objective's own parameters
        torch.autograd.backward(loss if share == 1 else loss * share)
        with torch.no_grad():
            for place in range(len(self.layers) - 1, -1, -1):
                gradient = self.layers[place].back(gradient, values[place], values[place + 1], further=place > 0)
        return loss.detach()

    def _somebody_listens(self) -> bool:
        """Return whether hooks inside the network wait to be called, as only autograd does."""
        return (
            _has_any_global_hook()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            or any(
                module._forward_hooks
                or module._forward_pre_hooks
                or module._backward_hooks
                or module._backward_pre_hooks
                for module in self.modules
            )
            or any(parameter._backward_hooks or parameter._post_accumulate_grad_hooks for parameter in self.parameters)
        )


def layers_of(network: nn.Module) -> list[Layer] | None:
    """Return the layers of a plain stack, or None where the network is anything else.

    Plain is: a Linear, or a Sequential of Linear layers, each followed by at most one ReLU, Sigmoid or Tanh, with a
    Flatten in front at most; every layer trainable and used once.

    Example:
        >>> len(layers_of(nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))) or [])
        2
        >>> layers_of(nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))) is None
        True
    """
    parts = _parts(network)
    if parts and type(parts[0]) is nn.Flatten and (parts[0].start_dim, parts[0].end_dim) == (1, -1):
        parts = parts[1:]
    layers: list[Layer] = []
    for part in parts:
        if type(part) is nn.Linear:
            narrow = 1 < part.out_features <= part.in_features // LOPSIDED
            layers.append(Layer(part, None, narrow, part.in_features <= part.out_features // LOPSIDED))
        elif type(part) in ACTIVATIONS and layers and layers[-1].activation is None:
            layers[-1] = replace(layers[-1], activation=ACTIVATIONS[type(part)])
        else:
            return None
    parameters = [parameter for layer in layers for parameter in layer.linear.parameters()]
    once = len(set(parameters)) == len(parameters) and all(parameter.requires_grad for parameter in parameters)
    return layers if layers and once else None


def _parts(network: nn.Module) -> list[nn.Module]:
    """Return the parts of nested Sequentials, one after another."""
    if type(network) is not nn.Sequential:
        return [network]
    return [part for child in network for part in _parts(child)]
