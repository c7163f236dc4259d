"""The command line and the Python call."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pellucid.report import reproduce
from pellucid.report.view import ReportView
from pellucid.runs.settings import Settings

Views = dict[str, Callable[[], ReportView]]


def test_a_table(views: Views) -> None:
    run = views["binary"]().run
    assert reproduce.command(run) == (
        "pellucid fit data/titanic.csv --target survived --seed 0 --drop who --drop adult_male --epochs 60"
    )
    assert reproduce.call(run) == (
        "import pellucid\n\nrun = pellucid.fit(\n    'data/titanic.csv',\n    target='survived',\n    seed=0,\n"
        "    drop=('who', 'adult_male'),\n    epochs=60,\n)"
    )


def test_switches_mappings_and_quotes(views: Views) -> None:
    settings = Settings.of(
        baselines=False, skip_bad_rows=True, column={"zip code": "category"}, name="first", quiet=True
    )
    run = replace(views["binary"]().run, settings=settings)
    assert reproduce.command(run) == (
        "pellucid fit data/titanic.csv --target survived --seed 0 --column 'zip code=category' --skip-bad-rows "
        "--no-baselines"
    )
    assert "column={'zip code': 'category'}" in reproduce.call(run)


def test_data_from_python_have_no_command(views: Views) -> None:
    run = views["regression"]().run
    assert reproduce.command(run) is None
    assert reproduce.call(run).startswith(
        "import pellucid\n\nrun = pellucid.fit(\n    data,\n    target='house value',"
    )


def test_several_targets(views: Views) -> None:
    run = views["several"]().run
    assert "--target survived --target 'fare paid' --target class" in str(reproduce.command(run))
    assert "target=('survived', 'fare paid', 'class')" in reproduce.call(run)


@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_any_name_survives_the_shell_and_python(views: Views, name: str) -> None:
    settings = Settings.of(target=(name,), drop=(name,))
    run = replace(views["binary"]().run, settings=settings)
    assert shlex.split(str(reproduce.command(run)))[3:5] == ["--target", name]
    call = ast.parse(reproduce.call(run)).body[1].value  # type: ignore[attr-defined]
    assert {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}["drop"] == (name,)
