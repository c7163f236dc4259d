"""The way through the network: types, memory formats, compiling."""

import torch
from torch import nn

from pellucid.foundation.batches import Batch, Mixture
from pellucid.training.devices import Precision
from pellucid.training.forward import Forward
from pellucid.training.stack import Stack, layers_of
from pellucid.training.steps import Autograd

CPU = torch.device("cpu")


def test_tensors_that_are_ready_are_not_copied(problems) -> None:
    forward = Forward.of(problems.dense(3, 1), CPU, Precision(torch.float32))
    numbers, levels = torch.ones(2, 3), torch.ones(2, 3, dtype=torch.int64)
    assert forward.ready(numbers) is numbers
    assert forward.ready(levels) is levels


def test_floats_take_the_type_of_the_weights_and_indices_stay() -> None:
    forward = Forward.of(nn.Linear(3, 1), CPU, Precision(torch.float64))
    assert forward.ready(torch.ones(2)).dtype == torch.float64
    assert forward.ready(torch.ones(2, dtype=torch.int64)).dtype == torch.int64


def test_pictures_lie_pixel_by_pixel(problems) -> None:
    forward = Forward.of(problems.pictures(), CPU, Precision(torch.float32))
    assert forward.ready(torch.ones(2, 3, 4, 4)).is_contiguous(memory_format=torch.channels_last)


def test_half_precision_gives_logits_in_the_type_of_the_weights() -> None:
    forward = Forward.of(nn.Linear(3, 1), CPU, Precision(torch.float32, torch.bfloat16))
    logits = forward(Batch((torch.ones(2, 3) / 3,), torch.ones(2)))
    assert logits.dtype == torch.float32
    assert torch.equal(logits, logits.bfloat16().float())


def test_a_compiled_network_is_called_instead(monkeypatch) -> None:
    monkeypatch.setattr(torch, "compile", lambda network: lambda x: x * 2)
    forward = Forward.of(nn.Linear(3, 1), CPU, Precision(torch.float32), compiled=True)
    assert forward(Batch((torch.ones(1, 1),), torch.ones(1))).item() == 2


def test_the_loss_of_mixed_examples_is_the_weighted_sum(problems) -> None:
    forward = Forward.of(nn.Linear(3, 1), CPU, Precision(torch.float32))
    logits, targets = torch.randn(4, 1), torch.randn(4, 1)
    partners = torch.tensor([2, 0, 3, 1])
    objective = problems.Loss("squared")
    plain, others = (
        float(forward.loss(objective, logits, Batch((), values))) for values in (targets, targets[partners])
    )
    mixed = float(forward.loss(objective, logits, Batch((), targets, mixture=Mixture(partners, 0.3))))
    assert abs(mixed - (0.3 * plain + 0.7 * others)) < 1e-6


def test_the_stack_by_hand_takes_the_gradient_of_mixed_examples(problems) -> None:
    network = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
    forward = Forward.of(network, CPU, Precision(torch.float32))
    batch = Batch((torch.randn(5, 3),), torch.randn(5, 1), mixture=Mixture(torch.tensor([4, 3, 2, 1, 0]), 0.6))
    objective = problems.Loss("squared")
    found = []
    for gradients in (Autograd(forward, objective), Stack(forward, objective, network, layers_of(network) or [])):
        for parameter in network.parameters():
            parameter.grad = torch.zeros_like(parameter)
        gradients(batch, 1.0)
        found.append([parameter.grad.clone() for parameter in network.parameters()])
    for expected, by_hand in zip(*found, strict=True):
        torch.testing.assert_close(by_hand, expected)
