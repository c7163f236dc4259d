"""The fully convolutional network for series: the published size, padding that does not matter, inputs known ahead."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.series.fcn import FCN, FCN_FAMILY, FEW_SERIES, MEMBERS, FCNConfiguration
from pellucid.tasks.multiclass import Multiclass

PLAIN = InputSpec(kind="series", examples=50, shape=(1, 150))


def test_parameters_are_those_of_the_paper() -> None:
    # Wang et al. (2017), section 2.2: 128, 256, 128 channels with kernels of 8, 5, 3. Counted by hand; here the first
    # kernel is 7, and the norms' shifts take the place of the biases.
    network = FCN(PLAIN, 2, options=FCNConfiguration(width=128, kernels=(7, 5, 3), members=1))
    kernels = 128 * 7 + 256 * 128 * 5 + 128 * 256 * 3
    assert sum(p.numel() for p in network.parameters()) == kernels + 2 * (128 + 256 + 128) + 2 * 128 + 2


def test_what_follows_a_shorter_series_does_not_matter() -> None:
    generator = torch.Generator().manual_seed(0)
    spec = InputSpec(kind="series", examples=9, shape=(2, 20), lengths=True)
    network = FCN(spec, 3, generator=generator).eval()
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm1d):  # so that zeros do not stay zeros by themselves
            norm.bias.data.fill_(0.5)
    series, lengths = torch.randn(3, 2, 12, generator=generator), torch.tensor([12, 5, 1])
    series *= torch.arange(12) < lengths[:, None, None]
    longer = nn.functional.pad(series, (0, 8))
    torch.testing.assert_close(network(longer, lengths), network(series, lengths))
    for row, length in enumerate(lengths.tolist()):  # and is as if each were alone
        alone = network(series[row : row + 1, :, :length], torch.tensor([length]))
        torch.testing.assert_close(network(longer, lengths)[row : row + 1], alone)


def test_members_learn_by_themselves_and_their_biases_do_not_decay() -> None:
    few = FCN(PLAIN, 2, generator=torch.Generator().manual_seed(0))
    series = torch.randn(3, 1, 150, generator=torch.Generator().manual_seed(1))
    logits = few(series)
    assert logits.shape == (3, MEMBERS, 2)
    logits[:, 1].sum().backward()
    touched = [any(bool(one.grad.any()) for one in member.parameters()) for member in few.members]
    assert touched == [False, True, False, False]
    assert not torch.equal(*(few.members[member][0].convolution.weight for member in (0, 1)))
    (group,) = few.parameter_groups()
    assert (group.decay_factor, group.parameters) == (0.0, (few.last.bias,))
    alone = FCN(PLAIN, 2, options=FCNConfiguration(members=1))
    assert alone(series).shape == (3, 2)


def test_every_second_member_looks_at_short_pieces() -> None:
    def kernels(members: int, given: tuple[int, ...] | None = None) -> list[list[int]]:
        network = FCN(PLAIN, 2, options=FCNConfiguration(width=2, members=members, kernels=given))
        return [[layer.convolution.kernel_size[0] for layer in layers] for layers in network.members]

    assert kernels(3) == [[31, 15, 7], [7, 5, 3], [31, 15, 7]]
    assert kernels(1) == [[31, 15, 7]]
    assert kernels(2, given=(9, 3)) == [[9, 3], [9, 3]]


def test_only_few_series_get_members() -> None:
    def members(examples: int) -> int:
        return len(FCN(InputSpec(kind="series", examples=examples, shape=(1, 50)), 2).members)

    assert (members(FEW_SERIES - 1), members(FEW_SERIES)) == (MEMBERS, 1)


def test_inputs_known_ahead_reach_the_last_layer() -> None:
    spec = InputSpec(kind="series", examples=300, shape=(1, 20), future=(2, 3))
    network = FCN(spec, 3).eval()
    assert network.last.in_features == 32 + 6
    series, known = torch.randn(2, 1, 20), torch.zeros(2, 2, 3)
    before = network(series, known)
    known[1, 1, 2] = 1.0
    change = network(series, known) - before
    assert not change[0].any()
    torch.testing.assert_close(change[1], network.last.weight[:, -1])


def test_many_or_long_series_get_half_the_width() -> None:
    def width(examples: int, length: int) -> int:
        spec = InputSpec(kind="series", examples=examples, shape=(1, length))
        return FCN(spec, 2).last.in_features

    assert (width(19_999, 100), width(20_000, 100)) == (32, 16)
    assert FCN(PLAIN, 2, options=FCNConfiguration(width=5, kernels=(3,), members=1)).last.in_features == 5


def test_the_steps_stay_about_the_same_whatever_the_number_of_examples() -> None:
    task = Multiclass(targets=("y",), classes=("a", "b"))
    steps = []
    for examples in (36, 67, 299, 500):
        settings = FCN_FAMILY.recommend(InputSpec(kind="series", examples=examples, shape=(1, 100)), task).settings
        steps.append(settings["epochs"] * -(-examples // settings["batch_size"]))
    *few, many = steps
    assert all(1130 <= count <= 1270 for count in few)
    assert 3400 <= many <= 3700


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernels": (8, 5, 3)}, r"kernels to be one or more odd whole numbers above 0, got \(8, 5, 3\)"),
        ({"kernels": ()}, "kernels to be one or more odd"),
        ({"width": 0}, "width to be a whole number above 0, got 0"),
        ({"members": 0}, "members to be a whole number above 0, got 0"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, object], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        FCNConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose
