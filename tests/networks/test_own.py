"""The user's own network: modules, classes, functions, import paths."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError, UnknownNameError
from pellucid.foundation.records import InputSpec
from pellucid.networks.own import build_own, describe_own

SPEC = InputSpec(kind="table", examples=9, numbers=3)
FILE = """
from torch import nn

def build(spec, outputs, width=4):
    return nn.Sequential(nn.Linear(spec.numbers, width), nn.Linear(width, outputs))

class Net(nn.Linear):
    def __init__(self):
        super().__init__(3, 2)

ready = nn.Linear(3, 2)
number = 3
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    name = f"own_{request.node.name.partition('[')[0]}"
    (tmp_path / f"{name}.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return name


@pytest.mark.parametrize("name", ["build", "build(width=7)", "Net", "ready"])
def test_import_paths_of_functions_classes_and_modules(module: str, name: str) -> None:
    assert build_own(f"{module}:{name}", SPEC, 2, 0)(torch.zeros(5, 3)).shape == (5, 2)


def test_a_module_is_copied_so_that_the_users_keeps_its_weights() -> None:
    own = nn.Linear(3, 2)
    network = build_own(own, SPEC, 2, 0)
    assert network is not own
    assert torch.equal(network.weight, own.weight)  # type: ignore[arg-type]  # a Linear


def test_weights_come_from_the_seed_and_the_global_generator_stays() -> None:
    def weight(seed: int) -> torch.Tensor:
        return next(build_own(lambda spec, outputs: nn.Linear(spec.numbers, outputs), SPEC, 2, seed).parameters())

    state = torch.get_rng_state()
    assert torch.equal(weight(0), weight(0))
    assert not torch.equal(weight(0), weight(1))
    assert torch.equal(state, torch.get_rng_state())


def test_a_lazy_layer_learns_its_width_from_the_probe() -> None:
    assert build_own(nn.LazyLinear(2), SPEC, 2, 0)(torch.zeros(1, 3)).shape == (1, 2)


def test_a_missing_module_is_named() -> None:
    with pytest.raises(UnknownNameError, match="to name an importable module, got No module named 'no_such_module'"):
        build_own("no_such_module:build", SPEC, 2, 0)


def test_a_missing_name_offers_the_nearest(module: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'build'"):
        build_own(f"{module}:biuld", SPEC, 2, 0)


def test_what_is_no_network_is_refused(module: str) -> None:
    with pytest.raises(RangeError, match=r"a torch\.nn\.Module or a function that returns one, got 3"):
        build_own(f"{module}:number", SPEC, 2, 0)


def test_a_function_must_return_a_module() -> None:
    with pytest.raises(RangeError, match=r"nothing\(spec, outputs\) to return a torch.nn.Module, got None"):
        build_own(nothing, SPEC, 2, 0)


def test_what_the_users_function_raises_is_said_in_a_sentence() -> None:
    with pytest.raises(RangeError, match=r"broken .* \(spec, outputs\), got ValueError \(no\): mend the function"):
        build_own(broken, SPEC, 2, 0)
    with pytest.raises(RangeError, match=r"lonely .* with its own arguments, got TypeError \(.*missing 1 required"):
        build_own(lonely, SPEC, 2, 0)


def test_the_width_of_the_last_layer_is_checked() -> None:
    with pytest.raises(ShapeError, match="set the last layer to 4 units"):
        build_own(nn.Linear(3, 2), SPEC, 4, 0)


def test_it_is_called_by_the_name_of_its_class() -> None:
    assert (describe_own(nn.Linear(1, 1)), describe_own(nothing)) == ("Linear", "nothing")


def broken(spec: InputSpec, outputs: int) -> nn.Module:
    """Raise, as the user's code may."""
    raise ValueError("no")


def lonely(width: int) -> nn.Module:
    """Want an argument that nobody gives."""
    return nn.Linear(width, width)


def nothing() -> None:
    """Return no network."""
