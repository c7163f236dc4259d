"""The dense network: shapes, seeds, members, what decays."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.foundation.records import InputSpec
from pellucid.networks.dense import DENSE, TABLE_MEMBERS, DenseConfiguration, DenseNetwork, fastest_wave

SPEC = InputSpec(kind="table", examples=500, numbers=3, levels=(4, 20))
SMALL = DenseConfiguration(hidden=(5, 4), members=3, frequencies=2)


def inputs(spec: InputSpec, rows: int = 6) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    columns = [torch.randint(0, count, (rows,), generator=random) for count in spec.levels]
    levels = torch.stack(columns, dim=1) if columns else torch.zeros(rows, 0, dtype=torch.int64)
    return torch.randn(rows, spec.numbers, generator=random), levels


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.integers(0, 4),
    levels=st.lists(st.integers(2, 12), max_size=3),
    hidden=st.lists(st.integers(1, 5), max_size=3),
    members=st.integers(1, 4),
    frequencies=st.integers(0, 3),
    outputs=st.integers(1, 3),
)
def test_logits_have_an_axis_of_members_when_there_are_several(
    numbers: int, levels: list[int], hidden: list[int], members: int, frequencies: int, outputs: int
) -> None:
    if not numbers and not levels:
        numbers = 1
    spec = InputSpec(kind="table", examples=100, numbers=numbers, levels=tuple(levels))
    configuration = DenseConfiguration(hidden=tuple(hidden), members=members, frequencies=frequencies)
    network = DENSE.build(configuration, spec, outputs, 0)
    assert network(*inputs(spec)).shape == ((6, members, outputs) if members > 1 else (6, outputs))


def test_the_same_seed_gives_the_same_network_and_no_global_generator_decides() -> None:
    def weights(seed: int, noise: int) -> list[Tensor]:
        torch.manual_seed(noise)
        return list(DENSE.build(SMALL, SPEC, 2, seed).state_dict().values())

    first, same, other = weights(0, 1), weights(0, 2), weights(1, 1)
    assert all(torch.equal(a, b) for a, b in zip(first, same, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_members_equal_separate_networks_with_copied_weights() -> None:
    together = DenseNetwork(SMALL, SPEC, 2, seed=0)
    numbers, levels = inputs(SPEC)
    logits = together(numbers, levels)
    assert together.numbers is not None
    assert together.levels is not None
    assert together.scale is not None
    for member in range(3):
        features = torch.cat([together.numbers(numbers), together.levels(levels)], dim=1)
        hidden = together.layers(features * together.scale.weight[member])
        alone = hidden @ together.last.weight[member] + together.last.bias[member]  # type: ignore[index]  # MemberLinear
        torch.testing.assert_close(logits[:, member], alone)


def test_tables_get_members_and_waves_pictures_and_wide_tables_do_not() -> None:
    table = DenseNetwork(DenseConfiguration(), SPEC, 1, 0)
    assert table(*inputs(SPEC)).shape == (6, TABLE_MEMBERS, 1)
    assert table.numbers is not None
    assert DenseNetwork(DenseConfiguration(), InputSpec(kind="table", examples=9, numbers=500), 1, 0).numbers is None
    picture = DenseNetwork(DenseConfiguration(), InputSpec(kind="picture", examples=9, shape=(1, 4, 4)), 3, 0)
    assert picture(torch.zeros(2, 1, 4, 4)).shape == (2, 3)
    assert [type(layer) for layer in picture.modules() if not list(layer.children())] == [
        nn.Linear, nn.SiLU, nn.Linear, nn.SiLU, nn.Linear,
    ]  # fmt: skip


def test_only_the_weights_of_layers_decay_and_every_parameter_is_in_one_group() -> None:
    network = DenseNetwork(SMALL, SPEC, 2, 0)
    decaying, others = network.parameter_groups()
    assert (decaying.decay_factor, others.decay_factor) == (1.0, 0.0)
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    assert [names[id(p)] for p in decaying.parameters] == ["layers.0.weight", "layers.2.weight", "last.weight"]
    assert sorted(names[id(p)] for group in (decaying, others) for p in group.parameters) == sorted(names.values())


def test_dropout_acts_in_training_only() -> None:
    network = DenseNetwork(DenseConfiguration(dropout=0.5, members=1, frequencies=0), SPEC, 1, 0)
    x = inputs(SPEC)
    assert not torch.equal(network(*x), network(*x))
    network.eval()
    assert torch.equal(network(*x), network(*x))


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_more_examples_never_slow_the_waves(few: int, many: int) -> None:
    assert fastest_wave(min(few, many)) <= fastest_wave(max(few, many))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hidden": (3, 0)}, "hidden to be whole numbers above 0"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1"),
        ({"members": 0}, "members to be a whole number above 0"),
        ({"frequencies": -1}, "frequencies to be a whole number from 0"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        DenseConfiguration(**options)  # type: ignore[arg-type]  # on purpose


def test_an_unknown_activation_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'relu'"):
        DenseConfiguration(activation="rellu")
