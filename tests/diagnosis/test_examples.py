"""Examples along the first axis, or along the second where time comes first."""

from __future__ import annotations

import torch

from pellucid.diagnosis.evidence import Examples
from pellucid.diagnosis.sampling import as_examples, together


def test_time_first() -> None:
    batch = torch.arange(24.0).reshape(4, 3, 2), torch.arange(3)
    examples = as_examples(batch)
    assert examples is not None
    assert (examples.axis, len(examples)) == (1, 3)
    assert torch.equal(examples.take(torch.tensor([2, 0])).inputs[0], batch[0][:, [2, 0]])
    assert examples.by_row[0].shape == (3, 4, 2)
    both = together([examples, examples])
    assert both is not None
    assert both.inputs[0].shape == (4, 6, 2)
    assert both.axis == 1


def test_batch_first() -> None:
    examples = Examples((torch.zeros(3, 4),), torch.arange(3))
    assert examples.by_row is examples.inputs
    assert len(examples.take(slice(0, 2))) == 2
    assert as_examples((torch.zeros(3, 3, 2), torch.arange(3))).axis == 0  # type: ignore[union-attr]
