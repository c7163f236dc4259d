import numpy as np

from pellucid.evaluation.mistakes import MOST_MISTAKES, located, of_classes, of_counts, of_labels, of_numbers


def test_the_most_confidently_wrong_come_first_and_right_rows_not_at_all() -> None:
    p = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]])
    found = of_classes(("no", "yes"), np.array([1, 0, 1, 1]), p)
    assert [position for position, _ in found] == [0, 3, 1]
    first = found[0][1]
    assert (first.truth, first.predicted, first.confidence, first.size) == ("yes", "no", 0.9, 0.9)


def test_labels_are_listed() -> None:
    truth, p = np.array([[1, 0], [1, 1], [0, 0]]), np.array([[0.9, 0.2], [0.1, 0.2], [0.3, 0.6]])
    found = of_labels(("a", "b"), truth, p)
    assert [(position, one.truth, one.predicted) for position, one in found] == [(1, "a, b", "none"), (2, "none", "b")]


def test_numbers_are_sorted_by_residual() -> None:
    found = of_numbers(np.array([1.0, 5.0, 3.0]), np.array([1.0, 9.0, 2.0]))
    assert [(position, one.size) for position, one in found] == [(1, 4.0), (2, 1.0)]


def test_counts_are_sorted_by_deviance() -> None:
    # 3 where 0.1 was expected is less likely than 120 where 100 were
    found = of_counts(np.array([120.0, 3.0]), np.array([100.0, 0.1]), 0.0)
    assert [position for position, _ in found] == [1, 0]


def test_only_the_worst_dozen() -> None:
    assert len(of_numbers(np.arange(1.0, 100.0), np.zeros(99))) == MOST_MISTAKES


def test_mistakes_are_located_and_described() -> None:
    found = of_numbers(np.array([1.0, 5.0]), np.array([1.0, 9.0]))
    rows = np.array([70, 71])
    told = located(found, rows, lambda position: {"age": str(position)}, lambda position: f"{position}.png")
    assert (told[0].row, told[0].features, told[0].picture) == (71, {"age": "1"}, "1.png")
    assert located(found, rows, None, None)[0].features == {}
