"""The user's own network and optimizer: objects in Python, a path on the command line, and loading them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import pellucid
from pellucid.foundation.errors import RangeError, RunFolderError, ShapeError

CommandLine = Callable[..., Any]
Refused = Callable[..., str]

QUICK: dict[str, Any] = {"epochs": 2, "report": False, "baselines": False, "bootstrap": 0, "quiet": True, "name": "run"}


def small(outputs: int = 3) -> nn.Module:
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, outputs))


def test_module_is_copied_trained_and_loaded_again() -> None:
    own = small()
    before = {name: tensor.clone() for name, tensor in own.state_dict().items()}
    run = pellucid.fit("iris", network=own, **QUICK)
    assert all(torch.equal(tensor, before[name]) for name, tensor in own.state_dict().items())
    assert not torch.equal(run.network.state_dict()["0.weight"], before["0.weight"])
    assert run.record.settings.network.network is own
    answers = run.predict("iris")

    with pytest.raises(RangeError, match=r"load expected the network of run again, got none: .*load\(folder, network="):
        pellucid.load(run.folder).predict("iris")
    assert pellucid.load(run.folder, network=small()).predict("iris").equals(answers)
    with pytest.raises(
        RunFolderError, match="expected the weights in .* to fit the network, got other names or shapes"
    ):
        pellucid.load(run.folder, network=nn.Sequential(nn.Linear(4, 3))).predict("iris")


def test_function_of_the_input_and_the_number_of_outputs() -> None:
    def build(spec: Any, outputs: int) -> nn.Module:
        return nn.Linear(spec.numbers, outputs)

    run = pellucid.fit("iris", network=build, **QUICK)
    assert isinstance(run.network, nn.Linear)
    assert run.record.network is not None
    assert run.record.network.title == "your own network build"


def test_network_with_the_wrong_outputs_is_refused_before_training(own_folder: Path) -> None:
    with pytest.raises(ShapeError, match=r"\(n, o\) = \(2, 3\), got \(2, 2\): set the last layer to 3 units"):
        pellucid.fit("iris", network=small(outputs=2), **QUICK)
    assert not list(own_folder.glob("runs/*"))


def test_network_that_raises_leaves_no_run_behind(own_folder: Path) -> None:
    def build(spec: Any, outputs: int) -> nn.Module:
        raise KeyError("a mistake of the user's own")

    with pytest.raises(RangeError, match=r"got KeyError \(.a mistake of the user's own.\): mend the function"):
        pellucid.fit("iris", network=build, **QUICK)
    assert not list(own_folder.glob("runs/*"))


def test_path_of_a_function_on_the_command_line(command_line: CommandLine, refused: Refused) -> None:
    """The path is enough to load the run again in another process, from the folder that holds the file."""
    Path("mine.py").write_text(
        "from torch import nn\n\n\ndef build(spec, outputs, hidden=4):\n"
        "    return nn.Sequential(nn.Linear(spec.numbers, hidden), nn.Tanh(), nn.Linear(hidden, outputs))\n"
    )
    quick = ("--epochs", 2, "--no-report", "--no-baselines", "--bootstrap", 0, "--name", "run")
    said = command_line("fit", "iris", "--network", "mine:build(hidden=6)", *quick)
    assert said.code == 0, said.err
    assert "your own network mine:build(hidden=6)  51 parameters" in said.out  # by hand: 4 * 6 + 6 + 6 * 3 + 3
    assert command_line("predict", "run", "iris").code == 0
    assert "a name of module mine among nn, build, got 'biuld': did you mean 'build'?" in refused(
        "fit", "iris", "--network", "mine:biuld", *quick[:-2], "--quiet"
    )


def test_optimizer_as_a_function() -> None:
    made = []

    def sgd(parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        made.append(torch.optim.SGD(parameters, lr=0.5, momentum=0.9))
        return made[-1]

    run = pellucid.fit("iris", network="linear", optimizer=sgd, **QUICK | {"epochs": 20})
    assert len(made) == 1
    assert len(run.history) == 20
    assert run.history[-1].train_loss < run.history[0].train_loss / 2
    assert pellucid.load(run.folder).record.settings.training.optimizer == "<sgd>"
    (run.folder / "scores.json").unlink()
    with pytest.raises(RangeError, match=r"resume expected the optimizer <sgd> again, got none"):
        pellucid.resume(run.folder)
    pellucid.resume(run.folder, optimizer=sgd, quiet=True)
    assert (run.folder / "scores.json").is_file()


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        ("sgd", "constant"),
        ("momentum", "step(every=1)"),
        ("rmsprop", "cosine"),
        ("adagrad", "one-cycle"),
        ("adamw", "coslog4"),
    ],
)
def test_optimizers_and_schedules_by_name(optimizer: str, schedule: str) -> None:
    options = {"clip_norm": 1.0, "warm_up": 0.2, "weight_decay": 0.01, "accumulate": 2, "batch_size": 16}
    run = pellucid.fit("iris", optimizer=optimizer, schedule=schedule, learning_rate=0.01, **options, **QUICK)
    assert run.record.resolved is not None
    assert (run.record.resolved.optimizer, run.record.resolved.schedule) == (optimizer, schedule)
    assert len(run.history) == 2


def test_learning_rate_can_be_found() -> None:
    run = pellucid.fit("digits", network="dense(32)", learning_rate="find", **QUICK)
    decision = next(decision for decision in run.record.decisions if "rate" in decision.topic)
    assert run.history[0].rate > 0
    assert decision.reason
