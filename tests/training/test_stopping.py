"""Which epoch is the best."""

import math

import pytest
import torch

from pellucid.foundation.errors import UnknownNameError
from pellucid.training.records import EpochRecord
from pellucid.training.stopping import Kept, is_better, judged_by


def record(validation_loss: float | None = 2.0, **scores: float) -> EpochRecord:
    return EpochRecord(epoch=1, train_loss=1.0, validation_loss=validation_loss, scores=scores, rate=0.1, seconds=1.0)


def test_losses_and_errors_are_better_when_lower() -> None:
    assert judged_by(record(accuracy=0.9), "loss") == -2.0
    assert judged_by(record(accuracy=0.9), "accuracy") == 0.9
    assert judged_by(record(absolute_error=0.3), "absolute_error") == -0.3
    assert judged_by(record(deviance=0.3), "deviance") == -0.3


def test_without_a_validation_part_or_a_wish_epochs_are_not_compared() -> None:
    assert judged_by(record(None), "loss") is None
    assert judged_by(record(), "last") is None


def test_a_validation_loss_that_is_no_number_makes_any_score_worthless() -> None:
    assert not is_better(judged_by(record(math.nan, accuracy=0.9), "accuracy"), None)


def test_an_unknown_score_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'accuracy'"):
        judged_by(record(accuracy=0.9), "acuracy")


def test_only_more_is_better() -> None:
    assert is_better(1.0, 0.5)
    assert not is_better(0.5, 0.5)
    assert is_better(-math.inf, None)
    assert not is_better(None, None)


def test_copies_come_back() -> None:
    weights, count = torch.ones(3), torch.tensor(4)
    kept = Kept([weights, count])
    weights.zero_()
    count.add_(1)
    kept.keep()
    weights.fill_(7)
    count.add_(1)
    kept.restore()
    assert weights.tolist() == [0, 0, 0]
    assert int(count) == 5
