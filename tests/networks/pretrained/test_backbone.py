"""A backbone: its features are those of the model, by hand with torch's own functions; it thaws when it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import Call
from pellucid.networks.choose import Choice, build, choose
from pellucid.networks.pretrained.backbone import BACKBONE, BackboneConfiguration
from pellucid.networks.pretrained.choosing import known_model

SPEC = InputSpec(kind="picture", examples=8, shape=(3, 80, 96), mean=(0.4, 0.5, 0.6), std=(0.2, 0.2, 0.3))
GREY = InputSpec(kind="picture", examples=8, shape=(1, 16, 24), mean=(0.4,), std=(0.2,))


def built(spec: InputSpec = SPEC, wish: str = "hf:ada/small", **options: Any) -> Any:
    call, _ = known_model(Call(wish, (), tuple(options.items())))
    return BACKBONE.build(BackboneConfiguration(**dict(call.options)), spec, 5, 0)


def by_hand(weights: dict[str, Tensor], pictures: Tensor, depths: tuple[int, ...] = (1, 2)) -> Tensor:
    """The pooled features of a basic residual network, from its weights by their names, in prediction mode."""

    def unit(maps: Tensor, name: str, stride: int = 1) -> Tensor:
        kernel = weights[f"{name}.convolution.weight"]
        maps = functional.conv2d(maps, kernel, stride=stride, padding=kernel.shape[-1] // 2)
        mean, var, scale, shift = (
            weights[f"{name}.normalization.{leaf}"] for leaf in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(maps, mean, var, scale, shift)

    maps = functional.max_pool2d(unit(pictures, "resnet.embedder.embedder", 2).relu(), 3, 2, 1)
    for stage, depth in enumerate(depths):
        for block in range(depth):
            name = f"resnet.encoder.stages.{stage}.layers.{block}"
            stride = 2 if stage and not block else 1
            branch = unit(unit(maps, f"{name}.layer.0", stride).relu(), f"{name}.layer.1")
            fitting = f"{name}.shortcut.convolution.weight" in weights
            maps = (branch + (unit(maps, f"{name}.shortcut", stride) if fitting else maps)).relu()
    return maps.mean(dim=(2, 3))


def test_features_are_those_of_the_model(small_model: dict[str, Tensor]) -> None:
    network = built().eval()
    scaled = torch.rand(2, 3, 80, 96)
    ours = (scaled - torch.tensor(SPEC.mean).view(3, 1, 1)) / torch.tensor(SPEC.std).view(3, 1, 1)
    expected = functional.linear(by_hand(small_model, (scaled - 0.5) / 0.25), network.last.weight, network.last.bias)
    torch.testing.assert_close(network(ours), expected, rtol=1e-4, atol=1e-4)


def test_small_grey_pictures_are_enlarged_and_coloured(small_model: dict[str, Tensor]) -> None:
    network = built(GREY).eval()
    scaled = torch.rand(2, 1, 16, 24)
    large = functional.interpolate((scaled.expand(2, 3, 16, 24) - 0.5) / 0.25, size=(64, 96), mode="bilinear")
    expected = functional.linear(by_hand(small_model, large), network.last.weight, network.last.bias)
    torch.testing.assert_close(network((scaled - 0.4) / 0.2), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.usefixtures("small_model")
def test_it_thaws_after_its_epochs_and_not_before() -> None:
    network = built(frozen=1).train()
    pictures = torch.randn(4, 3, 80, 96)
    before = {name: tensor.clone() for name, tensor in network.features.state_dict().items()}
    for step in range(3):  # eight examples are an epoch: two steps of four
        network.zero_grad()
        network(pictures).sum().backward()
        moved = [name for name, tensor in network.features.state_dict().items() if not tensor.equal(before[name])]
        learns = next(network.features.parameters()).grad is not None
        assert (learns, bool(moved)) == ((True, True) if step == 2 else (False, False))
        assert network.last.weight.grad is not None
    network.eval()(pictures)
    assert int(network.seen) == 12  # predictions do not count
    again = built(frozen=1).train()
    again.load_state_dict(network.state_dict())
    again(pictures).sum().backward()
    assert next(again.features.parameters()).grad is not None


@pytest.mark.usefixtures("small_model")
def test_features_learn_slowly_and_do_not_decay() -> None:
    network = built()
    (group,) = network.parameter_groups()
    assert (group.rate_factor, group.decay_factor) == (0.1, 0.0)
    assert set(group.parameters) == set(network.features.parameters())


@pytest.mark.usefixtures("small_model")
def test_choosing_it_by_name_says_so_and_keeps_everything_that_building_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    task: Any = type("Task", (), {"outputs": 5, "kind": "multiclass"})
    choice, (said,) = choose("picture", 8, task, "hf:ada/small(frozen=3)")
    assert said.choice == "ada/small of the Hugging Face hub, revision of your own folder"
    assert choice.options["frozen"] == 3
    assert choice.options["blocks"] == (1, 2)
    start = torch.arange(5.0).numpy()
    with_weights = build(choice, SPEC, task, start, 0)
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "elsewhere"))
    elsewhere = build(Choice.from_json(choice.to_json()), SPEC, task, start, 0)
    assert [tensor.shape for tensor in elsewhere.state_dict().values()] == [
        tensor.shape for tensor in with_weights.state_dict().values()
    ]
    assert with_weights.get_parameter("last.bias").tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(RangeError, match="expected a network for a table"):
        monkeypatch.setenv("PELLUCID_DATA", str(tmp_path)), choose("table", 8, task, "hf:ada/small")


def test_recommended_settings_say_that_it_has_learnt() -> None:
    recommended = BACKBONE.recommend(SPEC, type("Task", (), {"kind": "multiclass"}))  # type: ignore[arg-type]
    assert recommended.settings["learning_rate"] == 1e-3
    assert "with 0.1 of the rate" in recommended.reason


@pytest.mark.usefixtures("small_model")
def test_other_channels_are_refused() -> None:
    spec = InputSpec(kind="picture", examples=8, shape=(4, 80, 80), mean=(0.5,) * 4, std=(0.2,) * 4)
    with pytest.raises(ShapeError, match="1 or 3 channels, got 4"):
        built(spec)


def test_without_a_model_it_is_nothing() -> None:
    with pytest.raises(RangeError, match="write hf:owner/name"):
        BACKBONE.build(BackboneConfiguration(), SPEC, 5, 0)


@pytest.mark.parametrize(("option", "value"), [("frozen", -1), ("side", 0)])
def test_options_outside_their_range_are_refused(option: str, value: int) -> None:
    with pytest.raises(RangeError, match=f"expected {option} to be"):
        BackboneConfiguration(**{option: value})  # type: ignore[arg-type]
