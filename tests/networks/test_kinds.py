"""What the convolutional families hold to for every kind of input that they take: sizes, seeds, gradients, learning."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputKind, InputSpec
from pellucid.networks.catalogue import DEFAULTS
from pellucid.networks.choose import Choice, build, recommend
from pellucid.networks.family import Family
from pellucid.networks.probe import zero_inputs
from pellucid.networks.series.fcn import FCN_FAMILY
from pellucid.networks.sound.melconv import MELCONV
from pellucid.networks.sound.waveconv import WAVECONV
from pellucid.networks.video.frames import FRAMECONV, FRAMEGRU
from pellucid.networks.vision.densenet import DENSENET, DENSENET121
from pellucid.networks.vision.nin import NIN
from pellucid.networks.vision.resnet import RESNET, RESNET18, RESNET50
from pellucid.networks.vision.vgg import VGG_FAMILY
from pellucid.networks.volume.conv3d import CONV3D
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.regression import Regression

SHAPES: dict[InputKind, tuple[int, ...]] = {
    "sound": (1, 800), "series": (2, 30), "video": (1, 5, 8, 8), "volume": (1, 6, 7, 8),
}  # fmt: skip
NARROW = {
    "waveconv": {"width": 8}, "melconv": {"width": 8, "mels": 16, "masks": 0.0}, "fcn": {"width": 8, "members": 1},
    "conv3d": {"width": 4}, "framegru": {"width": 4, "features": 16}, "frameconv": {"width": 4, "features": 16},
    "nin": {"channels": (16, 16)}, "vgg": {"width": 4}, "resnet": {"width": 4, "blocks": 1},
    "densenet": {"growth": 4, "blocks": 2},
}  # fmt: skip
OWN = (WAVECONV, MELCONV, FCN_FAMILY, CONV3D, FRAMEGRU, FRAMECONV, NIN, VGG_FAMILY, RESNET, DENSENET)
PAIRS = [(family, kind) for family in OWN for kind in family.kinds if kind != "picture"]
each = pytest.mark.parametrize(("family", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))


def spec_of(kind: InputKind, **more: object) -> InputSpec:
    return replace(InputSpec(kind=kind, examples=100, shape=SHAPES[kind], rate=8000), **more)


def made(family: Family, kind: InputKind, outputs: int = 4, seed: int = 0) -> nn.Module:
    return family.build(family.configuration(**NARROW[family.name]), spec_of(kind), outputs, seed)


def examples(kind: InputKind, n: int = 4) -> Tensor:
    return torch.randn(n, *SHAPES[kind], generator=torch.Generator().manual_seed(0))


@each
@pytest.mark.parametrize("outputs", [1, 3])
def test_logits_have_the_outputs_of_any_task(family: Family, kind: InputKind, outputs: int) -> None:
    network = made(family, kind, outputs)
    assert network(examples(kind)).shape == (4, outputs)
    alone = network.eval()(examples(kind)[:1])
    assert alone.shape == (1, outputs)
    torch.testing.assert_close(alone, network(examples(kind))[:1])  # no example changes another's prediction
    assert network.get_parameter("last.bias").shape == (outputs,)


@each
def test_the_same_seed_gives_the_same_weights_and_no_global_generator_moves(family: Family, kind: InputKind) -> None:
    before = torch.get_rng_state()
    first, again, other = (made(family, kind, seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["last.weight"], other["last.weight"])


@each
def test_a_few_examples_are_learnt_by_heart(family: Family, kind: InputKind) -> None:
    """Also: the gradient reaches every parameter."""
    network, x, labels = made(family, kind), examples(kind), torch.arange(4)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for step in range(100):
        loss = nn.functional.cross_entropy(network(x), labels)
        optimizer.zero_grad()
        loss.backward()
        if step == 1:  # at step 0 residual branches are multiplied by 0
            assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []
        if loss < 0.1:
            break
        optimizer.step()
    assert loss < 0.1


@each
def test_weights_go_to_another_network_of_the_same_options(family: Family, kind: InputKind) -> None:
    first, second = made(family, kind, seed=0).eval(), made(family, kind, seed=1).eval()
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(examples(kind)), second(examples(kind)))


@each
def test_settings_are_recommended_for_any_amount_of_data(family: Family, kind: InputKind) -> None:
    classes, number = Multiclass(targets=("y",), classes=("a", "b", "c")), Regression(targets=("y",))
    for count in (1, 50, 100_000):
        settings = family.recommend(spec_of(kind, examples=count), classes).settings
        assert 1 <= settings["batch_size"] <= 128
        assert settings["epochs"] >= 6
        assert "label_smoothing" in settings
        assert "label_smoothing" not in family.recommend(spec_of(kind, examples=count), number).settings


@pytest.mark.parametrize("kind", ["sound", "video", "volume"])
@pytest.mark.knowledge("H3", "H7", "H8")
def test_the_default_is_a_convolutional_network_whose_bias_starts_at_the_constant_prediction(kind: InputKind) -> None:
    assert DEFAULTS[kind] == {"sound": "waveconv"}.get(kind, "conv3d")
    choice, task = Choice(family=DEFAULTS[kind], options=NARROW[DEFAULTS[kind]]), Regression(targets=("y",))
    network = build(choice, spec_of(kind), task, torch.tensor([2.5]).numpy(), seed=0)
    assert network.get_parameter("last.bias").tolist() == [2.5]
    assert recommend(choice, spec_of(kind), task).settings["optimizer"] == "adamw"


@pytest.mark.parametrize("family", [NIN, VGG_FAMILY, RESNET, RESNET18, RESNET50, DENSENET, DENSENET121])
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"lengths": True}, "expected series of one length, got several lengths: pass network='fcn'"),
        ({"future": (2, 5)}, "expected no inputs that are known ahead, got 2: pass network='fcn'"),
    ],
)
def test_networks_for_pictures_take_only_plain_series(family: Family, more: dict[str, object], words: str) -> None:
    with pytest.raises(RangeError, match=f"{family.name} {words}"):
        family.build(family.configuration(), spec_of("series", **more), 3, 0)


@pytest.mark.parametrize(
    ("more", "second"), [({"lengths": True}, torch.tensor([30, 1, 7, 29])), ({"future": (2, 5)}, torch.zeros(4, 2, 5))]
)
def test_the_network_for_series_takes_the_second_tensor(more: dict[str, object], second: Tensor) -> None:
    spec = spec_of("series", **more)
    network = FCN_FAMILY.build(FCN_FAMILY.configuration(members=2), spec, 3, 0)
    assert len(zero_inputs(spec)) == 2
    assert network(examples("series"), second).shape == (4, 2, 3)
