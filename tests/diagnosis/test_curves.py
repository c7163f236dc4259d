"""Reading a training from its looks."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pellucid.diagnosis.curves import at_step, losses, share_gone, still_falling, update_ratio
from pellucid.diagnosis.evidence import DataFacts, Evidence, Look, ParameterEntry, Program, StepFacts
from pellucid.diagnosis.probes.probes import Probes


def evidence(curve: list[tuple[int, float]], ratios: list[dict[str, float]] | None = None) -> Evidence:
    network: Any = None
    entry: dict[str, Any] = {"trainable": True, "in_optimizer": True, "numel": 4, "kind": "Linear"}
    made = Evidence(
        program=Program(
            network=network,
            optimizer=None,
            loss_fn=None,
            loss_name="",
            parameters=(ParameterEntry(name="w", shape=(2, 2), **entry), ParameterEntry(name="b", shape=(2,), **entry)),
        ),
        data=DataFacts(
            train=None,
            validation=None,
            train_rows=None,
            validation_rows=None,
            batches=(),
            again=(),
            batches_in_epoch=10,
        ),
        contract=None,
        double=None,
        probes=Probes(None, None, None),
    )
    for step, loss in curve:
        made.looks.append(
            Look(
                step=step,
                seconds=0.0,
                layers=(),
                parameters=(),
                loss_training_mode=loss,
                loss=loss,
                score=None,
                validation_loss=None,
                validation_score=None,
                metric=None,
            )
        )
        made.steps_taken = step
    for place, ratio in enumerate(ratios or []):
        made.steps.append(
            StepFacts(
                step=place + 1,
                loss=1.0,
                backwards=1,
                clean_start=True,
                rates=(0.1,),
                norm_after_backward=1.0,
                norm_at_step=1.0,
                without_gradient=(),
                update_ratio=ratio,
                unchanged_share=0.0,
                training=True,
                in_eval=(),
                batch_size=4,
                fingerprint=0.0,
            )
        )
    return made


def test_a_straight_line_falls_by_a_third_in_the_last_third() -> None:
    assert still_falling(evidence([(0, 3.0), (30, 2.0), (60, 1.0), (90, 0.0)])) == pytest.approx(1 / 3)


def test_a_settled_training_does_not_fall() -> None:
    assert still_falling(evidence([(0, 3.0), (30, 1.0), (60, 1.0), (90, 1.0)])) == 0.0
    assert still_falling(evidence([(0, 1.0), (30, 2.0), (60, 2.0), (90, 3.0)])) == 0.0


def test_too_few_looks_say_nothing() -> None:
    assert math.isnan(still_falling(evidence([(0, 3.0), (30, 1.0)])))
    assert math.isnan(share_gone(evidence([]), 0.0))


def test_the_share_of_the_way_down() -> None:
    falling = evidence([(0, 4.0), (50, 3.0)])
    assert share_gone(falling, 0.0) == pytest.approx(1 / 4)
    assert share_gone(falling, 2.0) == pytest.approx(1 / 2)
    assert share_gone(falling, 5.0) == 1.0  # there was no way down
    assert falling.epochs == 5.0


def test_losses_that_are_not_finite_are_left_out() -> None:
    found = evidence([(0, 4.0), (5, math.nan), (9, 2.0), (12, math.inf)])
    assert losses(found.looks) == [(0, 4.0), (9, 2.0)]


def test_between_looks_the_value_is_interpolated() -> None:
    assert at_step([(0, 2.0), (10, 1.0)], 11) == 1.0
    assert at_step([(0, 2.0), (10, 1.0)], 2.5) == pytest.approx(1.75)


def test_the_update_ratio_is_that_of_matrices() -> None:
    ratios = [{"w": 0.1, "b": 9.0}, {"w": 0.3, "b": 9.0}, {"w": 0.2, "b": 9.0}]
    assert update_ratio(evidence([], ratios)) == pytest.approx(0.2)
    assert math.isnan(update_ratio(evidence([])))
