"""The recurrent stack computes what torch's does on packed sequences, and padding does not matter."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from pellucid.foundation.errors import UnknownNameError
from pellucid.networks.sequences.recurrent import CELLS, Recurrent

LENGTHS = torch.tensor([3, 6, 1])
cells = pytest.mark.parametrize("cell", CELLS)
both = pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "both ways"])


def sequences(steps: int = 6) -> torch.Tensor:
    return torch.randn(3, 4, steps, generator=torch.Generator().manual_seed(0))


def seeded(cell: str = "lstm", seed: int = 0, **options: Any) -> Recurrent:
    return Recurrent(4, 5, cell=cell, generator=torch.Generator().manual_seed(seed), **options)


def twin(network: Recurrent, cell: str, bidirectional: bool, layers: int) -> nn.Module:
    """Return torch's own stack with the same weights."""
    with torch.random.fork_rng():
        own: nn.Module = CELLS[cell](4, 5, num_layers=layers, bidirectional=bidirectional, batch_first=True)
    with torch.no_grad():
        for number in range(layers):
            for suffix, stack in (("", network.ahead), ("_reverse", network.back)):
                for name, value in stack[number].named_parameters() if len(stack) else ():
                    own.get_parameter(name.replace("_l0", f"_l{number}{suffix}")).copy_(value)
    return own


@pytest.mark.knowledge("G11")
@cells
@both
def test_states_and_summary_are_those_of_torch_on_packed_sequences(cell: str, bidirectional: bool) -> None:
    network = seeded(cell, bidirectional=bidirectional, layers=2)
    packed = pack_padded_sequence(sequences().mT, LENGTHS, batch_first=True, enforce_sorted=False)
    found, last = twin(network, cell, bidirectional, 2)(packed)
    expected, _ = pad_packed_sequence(found, batch_first=True)
    last = last[0] if cell == "lstm" else last
    directions = 2 if bidirectional else 1
    states, summary = network(sequences(), LENGTHS)
    torch.testing.assert_close(states.mT, expected)
    torch.testing.assert_close(summary, torch.cat(list(last[-directions:]), dim=1))


@cells
@both
@pytest.mark.parametrize("padding", [0.0, 1e3, -7.0])
def test_padding_does_not_matter(cell: str, bidirectional: bool, padding: float) -> None:
    network = seeded(cell, bidirectional=bidirectional, layers=2)
    for row, length in enumerate(LENGTHS.tolist()):
        alone_states, alone = network(sequences()[row : row + 1, :, :length])
        padded = sequences()
        padded[row, :, length:] = padding
        states, summary = network(padded, LENGTHS)
        torch.testing.assert_close(summary[row], alone[0])
        torch.testing.assert_close(states[row, :, :length], alone_states[0])
        assert not states[row, :, length:].any()


@cells
def test_one_way_no_step_knows_a_later_one(cell: str) -> None:
    network = seeded(cell)
    other = sequences()
    other[:, :, 3:] += 1
    torch.testing.assert_close(network(other)[0][:, :, :3], network(sequences())[0][:, :, :3])


@cells
def test_first_weights(cell: str) -> None:
    # torch's own nn.init.orthogonal_ gives W Wᵀ = I; Glorot's deviation is sqrt(2 / (inputs + units)).
    layer = Recurrent(60, 40, cell=cell, generator=torch.Generator().manual_seed(0)).ahead[0]
    for gate in layer.get_parameter("weight_hh_l0").view(-1, 40, 40):
        torch.testing.assert_close(gate @ gate.T, torch.eye(40), atol=1e-5, rtol=0)
    deviation = layer.get_parameter("weight_ih_l0").std().item()
    assert deviation == pytest.approx((2 / 100) ** 0.5, rel=0.05)  # of 2,400 values at least: error 1.4 %
    bias = layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")
    assert bias.sum().item() == (40 if cell == "lstm" else 0)  # the forget gate's alone is 1


def test_the_same_seed_gives_the_same_weights_and_no_global_generator_moves() -> None:
    before = torch.get_rng_state()
    first, again, other = (seeded(seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["ahead.0.weight_ih_l0"], other["ahead.0.weight_ih_l0"])


def test_without_a_generator_torchs_own_draws() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        first, again = Recurrent(4, 5), Recurrent(4, 5)
    assert not torch.equal(first.ahead[0].get_parameter("weight_ih_l0"), again.ahead[0].get_parameter("weight_ih_l0"))


def test_dropout_acts_between_layers_in_training_alone() -> None:
    with torch.random.fork_rng():
        single, double = seeded(dropout=0.5), seeded(dropout=0.5, layers=2)
        assert torch.equal(single(sequences())[0], single(sequences())[0])
        assert not torch.equal(double(sequences())[0], double(sequences())[0])
        assert torch.equal(double.eval()(sequences())[0], double(sequences())[0])


def test_an_unknown_cell_is_named() -> None:
    with pytest.raises(UnknownNameError, match="lstm"):
        Recurrent(4, 5, cell="lstn")
