"""The small questions that evidence answers itself."""

from __future__ import annotations

from pellucid.diagnosis.evidence import DataFacts, Evidence, OptimizerFacts, Program
from pellucid.diagnosis.probes.probes import Probes


def evidence(batches: int | None) -> Evidence:
    data = DataFacts(
        train=None, validation=None, train_rows=None, validation_rows=None, batches=(), again=(),
        batches_in_epoch=batches,
    )  # fmt: skip
    program = Program(network=None, optimizer=None, parameters=(), loss_fn=None, loss_name="")  # type: ignore[arg-type]
    return Evidence(program=program, data=data, contract=None, double=None, probes=Probes(None, None, None))


def test_epochs_are_steps_by_batches() -> None:
    one = evidence(8)
    one.steps_taken = 20
    assert one.epochs == 2.5
    assert evidence(None).epochs is None
    assert (one.first, one.last) == (None, None)


def test_the_options_of_the_first_group_count() -> None:
    optimizer = OptimizerFacts(name="SGD", groups=({"lr": 0.5, "momentum": 0.9}, {"lr": 0.1}))
    assert (optimizer.rate, optimizer.option("momentum"), optimizer.option("weight_decay")) == (0.5, 0.9, 0.0)
