"""Loaders are looked into without moving a generator."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset

from pellucid.diagnosis.sampling import as_examples, facts_of, generators_kept, probe_rows, spread, together

X = torch.arange(20.0).reshape(10, 2)
Y = torch.arange(10)


class Pairs(Dataset[tuple[Tensor, Tensor]]):
    def __len__(self) -> int:
        return 10

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return X[row] + random.random() * 0, Y[row]


class Stream(IterableDataset[tuple[Tensor, Tensor]]):
    def __iter__(self) -> Any:
        return iter(zip(X, Y, strict=True))


def test_every_generator_is_put_back() -> None:
    class Owner:
        def __init__(self) -> None:
            self.numpy, self.old = np.random.default_rng(1), np.random.RandomState(2)
            self.torch, self.python = torch.Generator().manual_seed(3), random.Random(4)

        def draw(self) -> list[float]:
            own = [
                self.numpy.random(),
                self.old.rand(),
                float(torch.rand(1, generator=self.torch)),
                self.python.random(),
            ]
            return [*own, float(torch.rand(1)), np.random.rand(), random.random()]  # noqa: NPY002

    owner = Owner()
    with generators_kept(owner):
        inside = owner.draw()
    assert owner.draw() == inside


def test_a_shuffled_loader_is_read_without_moving_it() -> None:
    loader = DataLoader(TensorDataset(X, Y), batch_size=4, shuffle=True)
    torch.manual_seed(0)
    expected = [batch[1].tolist() for batch in loader]
    torch.manual_seed(0)
    facts = facts_of(loader, None)
    assert [batch[1].tolist() for batch in loader] == expected
    assert facts.train is not None
    assert facts.train.targets.tolist() == Y.tolist()
    assert (facts.train_rows, facts.batches_in_epoch, facts.all_batch_sizes) == (10, 3, (4, 2))
    assert [batch.targets.tolist() for batch in facts.batches] == expected
    assert [batch.targets.tolist() for batch in facts.again] != expected


def test_fixed_order_gives_equal_passes() -> None:
    facts = facts_of(DataLoader(TensorDataset(X, Y), batch_size=4), [(X[:3], Y[:3])])
    assert all(torch.equal(one.inputs[0], two.inputs[0]) for one, two in zip(facts.batches, facts.again, strict=True))
    assert facts.validation is not None
    assert facts.validation_rows == 3


def test_subsets_datasets_of_pairs_streams_and_lists_are_read() -> None:
    subset = Subset(TensorDataset(X, Y), [5, 1, 7])
    for loader, rows in (
        (DataLoader(subset, batch_size=2), [5, 1, 7]),
        (DataLoader(Pairs(), batch_size=2, shuffle=True), list(range(10))),
        (DataLoader(Stream(), batch_size=3), list(range(10))),
        ([(X[:4], Y[:4]), (X[4:6], Y[4:6])], list(range(6))),
    ):
        examples = spread(loader)
        assert examples is not None
        assert examples.targets.tolist() == rows


def test_rows_are_spread_over_the_whole_set() -> None:
    examples = spread(DataLoader(TensorDataset(X, Y), batch_size=2), rows=5)
    assert examples is not None
    assert examples.targets.tolist() == [0, 2, 4, 6, 8]
    assert probe_rows(as_examples((X, Y)) or examples, most=8).targets.tolist() == [0, 1, 3, 4, 5, 6, 8, 9]


def test_workers_are_not_started() -> None:
    facts = facts_of(DataLoader(Pairs(), batch_size=5, num_workers=2), None)
    assert [batch.targets.tolist() for batch in facts.batches] == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_what_is_no_pair_of_tensors_is_left_alone() -> None:
    assert as_examples(X) is None
    assert as_examples({"x": X}) is None
    assert as_examples((["a", "b"], Y)) is None
    assert facts_of([X, X], None).train is None
    assert facts_of(iter([(X, Y)]), None).train is None
    assert together([]) is None


def test_several_inputs_are_kept_apart() -> None:
    for batch in (((X, Y), Y), (X, Y, Y)):
        examples = as_examples(batch)
        assert examples is not None
        assert len(examples.inputs) == 2


def test_sequences_of_several_lengths_are_filled_up_with_zeros() -> None:
    short, long = torch.ones(2, 3, dtype=torch.long), torch.full((1, 5), 7)
    examples = spread([(short, torch.zeros(2)), (long, torch.ones(1))])
    assert examples is not None
    assert examples.inputs[0].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [7, 7, 7, 7, 7]]
    assert examples.targets.tolist() == [0, 0, 1]


def test_pictures_of_several_sizes_stay_apart() -> None:
    first, second = (torch.ones(2, 1, 4, 4), torch.zeros(2)), (torch.ones(3, 1, 6, 6), torch.zeros(3))
    examples = spread([first, second])
    assert examples is not None
    assert len(examples) == 2


def test_dictionaries_of_two_tensors() -> None:
    examples = as_examples({"features": X, "label": Y})
    assert examples is not None
    assert examples.inputs[0] is not None
    assert examples.targets.tolist() == Y.tolist()
    assert as_examples({"features": X, "mask": X, "label": Y}) is None
    assert as_examples({"a": X, "b": Y}) is None
