"""What every experiment must keep: it is complete, quick, its claims come out, its picture draws."""

from __future__ import annotations

import random
import time
import warnings
from dataclasses import fields

import numpy as np
import pytest
import sklearn.linear_model  # noqa: F401  # its import draws from Python's generator, which is no experiment's doing
import torch

from pellucid import laboratory
from pellucid.drawing.markdown import markdown
from pellucid.drawing.terminal import told
from pellucid.laboratory.catalogue import EXPERIMENTS
from pellucid.laboratory.experiment import MEANING, Experiment
from pellucid.surfaces.pages.render import mathml, page_of_site

LONGEST_SECONDS = 10.0  # of one run with the defaults
SEEDS = 20

every_experiment = pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
RANDOM = [kind for kind in EXPERIMENTS if kind.is_random()]


def global_state() -> dict[str, object]:
    """Return what an experiment shares with everything else, and must leave as it was."""
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002  # the global generator is what may not be drawn from
    return {
        "torch's generator": torch.get_rng_state().tolist(),
        "NumPy's generator": (kind, keys.tolist(), *rest),  # type: ignore[union-attr]  # it is an array
        "Python's generator": random.getstate(),
        "torch's type": torch.get_default_dtype(),
        "torch's threads": torch.get_num_threads(),
        "torch's gradients": torch.is_grad_enabled(),
        "NumPy's errors": np.geterr(),
        "NumPy's printing": repr(np.get_printoptions()),
    }


@every_experiment
def test_the_record_is_complete(kind: type[Experiment]) -> None:
    for field in ("name", "theme", "title", "question", "formula", "latex", "look_for", "source"):
        assert getattr(kind, field).strip(), field
    assert kind.question.endswith("?")
    assert "\\" not in mathml(kind.latex)  # whatever it does not know, it passes on with its backslash
    assert kind.__doc__ is not None
    assert "Example:" in kind.__doc__
    assert kind.__module__.split(".")[2] == kind.theme
    for parameter in fields(kind):
        assert parameter.metadata.get(MEANING), parameter.name


@every_experiment
def test_it_runs_in_time_and_says_something(kind: type[Experiment]) -> None:
    started = time.perf_counter()
    before, filters = global_state(), list(warnings.filters)
    result = kind().run()
    assert time.perf_counter() - started < LONGEST_SECONDS
    assert [name for name, value in global_state().items() if value != before[name]] == []
    assert {repr(one) for one in filters} <= {repr(one) for one in warnings.filters}  # imports may add their own
    assert result.claims
    assert result.values
    assert result.picture.alt
    for claim in result.claims:
        assert any(letter.isdigit() for letter in claim.measured), claim.sentence
    page = result.page()
    page.check()
    assert list(told(page))
    assert kind.title in markdown(page)
    assert "<math" in page_of_site(page)
    for claim in result.claims:
        assert bool(claim.holds) is claim.expected, f"{claim.sentence}: {claim.measured}"


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("kind", RANDOM, ids=lambda kind: kind.name)
def test_claims_do_not_hang_on_the_seed(kind: type[Experiment], seed: int) -> None:
    result = kind(seed=seed).run()  # type: ignore[call-arg]  # is_random says that it has one
    assert [
        f"{claim.sentence}: {claim.measured}" for claim in result.claims if bool(claim.holds) is not claim.expected
    ] == []


@every_experiment
def test_its_name_in_the_laboratory_runs_it(kind: type[Experiment]) -> None:
    """`pellucid.laboratory.descent`: also once every module has been imported."""
    run = getattr(laboratory, kind.name)
    assert run.__name__ == kind.name
    assert kind.question in run.__doc__
