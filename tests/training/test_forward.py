"""The way through the network: types, memory formats, compiling."""

import torch
from torch import nn

from pellucid.foundation.batches import Batch
from pellucid.training.devices import Precision
from pellucid.training.forward import Forward

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
