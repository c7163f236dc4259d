"""Logits of many examples: order, mode, members, devices."""

import torch
from torch import nn

from pellucid.training.predicting import logits_of, outputs_of


def test_they_come_in_order_whatever_the_batches(problems) -> None:
    network = problems.dense(3, 8, 2, dropout=0.5)
    source = problems.numbers(50, 7, None)
    found = logits_of(network, source)
    network.eval()
    torch.testing.assert_close(found, network(source.inputs[0]).detach())
    assert found.shape == (50, 2)


def test_modes_are_restored_part_by_part_and_the_result_is_an_ordinary_tensor(problems) -> None:
    network = problems.pictures(dropout=0.5)
    network[1].eval()  # a norm that was frozen on purpose
    statistics = network[1].running_mean.clone()
    found = logits_of(network, problems.shapes(20, 20, None))
    assert network.training
    assert not network[1].training
    assert torch.equal(network[1].running_mean, statistics)
    assert not found.is_inference()
    assert not found.requires_grad


def test_members_are_joined(problems) -> None:
    class Members(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x[:, :, None]  # (n, e, o), and no parameters

    source = problems.numbers(10, 4, None)
    found = logits_of(Members(), source, lambda logits: logits.mean(1))
    torch.testing.assert_close(found, source.inputs[0].mean(1, keepdim=True))


def test_offsets_and_targets_come_along(problems) -> None:
    source = problems.numbers(10, 4, None)
    source.offset = torch.arange(10.0)
    outputs = outputs_of(lambda batch: batch.inputs[0], source.batches(0), None)
    assert torch.equal(outputs.targets, source.targets)
    assert outputs.offset.tolist() == list(range(10))


def test_inputs_take_the_type_of_the_weights_and_the_device_asked_for(problems) -> None:
    found = logits_of(problems.dense(3, 1).double(), problems.numbers(10, 4), device=torch.device("cpu"))
    assert found.dtype == torch.float64
