import torch
from torch import Tensor

from pellucid.data.finishing.mixed import MixedFinish


def test_each_part_gets_its_arrays_and_the_generator() -> None:
    def noise(arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        return (arrays[0] + arrays[1] + torch.rand(2, generator=generator),)

    finish = MixedFinish((noise, None), (2, 1))
    arrays = (torch.ones(2), torch.ones(2), torch.zeros(2))
    first = finish(arrays, torch.Generator().manual_seed(1))
    again = finish(arrays, torch.Generator().manual_seed(1))
    assert len(first) == 2
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[0], 2 + torch.rand(2, generator=torch.Generator().manual_seed(1)))
    assert torch.equal(first[1], arrays[2])
