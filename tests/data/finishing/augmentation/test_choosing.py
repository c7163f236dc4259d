"""Which changes are chosen, and that none may change what a picture means."""

import numpy as np
import pytest

from pellucid.data.finishing.augmentation import choosing
from pellucid.data.finishing.augmentation.choosing import background_of, choose_changes

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 255, (50, 3, 8, 8), dtype=np.uint8)
GREY = np.repeat(COLOURS[:, :1], 3, axis=1)


def names(pictures: np.ndarray, classes: tuple[str, ...]) -> list[str]:
    return [change.name for change in choose_changes(pictures, None, classes)[0]]


def test_colour_photographs_may_be_mirrored() -> None:
    changes, (said,) = choose_changes(COLOURS, "auto", ("cat", "dog"))
    assert changes[0].name == "flip"
    assert said.choice.startswith("training pictures are varied at each step: flip(0.5), ")
    assert said.overrule.startswith("--augment none")


@pytest.mark.parametrize(
    ("pictures", "classes", "why"),
    [
        (COLOURS, ("turn left", "turn right"), "one class is 'turn left'"),
        (COLOURS, ("arrow_up", "arrow_down"), "one class is 'arrow_up'"),
        (COLOURS, ("3", "8"), "may be digits or letters"),
        (COLOURS, ("b", "d"), "may be digits or letters"),
        (GREY, ("cat", "dog"), "grey pictures may be signs"),
        (COLOURS[:, :1], ("cat", "dog"), "grey pictures may be signs"),
    ],
)
def test_when_in_doubt_nothing_is_mirrored(pictures: np.ndarray, classes: tuple[str, ...], why: str) -> None:
    changes, (said,) = choose_changes(pictures, None, classes)
    assert "flip" not in [change.name for change in changes]
    assert changes
    assert why in said.reason


def test_many_pictures_and_a_wish_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_changes(COLOURS, "none", ("cat", "dog")) == ((), ())
    monkeypatch.setattr(choosing, "MOST_PICTURES", 49)
    assert choose_changes(COLOURS, None, ("cat", "dog")) == ((), ())


def test_what_the_user_says_is_done() -> None:
    changes, (said,) = choose_changes(GREY, "erase, flip", ("3", "8"))
    assert [change.name for change in changes] == ["flip", "erase"]
    assert said.reason == "you said so"


def test_the_background_is_the_usual_shade_at_the_edges() -> None:
    pictures = np.full((5, 2, 6, 6), 255, np.uint8)
    pictures[:, 1] = 51
    pictures[:, :, 1:5, 1:5] = 0
    pictures[0, :, 0, 0] = 9
    assert background_of(pictures) == (1.0, 0.2)
