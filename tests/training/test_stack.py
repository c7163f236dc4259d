"""Back-propagation by hand equals autograd's, and steps aside where it cannot."""

import copy
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from pellucid.foundation.batches import Batch
from pellucid.training.assembly import assemble
from pellucid.training.settings import TrainingSettings
from pellucid.training.stack import Stack, layers_of
from pellucid.training.steps import Autograd, Gradients


def gradients_for(problems: Any, network: nn.Module, loss: nn.Module | None = None, **options: Any) -> Gradients:
    wishes = TrainingSettings(device="cpu", **{"precision": "float64", **options}).filled()
    found: Gradients = assemble(network, loss or problems.Loss(), wishes, rate=0.1, batches=1).step.gradients
    return found


def autograd_twin(problems: Any, network: nn.Module, batch: Batch, loss: nn.Module | None = None) -> nn.Module:
    twin = copy.deepcopy(network).double()
    targets = batch.targets.double() if batch.targets.is_floating_point() else batch.targets
    (loss or problems.Loss())(twin(batch.inputs[0].double()), targets, None).backward()
    return twin


def assert_equal_gradients(ours: nn.Module, theirs: nn.Module, factor: float = 1.0) -> None:
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, factor * other.grad, rtol=1e-10, atol=1e-13)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.sampled_from([1, 2, 3, 17, 40]), min_size=2, max_size=5),
    activations=st.lists(st.sampled_from([nn.ReLU, nn.Sigmoid, nn.Tanh, None]), min_size=4, max_size=4),
    bias=st.booleans(),
    rows=st.integers(1, 9),
)
def test_gradients_equal_autograds(problems, sizes, activations, bias, rows) -> None:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for before, after, activation in zip(sizes[:-1], sizes[1:], activations, strict=False):
        layers += [nn.Linear(before, after, bias=bias), *([] if activation is None else [activation()])]
    network = nn.Sequential(*layers)
    batch = Batch((torch.randn(rows, sizes[0]),), torch.randn(rows, sizes[-1]))
    twin = autograd_twin(problems, network, batch)
    gradients = gradients_for(problems, network)
    assert isinstance(gradients, Stack)
    expected = problems.Loss()(twin(batch.inputs[0].double()), batch.targets.double())
    assert float(gradients(batch, 1.0)) == pytest.approx(float(expected.detach()), rel=1e-12)
    assert_equal_gradients(network, twin)
    gradients(batch, 0.5)  # gradients add up
    assert_equal_gradients(network, twin, 1.5)


def test_pictures_are_flattened_and_not_changed(problems) -> None:
    network = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(64, 3), nn.Tanh()), nn.Linear(3, 3))
    batch = next(problems.shapes().batches(0))
    pictures = batch.inputs[0].clone()
    twin = autograd_twin(problems, network, batch, problems.Loss("classes"))
    gradients = gradients_for(problems, network, problems.Loss("classes"))
    assert isinstance(gradients, Stack)
    gradients(batch, 1.0)
    assert_equal_gradients(network, twin)
    assert torch.equal(batch.inputs[0], pictures)


def test_a_single_layer_is_a_stack(problems) -> None:
    network = nn.Linear(3, 1)
    batch = next(problems.numbers().batches(0))
    twin = autograd_twin(problems, network, batch)
    gradients_for(problems, network)(batch, 1.0)
    assert_equal_gradients(network, twin)


def test_parameters_of_the_objective_get_their_gradient(problems) -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones((), dtype=torch.float64))

        def forward(self, logits: torch.Tensor, targets: torch.Tensor, offset: object) -> torch.Tensor:
            return (logits * self.scale - targets).square().mean()

    network, ours, theirs = problems.dense(3, 4, 1), Scaled(), Scaled()
    batch = next(problems.numbers().batches(0))
    autograd_twin(problems, network, batch, theirs)
    gradients_for(problems, network, ours)(batch, 1.0)
    assert float(ours.scale.grad) == pytest.approx(float(theirs.scale.grad), rel=1e-12)


def listeners() -> dict[str, Any]:
    calls: list[str] = []

    def note(*_: Any) -> None:
        calls.append("called")

    return {
        "calls": calls,
        "forward": lambda network: network[0].register_forward_hook(note),
        "before": lambda network: network[0].register_forward_pre_hook(note),
        "backward": lambda network: network[2].register_full_backward_hook(note),
        "parameter": lambda network: network[0].weight.register_hook(note),
        "accumulated": lambda network: network[0].weight.register_post_accumulate_grad_hook(note),
        "global": lambda network: nn.modules.module.register_module_forward_hook(note),
    }


@pytest.mark.parametrize("kind", ["forward", "before", "backward", "parameter", "accumulated", "global"])
def test_hooks_are_called_and_gradients_stay_right(problems, kind) -> None:
    hooks = listeners()
    network = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    batch = next(problems.numbers().batches(0))
    twin = autograd_twin(problems, network, batch)
    gradients = gradients_for(problems, network)
    handle = hooks[kind](network)
    gradients(batch, 1.0)
    handle.remove()
    count = len(hooks["calls"])
    assert count > 0
    assert_equal_gradients(network, twin)
    gradients(batch, 1.0)
    assert len(hooks["calls"]) == count


def test_inputs_with_more_axes_go_through_autograd(problems) -> None:
    class Mean(nn.Module):
        def forward(self, logits: torch.Tensor, targets: torch.Tensor, offset: object) -> torch.Tensor:
            return (logits - targets).square().mean()

    network = nn.Sequential(nn.Linear(3, 1))
    batch = Batch((torch.randn(4, 5, 3),), torch.randn(4, 5, 1))
    twin = autograd_twin(problems, network, batch, Mean())
    gradients_for(problems, network, Mean())(batch, 1.0)
    assert_equal_gradients(network, twin)


def odd_networks() -> dict[str, nn.Module]:
    shared = nn.Linear(3, 3)

    class Own(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) * 2

    return {
        "dropout": nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5)),
        "shared": nn.Sequential(shared, nn.ReLU(), shared),
        "frozen": nn.Sequential(nn.Linear(3, 3).requires_grad_(False), nn.Linear(3, 1)),
        "own class": nn.Sequential(Own(3, 1)),
        "two activations": nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Tanh()),
        "activation in front": nn.Sequential(nn.ReLU(), nn.Linear(3, 1)),
        "other flattening": nn.Sequential(nn.Flatten(0), nn.Linear(3, 1)),
        "nothing": nn.Sequential(),
    }


@pytest.mark.parametrize("name", list(odd_networks()))
def test_other_networks_are_left_to_autograd(name) -> None:
    assert layers_of(odd_networks()[name]) is None


@pytest.mark.parametrize("options", [{"precision": "bf16"}, {"compile": True}])
def test_other_ways_of_computing_are_left_to_autograd(problems, monkeypatch, options) -> None:
    monkeypatch.setattr(torch, "compile", lambda network: network)
    assert isinstance(gradients_for(problems, nn.Sequential(nn.Linear(3, 1)), **options), Autograd)
