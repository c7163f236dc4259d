"""What networks for sequences begin with: the tensors of each kind of input as steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.records import InputSpec
from pellucid.networks.sequences.inputs import RecentSteps, SequenceInput, patches, recent_steps
from pellucid.networks.sound.mel import LogMel


def test_texts_are_embedded_and_their_lengths_counted() -> None:
    begin = SequenceInput(InputSpec(kind="text", examples=9, shape=(5,), vocabulary=7), embedding=3)
    steps = begin(torch.tensor([[4, 2, 0], [6, 5, 4]]))
    assert (begin.width, steps.sequences.shape, steps.known) == (3, (2, 3, 3), None)
    assert steps.lengths is not None
    assert steps.lengths.tolist() == [2, 3]


def test_series_come_with_nothing_with_lengths_or_with_what_is_known_ahead() -> None:
    plain = InputSpec(kind="series", examples=9, shape=(2, 5))
    values, lengths, future = torch.ones(3, 2, 5), torch.tensor([5, 1, 2]), torch.arange(12.0).view(3, 2, 2)
    steps = SequenceInput(plain, embedding=8)(values)
    assert (steps.sequences is values, steps.lengths, steps.known) == (True, None, None)
    ragged = InputSpec(kind="series", examples=9, shape=(2, 5), lengths=True)
    found = SequenceInput(ragged, embedding=8)(values, lengths).lengths
    assert found is not None
    assert torch.equal(found, lengths)
    forecast = SequenceInput(InputSpec(kind="series", examples=9, shape=(2, 5), future=(2, 2)), embedding=8)
    steps = forecast(values, future)
    assert forecast.known == 4
    assert steps.lengths is None
    assert steps.with_known(torch.zeros(3, 1))[1].tolist() == [0.0, 4.0, 5.0, 6.0, 7.0]


def test_sounds_become_log_mel_frames() -> None:
    begin = SequenceInput(InputSpec(kind="sound", examples=9, shape=(2, 1000), rate=8000), embedding=8)
    waves = torch.randn(3, 2, 1000, generator=torch.Generator().manual_seed(0))
    expected = LogMel(8000)(waves)
    assert begin.width == expected.shape[1]
    torch.testing.assert_close(begin(waves).sequences, expected)


@given(steps=st.integers(1, 12), size=st.integers(1, 5))
def test_patches_are_neighbouring_steps_and_lose_none(steps: int, size: int) -> None:
    sequences = torch.arange(2.0 * 3 * steps).view(2, 3, steps) + 1
    found = patches(sequences, size)
    count = -(-steps // size)
    assert found.shape == (2, 3 * size, count)
    back = found.view(2, 3, size, count).transpose(2, 3).flatten(2)  # (n, c, l)
    assert torch.equal(back[:, :, :steps], sequences)
    assert not back[:, :, steps:].any()


@pytest.mark.parametrize(("steps", "patch"), [(1, 1), (24, 1), (63, 1), (64, 2), (150, 4), (1000, 31)])
def test_long_series_are_read_in_patches(steps: int, patch: int) -> None:
    spec = InputSpec(kind="series", examples=9, shape=(2, steps))
    begin = SequenceInput(spec, embedding=8)
    assert (begin.patch, begin.width) == (patch, 2 * patch)
    assert begin(torch.zeros(1, 2, steps)).sequences.shape == (1, 2 * patch, -(-steps // patch))
    assert SequenceInput(spec, embedding=8, patch=1).width == 2


def test_several_lengths_are_counted_in_patches_and_what_follows_is_nothing() -> None:
    spec = InputSpec(kind="series", examples=9, shape=(1, 6), lengths=True)
    steps = SequenceInput(spec, embedding=8, patch=2)(torch.ones(3, 1, 6), torch.tensor([6, 3, 1]))
    assert steps.lengths is not None
    assert steps.lengths.tolist() == [3, 2, 1]
    assert steps.sequences.sum(dim=(1, 2)).tolist() == [6.0, 3.0, 1.0]


def test_recent_steps_are_a_linear_layer_that_starts_at_nothing() -> None:
    spec = InputSpec(kind="series", examples=9, shape=(2, 6))
    layer = RecentSteps(spec, 4, outputs=3)
    series = torch.randn(5, 2, 6, generator=torch.Generator().manual_seed(0))
    assert not layer(series).any()
    with torch.no_grad():
        layer.weight.normal_(generator=torch.Generator().manual_seed(1))
    expected = torch.einsum("nct,oct->no", series[:, :, 2:], layer.weight.view(3, 2, 4))
    torch.testing.assert_close(layer(series), expected)
    assert RecentSteps(spec, 99, outputs=3).weight.shape == (3, 12)


def test_recent_steps_are_for_series_of_one_length() -> None:
    spec = InputSpec(kind="series", examples=9, shape=(2, 6))
    assert recent_steps(spec, 0, outputs=3) is None
    assert recent_steps(replace(spec, lengths=True), 4, outputs=3) is None
    assert recent_steps(InputSpec(kind="text", examples=9, shape=(6,)), 4, outputs=3) is None
    assert isinstance(recent_steps(spec, 4, outputs=3), RecentSteps)


@pytest.mark.parametrize(("examples", "channels", "steps"), [(100, 1, 32), (100, 6, 16), (20, 1, 20), (3, 6, 0)])
def test_no_more_recent_numbers_are_chosen_than_there_are_examples(examples: int, channels: int, steps: int) -> None:
    found = recent_steps(InputSpec(kind="series", examples=examples, shape=(channels, 50)), None, outputs=1)
    assert (0 if found is None else found.steps) == steps
