import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from pellucid.evaluation.judging import judge
from pellucid.evaluation.records import Contender, Evaluation, Score
from pellucid.evaluation.settings import JudgingSettings


def leaves(value: Any) -> list[Any]:
    if dataclasses.is_dataclass(value):
        return [leaf for field in dataclasses.fields(value) for leaf in leaves(getattr(value, field.name))]
    if isinstance(value, tuple | list):
        return [leaf for one in value for leaf in leaves(one)]
    return [leaf for one in value.values() for leaf in leaves(one)] if isinstance(value, dict) else [value]


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel", "regression", "poisson", "negative_binomial"])
def test_an_evaluation_survives_json_and_holds_plain_values_only(make: SimpleNamespace, kind: str) -> None:
    task, targets, logits = make.case(kind, make.inputs())
    evaluation = judge(
        task,
        make.judged(task, targets, logits),
        settings=JudgingSettings(bootstrap=100),
        seed=0,
        describe=lambda i: {"x": "1"},
    )
    assert msgspec.json.decode(msgspec.json.encode(evaluation), type=Evaluation) == evaluation
    for leaf in leaves(evaluation):
        assert leaf is None or type(leaf) in (str, int, float, bool)
        assert not isinstance(leaf, float) or math.isfinite(leaf)


def test_scores_are_found_by_name() -> None:
    score = Score(
        name="f1", title="F1", value=0.5, low=None, high=None, higher_is_better=True, percent=False, meaning="A."
    )
    contender = Contender(name="one", kind="network", scores=(score,))
    assert contender.score("f1") == score
    assert contender.score("rmse") is None


def test_a_report_knows_its_network_and_main_score(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("regression", make.inputs())
    evaluation = judge(task, make.judged(task, targets, logits), settings=JudgingSettings(bootstrap=0), seed=0)
    report = evaluation.targets[0]
    assert report.network.name == "this network"
    assert report.main is not None
    assert report.main.name == "rmse"
