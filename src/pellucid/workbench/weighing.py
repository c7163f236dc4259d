"""How much each word speaks for the network's answer: the answer is asked again without the word.

A word is left out wherever it stands in the text (leaving one word out, L. Li and others, 2016: Understanding neural
networks through representation erasure).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Ragged
from pellucid.data.text.tokenizer import UNKNOWN_TOKEN, places_of
from pellucid.data.transforms.text import TextTransform
from pellucid.evaluation.forecasts import Judged
from pellucid.evaluation.records import Evaluation, TargetReport
from pellucid.runs.weighing import Piece, TargetWords, WeighedText
from pellucid.tasks.task import Prediction
from pellucid.training.predicting import logits_of
from pellucid.workbench.learning import Learned
from pellucid.workbench.preparing import Prepared
from pellucid.workbench.transforms import batches_of, judging_batch

MOST_WORDS: Final = 120  # of a text that are shown: half from its beginning, half from its end
MOST_TOKENS: Final = 3_000_000  # read in all: 4 s of a core by textconv, 45 s by an LSTM; texts beyond are plain
RIGHT_OF_A_CLASS: Final = 2
MOST_CLASSES: Final = 6  # of which right answers are shown
SMALLEST: Final = 1e-12  # of a probability, so that its log-odds are finite
GAP: Final = " … "


def weigh_words(
    prepared: Prepared, learned: Learned, judged: Judged, evaluation: Evaluation
) -> tuple[TargetWords, ...]:
    """Return the weights of the words of the worst mistakes and of some right answers; nothing of other inputs."""
    content = prepared.inputs[0]
    if not isinstance(prepared.transform, TextTransform) or not isinstance(content, Ragged):
        return ()
    texts = prepared.dataset.frame[prepared.dataset.subject]
    weighed = []
    budget = MOST_TOKENS
    for report in evaluation.targets:
        of_target = next((one for one in judged.predictions if one.target == report.target), None)
        if of_target is None:  # of several labels at once there is no one answer
            continue
        truth = next(target.values for target in judged.truth if target.name == report.target)
        found = []
        for position in _turns(report, judged, of_target, truth):
            row = _place(prepared.dataset.source_rows, int(judged.rows[position]))
            cut = _Cut.of(prepared.transform, str(texts[row] or ""), content[row].astype(np.int64))
            weights = {}
            if cut.cost <= budget:
                budget -= cut.cost
                weights = _weights(prepared, learned, judged, of_target.target, position, cut)
            found.append(_record(judged, of_target, truth, position, cut.pieces(weights)))
        unit: Literal["log-odds", "value"] = "value" if of_target.probabilities is None else "log-odds"
        weighed.append(TargetWords(target=report.target, unit=unit, texts=tuple(found)))
    return tuple(weighed)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is shown of one text."""

    text: str
    tokens: NDArray[np.int64]
    """(l,) that the network reads."""
    places: tuple[tuple[int, int], ...]
    """Where each token begins and ends in the text."""

    @classmethod
    def of(cls, transform: TextTransform, text: str, tokens: NDArray[np.int64]) -> _Cut:
        """Return a text with the places of its tokens."""
        return cls(text, tokens, tuple(places_of(transform.tokenizer, text)[: len(tokens)]))

    @property
    def shown(self) -> list[int]:
        """The tokens that are shown: all, or as many from the beginning as from the end."""
        count, half = len(self.places), MOST_WORDS // 2
        return [i for i in range(count) if count <= MOST_WORDS or not half <= i < count - half]

    @property
    def words(self) -> list[int]:
        """The different words that are shown, but those that the network does not know."""
        return sorted({int(self.tokens[i]) for i in self.shown} - {UNKNOWN_TOKEN})

    @property
    def cost(self) -> int:
        """How many tokens the network reads to weigh them."""
        return (len(self.words) + 1) * len(self.tokens)

    def pieces(self, weights: Mapping[int, float]) -> tuple[Piece, ...]:
        """Return what is shown of the text, word by word."""
        pieces: list[Piece] = []
        end = before = 0
        for i in self.shown:
            start, stop = self.places[i]
            between = GAP if i > before + 1 else self.text[end:start]
            pieces += [(between, None)] if between else []
            pieces.append((self.text[start:stop], weights.get(int(self.tokens[i]))))
            end, before = stop, i
        rest = self.text[end:].strip()
        return (*pieces, *([(GAP if len(rest) > len(GAP) else rest, None)] if rest else []))


def _place(rows: NDArray[np.int64], row: int) -> int:
    """Return where a row of the source stands among others."""
    return int(np.flatnonzero(rows == row)[-1])


def _turns(report: TargetReport, judged: Judged, prediction: Prediction, truth: NDArray[np.generic]) -> Iterator[int]:
    """Yield positions in turn, a mistake, a right answer …, so that both are there when the budget is spent."""
    wrong = [_place(judged.rows, mistake.row) for mistake in report.mistakes]
    right: list[int] = []
    if prediction.probabilities is not None:
        surest = prediction.probabilities.max(axis=1)
        for name in prediction.classes[:MOST_CLASSES]:
            found = np.flatnonzero((prediction.values == name) & (truth == name))
            right += found[np.argsort(-surest[found], kind="stable")][:RIGHT_OF_A_CLASS].tolist()
    for turn in range(max(len(wrong), len(right))):
        yield from wrong[turn : turn + 1]
        yield from right[turn : turn + 1]


def _weights(
    prepared: Prepared, learned: Learned, judged: Judged, target: str, position: int, cut: _Cut
) -> dict[int, float]:
    """Return by how much the answer would be lower without each word: its log-odds, or its value."""
    variants = [cut.tokens, *(cut.tokens[cut.tokens != word] for word in cut.words)]
    content = Ragged.of([tokens if len(tokens) else np.array([UNKNOWN_TOKEN]) for tokens in variants])
    batches = batches_of(
        prepared.transform, (content,), np.zeros(len(variants), np.float32), batch_size=judging_batch(prepared.spec)
    )
    logits = logits_of(learned.network, batches, learned.task.combine).double().numpy()
    offset = None if judged.offset is None else np.full(len(variants), judged.offset[position])
    answer = next(one for one in learned.task.predict(logits, offset) if one.target == target)
    if answer.probabilities is None:
        values = answer.values.astype(np.float64)
    else:
        share = np.clip(answer.probabilities[:, int(answer.probabilities[0].argmax())], SMALLEST, 1 - SMALLEST)
        values = np.log(share) - np.log1p(-share)
    return dict(zip(cut.words, (values[0] - values[1:]).tolist(), strict=True))


def _record(
    judged: Judged, prediction: Prediction, truth: NDArray[Any], position: int, pieces: tuple[Piece, ...]
) -> WeighedText:
    """Return what is kept of one text."""
    predicted, true = prediction.values[position], truth[position]
    probabilities = prediction.probabilities
    return WeighedText(
        row=int(judged.rows[position]),
        truth=true if isinstance(true, str) else float(true),
        predicted=predicted if isinstance(predicted, str) else float(predicted),
        confidence=None if probabilities is None else float(probabilities[position].max()),
        right=probabilities is not None and bool(predicted == true),
        pieces=pieces,
    )
