"""What all families for pictures here hold to: any size, any channels, seeds, gradients, and that they learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import pellucid
from pellucid.foundation.records import InputSpec
from pellucid.networks.family import Family
from pellucid.networks.summary import summarise
from pellucid.networks.vision.densenet import DENSENET, DENSENET121
from pellucid.networks.vision.nin import NIN
from pellucid.networks.vision.resnet import RESNET, RESNET18, RESNET34, RESNET50
from pellucid.networks.vision.vgg import VGG_FAMILY

SMALL = (NIN, VGG_FAMILY, RESNET, DENSENET)
EVERY = (*SMALL, RESNET18, RESNET34, RESNET50, DENSENET121)
MOMENTUM = 0.9
each = pytest.mark.parametrize("family", EVERY, ids=lambda family: family.name)


def built(family: Family, shape: tuple[int, ...], outputs: int = 10, seed: int = 0, **options: object) -> nn.Module:
    spec = InputSpec(kind="picture", examples=1000, shape=shape)
    return family.build(family.configuration(**options), spec, outputs, seed)


@each
def test_any_size_in_training_and_prediction(family: Family) -> None:
    shapes = [(1, 1, 1), (2, 1, 7), (3, 5, 3), (4, 8, 8)] + [(3, 33, 65)] * (family in SMALL)
    for shape in shapes:
        network = built(family, shape, outputs=3)
        pictures = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
        assert network(pictures).shape == (2, 3)
        logits = network.eval()(pictures)
        assert logits.shape == (2, 3)
        assert logits.isfinite().all()


@pytest.mark.parametrize("family", SMALL, ids=lambda family: family.name)
def test_a_large_picture_gets_the_large_stem(family: Family) -> None:
    assert built(family, (1, 97, 130)).eval()(torch.zeros(1, 1, 97, 130)).shape == (1, 10)


@each
def test_one_example_can_be_trained_on(family: Family) -> None:
    # Batch norm refuses one value per channel; no stage leaves fewer than four places.
    assert built(family, (1, 2, 2)).train()(torch.ones(1, 1, 2, 2)).shape == (1, 10)


@each
def test_the_same_seed_gives_the_same_weights_and_no_global_generator_moves(family: Family) -> None:
    before = torch.get_rng_state()
    first, again, other = (built(family, (1, 8, 8), seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["last.weight"], other["last.weight"])


@each
def test_the_gradient_reaches_every_parameter(family: Family) -> None:
    options = {"zero_init": False, "squeeze_excite": True} if family.name.startswith("resnet") else {}
    network = built(family, (1, 8, 8), **options)
    pictures = torch.randn(8, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    nn.functional.cross_entropy(network(pictures), torch.arange(8)).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


@each
def test_eight_digits_are_learnt_by_heart(family: Family, eight_digits: tuple[Tensor, Tensor]) -> None:
    pictures, labels = eight_digits
    network = built(family, (1, 8, 8))
    weights = list(network.parameters())
    velocities = [torch.zeros_like(weight) for weight in weights]
    for _ in range(40):
        loss = nn.functional.cross_entropy(network(pictures), labels)
        if loss < 0.05:
            break
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, velocity, gradient in zip(weights, velocities, gradients, strict=True):
                weight -= 0.05 * velocity.mul_(MOMENTUM).add_(gradient)
    assert loss < 0.05


@pytest.fixture(scope="module")
def eight_digits() -> tuple[Tensor, Tensor]:
    """The first eight pictures of scikit-learn's digits: 0 to 7."""
    from sklearn.datasets import load_digits

    pictures, labels = load_digits(return_X_y=True)
    assert labels[:8].tolist() == list(range(8))
    scaled = (pictures[:8].astype(np.float32) - 5) / 6  # about mean 0 and deviation 1
    return torch.from_numpy(scaled).view(8, 1, 8, 8), torch.from_numpy(labels[:8])


def test_a_run_ends_with_a_report_of_all_layers(tmp_path: Path) -> None:
    run = pellucid.fit(
        "digits",
        network="resnet(blocks=1, width=8)",
        epochs=2,
        out=str(tmp_path),
        baselines=False,
        bootstrap=0,
        quiet=True,
    )
    rows = {row.name: row for row in run.record.network.layers}
    assert sum(row.parameters for row in rows.values()) == sum(p.numel() for p in run.network.parameters())
    # 8 x 8 pixels, 9 weights of each of 8 kernels over 1 channel
    assert rows["features.0.0.convolution"].multiply_adds == 64 * 9 * 8
    page = (run.folder / "report.html").read_text()
    assert "Multiply-adds" in page
    assert "4,608" in page
    predictions = run.scores.targets[0].network.score("accuracy")
    assert predictions is not None
    assert predictions.value > 0.8


@pytest.mark.parametrize(
    ("family", "billions"),
    # Origin: the table of weights in torchvision's documentation ("GFLOPS" of IMAGENET1K_V1, there multiply-adds).
    # They tell where the strides are: with the stride on the first 1x1, ResNet-50 would have 3.8.
    [(RESNET18, 1.81), (RESNET34, 3.66), (RESNET50, 4.09), (DENSENET121, 2.83)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_multiply_adds_are_those_of_torchvision(family: Family, billions: float) -> None:
    network = built(family, (3, 224, 224), outputs=1000).to("meta")  # shapes only: nothing is computed
    with torch.device("meta"):
        rows = summarise(network, InputSpec(kind="picture", examples=1000, shape=(3, 224, 224)))
    assert sum(row.multiply_adds for row in rows) / 1e9 == pytest.approx(billions, abs=0.006)
