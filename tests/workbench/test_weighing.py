"""How much each word speaks for an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import torch
from torch import Tensor, nn

from pellucid.data.text.tokenizer import tokenizer_of
from pellucid.data.transforms.text import TextTransform
from pellucid.evaluation.judging import judge
from pellucid.evaluation.settings import JudgingSettings
from pellucid.runs.folder import RunFolder
from pellucid.runs.settings import Settings
from pellucid.training.settings import TrainingSettings
from pellucid.workbench import weighing
from pellucid.workbench.judging import _judged
from pellucid.workbench.learning import Learned
from pellucid.workbench.preparing import Prepared, prepare
from pellucid.workbench.weighing import MOST_WORDS, TargetWords, weigh_words

GOOD, BAD = "it was good of them to come here", "it was bad of them to come here"
EFFECTS = {"good": 2.0, "bad": -3.0, "come": 0.5}


class Sum(nn.Module):
    """Adds one number for each place of a word: leaving the word out lowers the logit by exactly what it adds."""

    def __init__(self, transform: TextTransform, effects: dict[str, float], outputs: int = 1) -> None:
        super().__init__()
        table = torch.zeros(transform.vocabulary, outputs)
        for word, effect in effects.items():
            table[tokenizer_of(transform.tokenizer).token_to_id(word), 0] = effect
        self.table = nn.Parameter(table)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.table[tokens].sum(dim=1)


def prepared_of(texts: list[str], labels: list[object], **options: object) -> Prepared:
    frame = pl.DataFrame({"text": texts, "label": labels})
    return prepare(frame, Settings.of(target="label", test=0.5, validation=0, column={"text": "text"}, **options))


def weigh(prepared: Prepared, effects: dict[str, float]) -> tuple[TargetWords, ...]:
    assert isinstance(prepared.transform, TextTransform)
    network = Sum(prepared.transform, effects, prepared.task.outputs)
    learned = Learned(network=network, task=prepared.task, resolved=TrainingSettings())
    judged = _judged(prepared, learned, "test")
    evaluation = judge(prepared.task, judged, settings=JudgingSettings(bootstrap=0), seed=0)
    return weigh_words(prepared, learned, judged, evaluation)


def binary() -> Prepared:
    texts = [f"{text} {'ab' * i}" for i in range(20) for text in (GOOD, BAD)]
    labels = ["pos", "neg"] * 20
    return prepared_of(texts, list(labels))


def test_weights_are_what_the_words_add_to_the_log_odds() -> None:
    (words,) = weigh(binary(), EFFECTS)
    assert (words.target, words.unit) == ("label", "log-odds")
    assert words.texts
    for text in words.texts:
        weights = dict(text.pieces)
        side = 1 if text.predicted == "pos" else -1
        word = "good" if text.predicted == "pos" else "bad"
        assert weights[word] == pytest.approx(side * EFFECTS[word], abs=1e-4)
        assert weights["come"] == pytest.approx(side * 0.5, abs=1e-4)
        assert weights["them"] == pytest.approx(0, abs=1e-6)
        assert text.right == (text.truth == text.predicted)
    assert {text.predicted for text in words.texts if text.right} == {"pos", "neg"}
    assert sum(text.right for text in words.texts) == 4


def test_a_word_is_left_out_wherever_it_stands_and_unknown_words_have_no_weight() -> None:
    prepared = prepared_of(["good good zq1 it was", "bad bad zq2 it was"] * 9, ["pos", "neg"] * 9)
    (words,) = weigh(prepared, {"good": 1.0, "bad": -1.0})
    for text in words.texts:
        assert text.pieces[0][1] == pytest.approx(2.0, abs=1e-4)
        assert "".join(piece for piece, _ in text.pieces) in ("good good zq1 it was", "bad bad zq2 it was")


def test_a_text_of_one_word_becomes_unknown_without_it() -> None:
    (words,) = weigh(prepared_of(["good", "bad"] * 20, ["pos", "neg"] * 20), {"good": 1.0, "bad": -1.0})
    assert next(piece for text in words.texts for piece in text.pieces)[1] == pytest.approx(1.0, abs=1e-4)


def test_long_texts_are_shown_without_their_middle() -> None:
    long = " ".join(f"w{i}" for i in range(3 * MOST_WORDS))
    prepared = prepared_of([f"good {long}", f"bad {long}"] * 9, ["pos", "neg"] * 9)
    (words,) = weigh(prepared, {"good": 2.0, "bad": -3.0})
    text = "".join(piece for piece, _ in words.texts[0].pieces)
    assert text.count(" … ") == 1
    assert text.endswith(f"w{3 * MOST_WORDS - 1}")
    assert sum(weight is not None for _, weight in words.texts[0].pieces) == MOST_WORDS


def test_what_is_not_read_of_a_text_is_left_out() -> None:
    texts = [f"{word} {'and so it went on ' * 9}" for word in ("good", "bad")]
    prepared = prepared_of(texts * 9, ["pos", "neg"] * 9, longest=3)
    (words,) = weigh(prepared, {"good": 2.0, "bad": -3.0})
    assert "".join(piece for piece, _ in words.texts[0].pieces) in ("good and so … ", "bad and so … ")


def test_numbers_have_weights_in_their_units() -> None:
    texts = [f"{text} n{i}" for i in range(20) for text in (GOOD, BAD)]
    prepared = prepared_of(texts, [float(i % 7) + 0.5 for i in range(40)], task="regression")
    (words,) = weigh(prepared, {"good": 0.2, "bad": -0.3})
    assert words.unit == "value"
    assert not any(text.right for text in words.texts)
    (scale,) = getattr(prepared.task, "scale", ())
    weights = {piece: weight for text in words.texts for piece, weight in text.pieces if weight}
    assert weights["good"] == pytest.approx(0.2 * scale, rel=1e-4)
    assert weights["bad"] == pytest.approx(-0.3 * scale, rel=1e-4)


def test_when_the_budget_is_spent_texts_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "MOST_TOKENS", 100)
    (words,) = weigh(binary(), EFFECTS)
    plain = [all(weight is None for _, weight in text.pieces) for text in words.texts]
    assert plain == [False] + [True] * (len(plain) - 1)


def test_several_labels_at_once_have_no_one_answer() -> None:
    frame = pl.DataFrame({"text": [GOOD, BAD] * 10, "a": [0, 1] * 10, "b": [1, 0, 0, 1] * 5})
    prepared = prepare(
        frame, Settings.of(target=("a", "b"), test=0.5, validation=0, task="multilabel", column={"text": "text"})
    )
    assert weigh(prepared, EFFECTS) == ()


def test_tables_have_no_words() -> None:
    prepared = prepare("iris", Settings.of())
    assert weigh_words(prepared, None, None, None) == ()  # type: ignore[arg-type]


def test_they_go_to_the_run_folder_and_back(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.read_words() == ()
    folder.write_words(())
    assert not list(tmp_path.iterdir())
    words = weigh(binary(), EFFECTS)
    folder.write_words(words)
    assert folder.read_words() == words
    assert folder.read_words() != (replace(words[0], target="other"),)
