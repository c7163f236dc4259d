from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from pellucid.data.dataset import Dataset
from pellucid.data.joining import recast
from pellucid.data.reading import read
from pellucid.data.schema import describe
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

COUNT = 30
SENTENCE = "it was the best of times and the worst of them, number"


def table(**columns: object) -> pl.DataFrame:
    label = ["yes", "no"] * (COUNT // 2)
    return pl.DataFrame({**columns, "label": label})


def sentences(start: str = SENTENCE) -> list[str]:
    return [f"{start} {i}" for i in range(COUNT)]


def test_a_table_of_sentences_is_a_set_of_texts() -> None:
    described = describe(read(table(review=sentences())))
    assert described.dataset.kind == "text"
    assert described.dataset.subject == "review"
    assert described.features == ("review",)
    assert any(said.topic == "input" and "texts in review" in said.choice for said in described.decisions)


def test_several_texts_are_joined_and_a_missing_one_leaves_the_other() -> None:
    first: list[str | None] = list(sentences())
    second: list[str | None] = list(sentences("another one that says something else, number"))
    first[3] = None
    first[4] = second[4] = None
    described = describe(read(table(title=first, text=second)))
    data = described.dataset
    assert data.subject == "text_"  # text is taken
    assert data.frame["text_"][0] == f"{SENTENCE} 0\nanother one that says something else, number 0"
    assert data.frame["text_"][3] == second[3]
    assert data.frame["text_"][4] is None


def test_sentences_beside_numbers_are_two_inputs_and_a_wish_leaves_one() -> None:
    frame = table(review=sentences(), stars=np.random.default_rng(0).normal(size=COUNT))
    both = describe(read(frame)).dataset
    assert both.kind == "mixed"
    assert [(part.kind, part.subject) for part in both.parts] == [("table", ""), ("text", "review")]
    assert all(len(part.take(np.arange(3))) == 3 for part in both.parts)
    assert describe(read(frame), DataSettings(inputs=("table",))).dataset.kind == "table"
    assert describe(read(frame), DataSettings(inputs=("text",))).dataset.kind == "text"


def test_phrases_beside_numbers_stay_aside_unless_they_are_called_texts() -> None:
    frame = table(name=[f"model {i}" for i in range(COUNT)], x=np.random.default_rng(0).normal(size=COUNT))
    described = describe(read(frame))
    assert described.dataset.kind == "table"
    (said,) = (said for said in described.decisions if said.topic == "column name")
    assert said.choice == "set aside: names or phrases"
    assert describe(read(frame), DataSettings(column={"name": "text"})).dataset.kind == "mixed"


def test_new_rows_are_recast_by_what_was_learnt_from() -> None:
    frame = table(review=sentences(), stars=np.random.default_rng(0).normal(size=COUNT))
    columns = describe(read(frame)).columns
    again = recast(read(frame.drop("label").head(2), known=columns), columns)
    assert [part.kind for part in again.parts] == ["table", "text"]
    with pytest.raises(DataError, match=r"without review"):
        recast(read(frame.drop("review"), known=columns), columns)


def test_pictures_alone_are_learnt_from_unless_the_table_is_wished_for() -> None:
    frame = pl.DataFrame({"picture": [str(i) for i in range(COUNT)], "x": np.random.default_rng(0).normal(size=COUNT)})
    data = Dataset(
        kind="picture",
        name="p",
        subject="picture",
        frame=frame.with_columns(label=pl.Series(["a", "b"] * (COUNT // 2))),
        content=np.arange(COUNT * 4, dtype=np.uint8).reshape(COUNT, 1, 2, 2),
        source_rows=np.arange(COUNT),
        target=("label",),
    )
    assert describe(data).dataset.kind == "picture"
    mixed = describe(data, DataSettings(inputs=("picture", "table")))
    assert [part.kind for part in mixed.dataset.parts] == ["table", "picture"]
    assert mixed.features == ("picture", "x")
    assert describe(data, DataSettings(inputs=("table",))).dataset.kind == "table"


def test_files_of_one_kind_stay_what_they_are() -> None:
    digits = read("digits")
    columns = [Column(name="picture", kind="identifier", role="feature", missing=0, distinct=9, summary="")]
    assert recast(digits, columns) is digits
    assert recast(replace(digits, subject="", kind="table"), []).kind == "table"
