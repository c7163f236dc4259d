"""Learning curves, on epochs written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.drawing import theme
from pellucid.pictures.learning import learning_rate, loss, score
from pellucid.training.records import EpochRecord


def epochs(*losses: tuple[float, float | None], **options: Any) -> list[EpochRecord]:
    return [
        EpochRecord(epoch=place, train_loss=train, validation_loss=validation, rate=0.1 / place, seconds=1.0, **options)
        for place, (train, validation) in enumerate(losses, start=1)
    ]


THREE = epochs((1.0, 1.2), (0.5, 0.8), (0.4, 0.9), scores={"accuracy": 0.9})


def test_both_losses_are_drawn_with_the_best_epoch_marked() -> None:
    figure = loss(THREE, best_epoch=2)
    training, validation = figure.data
    assert (list(training.x), list(training.y)) == ([1, 2, 3], [1.0, 0.5, 0.4])
    assert list(validation.y) == [1.2, 0.8, 0.9]
    assert figure.layout.shapes[0].x0 == 2
    assert figure.layout.annotations[-1].text == "kept: epoch 2"
    assert theme.alt_of(figure) == (
        "Loss over 3 epochs, from 1 to 0.4 on the training part, on the validation part 0.8 at epoch 2."
    )


def test_without_validation_there_is_one_line() -> None:
    figure = loss(epochs((1.0, None), (0.5, None)))
    assert [line.name for line in figure.data] == ["training"]
    assert not figure.layout.shapes


@pytest.mark.parametrize(("losses", "kind"), [((100.0, 1.0), "log"), ((2.0, 1.0), None), ((1.0, -1.0), None)])
def test_the_axis_is_logarithmic_when_positive_losses_span_much(losses: tuple[float, float], kind: str | None) -> None:
    assert loss(epochs(*[(value, None) for value in losses])).layout.yaxis.type == kind


def test_a_score_is_drawn_under_its_title() -> None:
    figure = score(THREE, "accuracy", "accuracy <b>", best_epoch=3)
    assert list(figure.data[0].y) == [0.9] * 3
    assert "accuracy &lt;b&gt;" in figure.layout.annotations[0].text
    assert theme.alt_of(figure) == "accuracy <b> on the validation part over 3 epochs from 0.9 to 0.9."


def test_the_learning_rate_is_drawn_from_zero() -> None:
    figure = learning_rate(THREE)
    assert list(figure.data[0].y) == pytest.approx([0.1, 0.05, 0.1 / 3])
    assert figure.layout.yaxis.rangemode == "tozero"
    assert theme.alt_of(figure) == "Learning rate over 3 epochs: from 0.1 to 0.0333, at most 0.1."


def test_one_epoch_and_many_can_be_drawn() -> None:
    assert len(loss(epochs((1.0, 1.0)), best_epoch=1).data) == 2
    assert loss(epochs(*[(1.0, 1.0)] * 60)).data[0].mode == "lines"
