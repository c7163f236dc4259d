"""Receptive fields against the experiment of the laboratory, against gradients, and against published numbers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.laboratory.convolution.receptive_field import ReceptiveField
from pellucid.networks.family import Family
from pellucid.networks.receptive import ReceptiveFields
from pellucid.networks.summary import summarise
from pellucid.networks.vision.densenet import DenseNet
from pellucid.networks.vision.resnet import RESNET18, RESNET34, RESNET50, ResNet, ResNetConfiguration
from pellucid.networks.vision.vgg import VGG
from pellucid.networks.volume.conv3d import Convolution3D


def fields_of(network: nn.Module, shape: tuple[int, ...]) -> list[str]:
    rows = summarise(network, InputSpec(kind="series", examples=9, shape=shape))
    return [row.receptive_field for row in rows if row.receptive_field]


@pytest.mark.parametrize("kernel", [2, 3, 5])
def test_chains_of_convolutions_have_the_fields_of_the_experiment(kernel: int) -> None:
    depth = 4
    result = ReceptiveField(kernel=kernel, depth=depth, factor=2).run()
    plans = {
        "plain": [(1, 1)] * depth, "stride": [(2, 1)] * depth, "dilation": [(1, 2**layer) for layer in range(depth)],
    }  # fmt: skip
    for name, plan in plans.items():
        network = nn.Sequential(*(nn.Conv1d(1, 1, kernel, stride=s, dilation=d) for s, d in plan))
        assert fields_of(network, (1, 200)) == [str(field) for field in result[name]]


def reached(network: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return along each axis how many places of the input the middle of the last maps has a gradient by."""
    network.eval()
    for parameter in network.parameters():
        parameter.data.abs_()  # nothing cancels, and no rectifier is shut
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.MaxPool2d | nn.MaxPool3d):  # hands its gradient to one place only: a mean to all
            mean = nn.AvgPool2d if isinstance(module, nn.MaxPool2d) else nn.AvgPool3d
            parent, _, last = name.rpartition(".")
            setattr(network.get_submodule(parent), last, mean(module.kernel_size, module.stride, ceil_mode=True))
    x = torch.rand(1, *shape, generator=torch.Generator().manual_seed(0)).requires_grad_()
    maps = network(x)
    maps[(0, slice(None), *(side // 2 for side in maps.shape[2:]))].sum().backward()
    assert isinstance(x.grad, Tensor)
    seen = x.grad[0].any(dim=0).nonzero()
    return tuple((seen.amax(dim=0) - seen.amin(dim=0) + 1).tolist())


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (ResNet((1, 61), 3, blocks=(1, 2), width=4, options=ResNetConfiguration(zero_init=False)), (1, 61)),
        (DenseNet((1, 61), 3, blocks=(2, 2), growth=4), (1, 61)),
        (VGG((1, 80, 84), 3), (1, 80, 84)),
        (Convolution3D((1, 3, 60, 62), 3), (1, 3, 60, 62)),
    ],
    ids=["resnet", "densenet", "vgg", "conv3d"],
)
def test_as_many_places_have_a_gradient(network: nn.Module, shape: tuple[int, ...]) -> None:
    told = tuple(int(field) for field in fields_of(network, shape)[-1].split(" × "))
    features = network.get_submodule("features")
    assert tuple(min(field, side) for field, side in zip(told, shape[1:], strict=True)) == reached(features, shape)


@pytest.mark.parametrize(
    ("family", "field"),
    # Origin: by hand. 7x7 with stride 2 and the 3x3 pooling make 11 at jump 4; each 3x3 adds 2 jumps, jumps double
    # with each stage. 18: 11 + 4*8 + (8 + 3*16) + (16 + 3*32) + (32 + 3*64) = 435.
    [(RESNET18, 435), (RESNET34, 11 + 6 * 8 + 8 + 7 * 16 + 16 + 11 * 32 + 32 + 5 * 64), (RESNET50, 427)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_networks_for_imagenet_see_the_whole_picture(family: Family, field: int) -> None:
    spec = InputSpec(kind="picture", examples=9, shape=(3, 96, 96))
    network = family.build(family.configuration(), spec, 10, 0).to("meta")  # shapes only: nothing is computed
    with torch.device("meta"):
        fields = fields_of(network, (3, 96, 96))
    assert fields[-1] == f"{field} × {field}"


def test_a_shortcut_has_the_field_of_what_it_copies() -> None:
    network = ResNet((1, 61), 3, blocks=(1, 1), width=4)
    rows = {
        row.name: row.receptive_field for row in summarise(network, InputSpec(kind="series", examples=9, shape=(1, 61)))
    }
    assert rows["features.2.0.shortcut.0"] == rows["features.1.0.branch.1"] == "7"
    assert rows["features.2.0.branch.1"] == "13"


def test_what_looks_at_everything_or_widens_has_no_field_and_neither_has_what_follows() -> None:
    network = nn.Sequential(nn.Conv1d(1, 2, 3), nn.ConvTranspose1d(2, 2, 2, stride=2), nn.Conv1d(2, 2, 3))
    assert fields_of(network, (1, 20)) == ["3"]
    joined = ReceptiveFields()
    x = torch.zeros(1, 1, 5)
    assert joined.after(nn.Linear(5, 5), (x,), x + 0) == ""
    assert joined.after(nn.Conv1d(1, 1, 1), (x + 0,), x + 0) == ""  # made by nobody knows what, after a linear layer
    assert joined.after(nn.Identity(), ((x,),), x) == ""
