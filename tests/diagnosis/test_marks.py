"""Marks by which inputs are known again."""

from __future__ import annotations

import torch

from pellucid.diagnosis.marks import fingerprint, moments, row_marks


def test_rows_are_known_again_in_another_order() -> None:
    x = torch.randn(20, 3, 400, generator=torch.Generator().manual_seed(0))
    order = torch.randperm(20, generator=torch.Generator().manual_seed(1))
    assert sorted(row_marks(x)) == sorted(row_marks(x[order]))
    assert len(set(row_marks(x))) == 20
    assert fingerprint(x) != fingerprint(x[order])


def test_scalars_and_whole_numbers() -> None:
    assert row_marks(torch.tensor(2.0)) == (2.0,)
    assert moments(torch.arange(4)) == (None, None)
    assert moments(torch.tensor([1.0, 3.0])) == (2.0, 1.0)
