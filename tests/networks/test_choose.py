"""From a wish to a family with its options, and to a network."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.foundation.errors import PellucidError, RangeError, UnknownNameError
from pellucid.foundation.records import InputKind, InputSpec
from pellucid.networks.catalogue import DEFAULTS, NETWORKS
from pellucid.networks.choose import Choice, build, choose, recommend
from pellucid.networks.family import Family
from pellucid.networks.own import OWN_RECOMMENDATION
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.regression import Regression
from pellucid.training.settings import TrainingSettings

TASK = Multiclass(targets=("y",), classes=("a", "b", "c"))
TABLE = InputSpec(kind="table", examples=500, numbers=3)
PICTURE = InputSpec(kind="picture", examples=500, shape=(1, 16, 16))
INITIAL = np.array([0.1, -0.2, 0.3], dtype=np.float32)


@pytest.mark.parametrize("kind", ["table", "picture"])
def test_with_no_wish_the_default_is_taken_and_said(kind: InputKind) -> None:
    choice, decisions = choose(kind, 500, TASK)
    assert choice.family == DEFAULTS[kind]
    assert [decision.topic for decision in decisions] == ["network"]
    assert "500 training examples" in decisions[0].reason


def test_options_are_read_from_the_text() -> None:
    choice, decisions = choose("table", 500, TASK, "dense(16, 8, dropout=0.25)")
    assert (choice.options["hidden"], choice.options["dropout"]) == ((16, 8), 0.25)
    assert decisions == ()


def test_a_choice_survives_json() -> None:
    for wish in ("linear", "dense(7, members=2)", "mine:build"):
        choice = choose("table", 500, TASK, wish)[0]
        again = Choice.from_json(json.loads(json.dumps(choice.to_json())))
        assert json.dumps(again.to_json()) == json.dumps(choice.to_json())
        if choice.family:
            same = zip(*(build(one, TABLE, TASK, INITIAL, 0).parameters() for one in (choice, again)), strict=True)
            assert all(torch.equal(a, b) for a, b in same)


@pytest.mark.parametrize("family", NETWORKS, ids=lambda family: family.name)
def test_every_family_keeps_its_contract(family: Family) -> None:
    for spec in (TABLE, PICTURE):
        if spec.kind not in family.kinds:
            continue
        choice = choose(spec.kind, 500, TASK, family.name)[0]
        state = torch.get_rng_state()
        network = build(choice, spec, TASK, INITIAL, 0)
        assert torch.equal(state, torch.get_rng_state())
        bias = network.get_parameter("last.bias").detach()
        torch.testing.assert_close(bias, torch.from_numpy(INITIAL).expand_as(bias))
        recommended = recommend(choice, spec, TASK)
        TrainingSettings().filled(recommended.settings)
        assert recommended.reason
        assert choice.title == family.title


@pytest.mark.parametrize(
    ("kind", "wish", "error", "message"),
    [
        ("table", "dens", UnknownNameError, "for a table among linear, dense, got 'dens': did you mean 'dense'"),
        ("table", "lenet", RangeError, "got 'lenet', which takes a picture: pass network='linear'"),
        ("table", "dense(droput=0.1)", UnknownNameError, "an option of dense .*did you mean 'dropout'"),
        ("table", "dense(dropout='much')", RangeError, r"Expected `float`, got `str`"),
        ("table", "dense(16, dropout=2)", RangeError, "^fit expected dropout to be at least 0 and below 1, got 2"),
        ("table", "linear(3)", RangeError, r"linear without values that have no name, got \(3,\): write linear$"),
        ("picture", "separable(3)", RangeError, r"got \(3,\): write separable\("),
    ],
)  # fmt: skip
def test_wrong_wishes_get_a_sentence(kind: InputKind, wish: str, error: type[PellucidError], message: str) -> None:
    with pytest.raises(error, match=message):
        choose(kind, 500, TASK, wish)


def test_an_own_module_is_taken_as_it_is() -> None:
    choice, decisions = choose("table", 500, TASK, nn.Linear(3, 3))
    assert (choice.family, choice.categories, decisions) == ("", "onehot", ())
    assert choice.title == "your own network Linear"
    assert build(choice, TABLE, TASK, INITIAL, 0)(torch.zeros(2, 3)).shape == (2, 3)
    assert recommend(choice, TABLE, TASK) is OWN_RECOMMENDATION
    assert choose("table", 500, TASK, "mine:build")[0].title == "your own network mine:build"


def test_few_series_of_classes_get_convolutions_and_others_a_recurrent_network() -> None:
    classes = Multiclass(targets=("y",), classes=("a", "b", "c"))
    assert choose("series", 36, classes)[0].family == "fcn"
    assert choose("series", 300, classes)[0].family == "lstm"
    assert choose("series", 36, Regression(targets=("y",)))[0].family == "lstm"
