"""The whole way with pictures that are varied in training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import pellucid
from pellucid.data.batches import InMemory
from pellucid.data.gathering import Gathered
from pellucid.data.modalities.saving import transform_from_json, transform_to_json
from pellucid.data.transforms.picture import PictureTransform, fit_picture
from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.report.write import view_of
from pellucid.runs.folder import RunFolder
from pellucid.workbench.transforms import batches_of

QUICK: dict[str, Any] = {
    "epochs": 1, "report": False, "baselines": False, "bootstrap": 0, "quiet": True, "network": "lenet",
}  # fmt: skip
RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 255, (60, 12, 12), dtype=np.uint8)
Y = np.array(["a cat", "a dog", "a bird"] * 20)


def weights(**options: Any) -> torch.Tensor:
    run = pellucid.fit((PIXELS, Y), **QUICK, **options)
    return torch.cat([tensor.flatten() for tensor in run.network.state_dict().values()])


def test_the_same_seed_varies_pictures_in_the_same_way() -> None:
    wish = "flip, rotate(15), crop(0.8), colour, erase, mixup(0.2), cutmix"
    first = weights(augment=wish, seed=1)
    assert torch.equal(first, weights(augment=wish, seed=1))
    assert not torch.equal(first, weights(augment="none", seed=1))
    assert not torch.equal(first, weights(augment=wish, seed=2))


def test_the_grid_is_written_before_training_and_predictions_are_plain() -> None:
    run = pellucid.fit((PIXELS, Y), augment="flip(1)", **QUICK)
    grid = view_of(RunFolder(run.folder)).varied
    assert grid is not None
    np.testing.assert_array_equal(grid[:, 1], np.flip(grid[:, 0], -1))
    once, again = (run.predict(PIXELS)["predicted_target"] for _ in range(2))
    assert once.equals(again)


def test_nothing_is_written_where_nothing_is_varied() -> None:
    run = pellucid.fit((PIXELS, Y), augment="none", **QUICK)
    assert not [path for path in run.folder.iterdir() if path.name == "varied.safetensors"]
    assert "augmentation" not in [decision.topic for decision in run.record.decisions]


def test_batches_without_changes_come_from_memory_and_varied_ones_are_gathered() -> None:
    plain = fit_picture(PIXELS[:, None])
    varied = PictureTransform(
        channels=1, size=(12, 12), mean=plain.mean, std=plain.std, background=(0.0,),
        changes=tuple(transform_from_json(pellucid.fit((PIXELS, Y), augment="flip", **QUICK).record.transform).changes),
    )  # fmt: skip

    def source(transform: PictureTransform, seed: int | None) -> Any:
        return batches_of(transform, [PIXELS[:, None]], np.zeros(60), batch_size=16, seed=seed)

    assert isinstance(source(plain, 0), InMemory)
    assert isinstance(source(varied, None), InMemory)
    assert isinstance(source(varied, 0), Gathered)
    for first, second in zip(source(plain, None).batches(0), source(varied, None).batches(0), strict=True):
        assert torch.equal(first.inputs[0], second.inputs[0])


def test_runs_of_before_there_were_changes_still_load() -> None:
    record = transform_to_json(fit_picture(PIXELS[:, None]))
    for name in ("changes", "background", "said"):
        record.pop(name)
    assert transform_from_json(record) == fit_picture(PIXELS[:, None])


def test_wrong_wishes() -> None:
    with pytest.raises(UnknownNameError, match="expected a change of pictures .*rotate"):
        pellucid.fit((PIXELS, Y), augment="rotat", **QUICK)
    with pytest.raises(RangeError, match="expected rotate with one number from 0 to 180"):
        pellucid.fit((PIXELS, Y), augment="rotate(999)", **QUICK)
