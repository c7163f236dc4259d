"""Members in one product equal separate networks with the same weights."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.networks.members import MemberLinear, MemberScale

SIZES = st.integers(1, 6)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


@given(members=SIZES, rows=st.integers(0, 6), inputs=SIZES, outputs=SIZES)
def test_each_member_is_a_linear_layer_of_its_own(members: int, rows: int, inputs: int, outputs: int) -> None:
    layer = MemberLinear(members, inputs, outputs, generator())
    torch.nn.init.normal_(layer.bias)
    x = torch.randn(members, rows, inputs)
    together = layer(x)
    assert together.shape == (members, rows, outputs)
    for member in range(members):
        alone = torch.nn.functional.linear(x[member], layer.weight[member].T, layer.bias[member, 0])
        torch.testing.assert_close(together[member], alone)


def test_the_views_of_the_members_start_as_signs() -> None:
    scale = MemberScale(5, 40, generator())
    assert set(scale.weight.unique().tolist()) == {-1.0, 1.0}
    assert scale(torch.ones(2, 40)).shape == (5, 2, 40)
