"""The confusion matrix, on counts written by hand."""

from __future__ import annotations

from pellucid.drawing import theme
from pellucid.evaluation.records import Confusion
from pellucid.pictures.confusion import confusion, worst_confusion

RECORD = Confusion(name="pet", classes=("cat", "dog"), counts=((6, 2), (0, 4)))


def test_colours_are_shares_of_the_row_and_mistakes_are_negative() -> None:
    assert [list(row) for row in confusion(RECORD).data[0].z] == [[0.75, -0.25], [0, 1.0]]


def test_counts_are_written_into_the_cells_but_zeros() -> None:
    written = {(a.y, a.x): a.text for a in confusion(RECORD).layout.annotations if a.text != "true"}
    assert written == {(0, 0): "6", (0, 1): "2", (1, 1): "4"}


def test_an_absent_class_has_an_empty_row() -> None:
    absent = Confusion(name="pet", classes=("cat", "dog"), counts=((0, 0), (1, 3)))
    assert list(confusion(absent).data[0].z[0]) == [0, 0]


def test_many_classes_have_no_numbers() -> None:
    size = 40
    many = Confusion(name="kind", classes=tuple(map(str, range(size))), counts=((1,) * size,) * size)
    figure = confusion(many)
    assert [annotation.text for annotation in figure.layout.annotations] == ["true"]
    assert figure.layout.xaxis.tickvals is None


def test_the_worst_confusion_is_named() -> None:
    assert worst_confusion(RECORD) == ("cat", "dog", 2)
    assert worst_confusion(Confusion(name="pet", classes=("cat", "dog"), counts=((1, 0), (0, 1)))) is None
    assert theme.alt_of(confusion(RECORD)) == (
        "Confusion matrix of pet: 10 of 12 examples on the diagonal. Most often cat was taken for dog: 2 times."
    )


def test_class_names_hold_no_markup() -> None:
    nasty = Confusion(name="<b>", classes=("<i>", "x" * 99), counts=((1, 1), (1, 1)))
    figure = confusion(nasty)
    assert figure.layout.xaxis.ticktext[0] == "&lt;i&gt;"
    assert len(figure.layout.xaxis.ticktext[1]) < 20
