"""The examples of CONTRIBUTING.md keep every contract: what it shows is what works."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"^`(src/pellucid/[a-z_/]+\.py)`\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def loaded(name: str, path: Path) -> ModuleType:
    """Import a file under a name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[dict[str, ModuleType]]:
    """The files that the page shows, imported under the names that they would have."""
    files = dict(SHOWN.findall((ROOT / "CONTRIBUTING.md").read_text()))
    modules = {}
    for place, code in files.items():
        name = place.removeprefix("src/").removesuffix(".py").replace("/", ".")
        path = tmp_path / f"{name}.py"
        path.write_text(code)
        modules[name.rpartition(".")[2]] = loaded(name, path)
    yield modules
    for module in modules.values():
        del sys.modules[module.__name__]


@pytest.fixture
def contracts() -> dict[str, ModuleType]:
    names = ("test_concepts", "test_differentiable", "test_experiments")
    return {name: loaded(f"contracts_{name}", Path(__file__).with_name(f"{name}.py")) for name in names}


def test_the_concept_keeps_the_contracts(shown: dict[str, ModuleType], contracts: dict[str, ModuleType]) -> None:
    record = shown["cauchy"].CAUCHY
    concepts, differentiable = contracts["test_concepts"], contracts["test_differentiable"]
    concepts.test_the_record_is_complete(record)
    concepts.test_options_are_arguments_of_both_forms(record)
    concepts.test_numpy_and_torch_are_two_witnesses(record)
    concepts.test_the_picture_draws(record)
    differentiable.test_numpy_and_torch_agree(concept=record)
    differentiable.test_numpy_and_torch_agree_at_extreme_values(concept=record)
    differentiable.test_the_gradient_is_the_finite_difference(concept=record)
    differentiable.test_the_fast_form_works_in_float32(record)
    differentiable.test_wrong_shapes_are_refused_and_never_broadcast(record)


def test_the_experiment_keeps_the_contracts(shown: dict[str, ModuleType], contracts: dict[str, ModuleType]) -> None:
    kind = shown["coin"].Coin
    experiments = contracts["test_experiments"]
    experiments.test_the_record_is_complete(kind)
    experiments.test_it_runs_in_time_and_says_something(kind)
    for seed in range(experiments.SEEDS):
        experiments.test_claims_do_not_hang_on_the_seed(kind, seed)
