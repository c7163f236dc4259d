from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pellucid import Run
from pellucid.foundation.records import Column, Decision
from pellucid.runs.comparing import compare
from pellucid.runs.listing import RunLine
from pellucid.workbench.narrator import Narrator

Heard = Callable[[], str]


@pytest.fixture
def heard(capsys: pytest.CaptureFixture[str]) -> Heard:
    """Return a function that gives what was said since the last call."""
    return lambda: capsys.readouterr().out


def column(name: str, **fields: object) -> Column:
    given = {"kind": "number", "role": "feature", "missing": 0, "distinct": 9, "summary": "0 … 9"} | fields
    return Column(name=name, **given)  # type: ignore[arg-type]


def test_quiet_says_nothing(heard: Heard, flowers: Run) -> None:
    narrator = Narrator(quiet=True)
    narrator.say("something")
    narrator.data("data", 3, [column("a")])
    narrator.decisions(flowers.record.decisions)
    narrator.scores(flowers.scores)
    narrator.saved(Path("runs/a"), report=True)
    assert heard() == ""


def test_brackets_of_the_user_are_no_markup(heard: Heard) -> None:
    narrator = Narrator()
    narrator.say("[red]text[/red]")
    narrator.data("[bold]name", 10, [column("[blue]a", summary="[x]")])
    narrator.decisions([Decision(topic="[a]", choice="[b]", reason="[c]", overrule="[d]")])
    said = heard()
    for text in ("[red]text[/red]", "[bold]name", "[blue]a", "[x]", "· [a]: [b], because [c] ([d])"):
        assert text in said


def test_columns_with_their_missing_cells(heard: Heard) -> None:
    columns = [column("age", missing=5), column("kind", kind="category", role="target")]
    Narrator().data("data", 40, columns)
    said = heard()
    assert "data  40 rows" in said
    assert re.search(r"age +number +feature +12\.5% +9 +0 … 9", said)  # 5 of 40
    assert re.search(r"kind +category +target +9", said)


def test_many_columns_are_cut(heard: Heard) -> None:
    Narrator().data("wide", 10, [column(f"c{number}") for number in range(50)])
    said = heard()
    assert "c39" in said
    assert "c40" not in said
    assert "… and 10 more columns: see the report" in said
    Narrator().data("pictures", 10, [])
    assert heard() == "\npictures  10 rows\n"


def test_warnings_come_first(heard: Heard) -> None:
    usual = Decision(topic="task", choice="binary", reason="two values")
    warning = Decision(topic="column id", choice="set aside", reason="it only names rows", warning=True)
    Narrator().decisions([usual, warning])
    assert heard().splitlines() == [
        "! column id: set aside, because it only names rows",
        "· task: binary, because two values",
    ]


def test_problems_are_named_and_counted(heard: Heard) -> None:
    Narrator().problems([f"row {number}" for number in range(7)], "see the file")
    assert heard().splitlines() == [*(f"! row {number}" for number in range(5)), "! … and 2 more: see the file"]
    Narrator().problems(["row 1"], "see the file")
    assert heard().splitlines() == ["! row 1"]


def test_scores_begin_with_the_main_one_and_end_with_a_sentence(heard: Heard, flowers: Run) -> None:
    Narrator().scores(flowers.scores)
    said = heard()
    assert re.search(r"test, 30 examples +accuracy +95\s?% interval", said)
    assert "this network" in said
    assert said.rstrip().endswith(flowers.scores.targets[0].sentence)


def test_baseline_that_failed_says_why(heard: Heard, flowers: Run) -> None:
    report = flowers.scores.targets[0]
    failed = replace(report.contenders[0], name="boosted trees", kind="baseline", scores=(), note="too few [rows]")
    Narrator().scores(replace(flowers.scores, targets=(replace(report, contenders=(*report.contenders, failed)),)))
    assert re.search(r"boosted trees  too few \[rows\] +– +–", heard())


def test_several_targets_are_named(heard: Heard, flowers: Run) -> None:
    Narrator().scores(replace(flowers.scores, targets=flowers.scores.targets * 2))
    assert heard().count("species: multiclass classification") == 2


def test_where_everything_is(heard: Heard) -> None:
    Narrator().saved(Path("runs/a"), report=True)
    assert heard().splitlines()[1:] == [
        "run      runs/a",
        "report   runs/a/report.html",
        "predict  pellucid predict runs/a NEW_DATA",
    ]
    Narrator().saved(Path("runs/a"), report=False)
    assert "report" not in heard()


def test_list_of_runs(heard: Heard) -> None:
    Narrator().runs([], Path("runs"))
    assert heard() == "no runs in runs: `pellucid fit SOURCE` makes one, --out names another folder\n"
    line = RunLine(
        name="a", status="finished", data="iris", task="multiclass", network="dense", score="0.9", seconds="1.0"
    )
    Narrator().runs([line], Path("runs"))
    assert re.search(r"a +finished +iris +multiclass +dense +0\.9 +1\.0", heard())


def test_comparison(heard: Heard, flowers: Run) -> None:
    comparison = compare(flowers.folder, flowers.folder)
    changed = replace(comparison, settings=(("epochs", "2", "3"),))
    Narrator().comparison(changed)
    said = heard()
    assert re.search(r"epochs +2 +3", said)
    assert re.search(r"species +flowers +flowers +difference", said)
    assert comparison.scores.targets[0].sentence in said
    for note in comparison.scores.notes:
        assert note in said
