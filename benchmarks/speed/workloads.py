"""The workloads: classic small networks on generated data of the classic shapes, each with what Pellucid must reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.speed.networks import (
    bn_cnn,
    lenet,
    linear,
    mlp,
    multi_hot_mlp,
    recurrent,
    regression_mlp,
    resnet18,
    separable_cnn,
    softmax_regression,
    tiny_classifier,
)

LEAST_STEPS = 2


@dataclass(frozen=True)
class Workload:
    """One training: data, network, loss, optimizer, and how long."""

    name: str
    title: str
    shape: tuple[int, ...]
    """Of one example."""
    examples: int
    batch_size: int
    epochs: int
    network: Callable[[], nn.Module]
    loss: Callable[[Tensor, Tensor], Tensor]
    classes: int
    """0 for numbers, 1 for zero or one, else class indices."""
    optimizer: str
    """The text for `fit`."""
    torch_optimizer: Callable[..., torch.optim.Optimizer]
    rate: float
    required: float
    """Times as fast as the idiomatic loop."""
    pictures: bool = False
    """Whether examples are uint8 pictures, which the idiomatic user turns into float32 at the start."""
    density: float | None = None
    """Share of ones in multi-hot examples."""

    def scaled(self, scale: float) -> Workload:
        """Return a shorter workload: fewer epochs, and below one epoch fewer examples."""
        epochs = self.epochs * scale
        examples = int(self.examples * min(1.0, epochs))
        least = min(self.examples, LEAST_STEPS * self.batch_size)
        return replace(self, epochs=max(1, round(epochs)), examples=max(examples, least))

    def data(self) -> tuple[Tensor, Tensor]:
        """Return examples and targets: uint8 pictures, float32 numbers."""
        generator = torch.Generator().manual_seed(0)
        size = (self.examples, *self.shape)
        if self.pictures:
            inputs = torch.randint(0, 256, size, dtype=torch.uint8, generator=generator)
        elif self.density is not None:
            inputs = (torch.rand(size, generator=generator) < self.density).float()
        else:
            inputs = torch.randn(size, generator=generator)
        if self.classes > 1:
            return inputs, torch.randint(0, self.classes, (self.examples,), generator=generator)
        score = inputs.flatten(1)[:, :50].mean(1, keepdim=True)
        return inputs, (score > score.median()).float() if self.classes == 1 else score


def _bce(logits: Tensor, targets: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, targets)


_SGD, _ADAM, _RMS = torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop
_CE, _MSE = functional.cross_entropy, functional.mse_loss

WORKLOADS: tuple[Workload, ...] = (
    Workload("W1", "linear regression", (2,), 1000, 10, 3, linear, _MSE, 0, "sgd", _SGD, 0.03, 1.5),
    Workload("W2", "softmax regression", (1, 28, 28), 60_000, 256, 10, softmax_regression, _CE, 10, "sgd", _SGD, 0.1, 3.0,
             pictures=True),
    Workload("W3", "MLP 784-256-10", (1, 28, 28), 60_000, 256, 10, mlp, _CE, 10, "sgd", _SGD, 0.1, 1.6,
             pictures=True),
    Workload("W4a", "LeNet", (1, 28, 28), 60_000, 256, 1, lenet, _CE, 10, "sgd", _SGD, 0.1, 1.1,
             pictures=True),
    Workload("W4b", "BN-CNN 32-64-128", (1, 28, 28), 15_000, 256, 1, bn_cnn, _CE, 10, "sgd", _SGD, 0.1, 1.25,
             pictures=True),
    Workload("W5", "multi-hot 10000-16-16-1", (10_000,), 25_000, 512, 4, multi_hot_mlp, _bce, 1, "rmsprop", _RMS, 1e-3, 1.2,
             density=0.012),
    Workload("W6", "3-4-1, full batch", (3,), 500, 500, 20_000, tiny_classifier, _bce, 1, "sgd", _SGD, 0.1, 1.0),
    Workload("W7", "LSTM(32) on 100 x 16", (100, 16), 10_000, 128, 1, recurrent, _bce, 1, "adam", _ADAM, 1e-3, 0.97),
    Workload("W8", "ResNet-18 on 96 x 96", (1, 96, 96), 1_280, 128, 1, resnet18, _CE, 10, "sgd", _SGD, 0.05, 1.0,
             pictures=True),
    Workload("W9", "separable CNN on 64 x 64", (3, 64, 64), 1_920, 64, 1, separable_cnn, _CE, 10, "adam", _ADAM, 1e-3, 1.3,
             pictures=True),
    Workload("W10", "MLP 8-256-256-256-1", (8,), 20_640, 256, 20, regression_mlp, _MSE, 0, "adam", _ADAM, 1e-3, 1.8),
)  # fmt: skip
