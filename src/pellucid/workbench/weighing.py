"""How much each word speaks for the network's answer: the answer is asked again without the word.

A word is left out wherever it stands in the text (leaving one word out, L. Li and others, 2016: Understanding neural
networks through representation erasure).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

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
MOST_TOKENS: Final = 3_000_000  # read in all: some seconds for small networks; texts beyond are shown plain
RIGHT_OF_A_CLASS: Final = 2
MOST_CLASSES: Final = 6  # of which right answers are shown
SMALLEST: Final = 1e-12  # of a probability, so that its log-odds are finite
GAP: Final = " … "


@dataclass(frozen=True, slots=True)
class _Shown:
    """One text that is shown."""

    position: int
    """Among the judged rows."""
    right: bool


def weigh_words(prepared: Prepared, learned: Learned, judged: Judged, evaluation: Evaluation) -> tuple[TargetWords, ...]:
    """Return the weights of the words of the worst mistakes and of some right answers; nothing of other inputs."""
    if not isinstance(prepared.transform, TextTransform):
        return ()
    predictions = {prediction.target: prediction for prediction in judged.predictions}
    position = {int(row): place for place, row in enumerate(judged.rows)}
    weighed = []
    budget = MOST_TOKENS
    for report in evaluation.targets:
        prediction = predictions.get(report.target)
        if prediction is None:  # of several labels at once there is no one answer
            continue
        texts = []
        truth = next(target.values for target in judged.truth if target.name == report.target)
        for shown in _shown(report, prediction, truth, position):
            pieces, cost = _pieces(prepared, learned, judged, report.target, shown.position, budget)
            budget -= cost
            texts.append(_record(judged, prediction, truth, shown, pieces))
        unit = "value" if prediction.probabilities is None else "log-odds"
        weighed.append(TargetWords(target=report.target, unit=unit, texts=tuple(texts)))
    return tuple(weighed)


def _shown(
    report: TargetReport, prediction: Prediction, truth: NDArray[np.generic], position: dict[int, int]
) -> Iterator[_Shown]:
    """Yield the texts in turn: a mistake, a right answer …, so that both are there when the budget is spent."""
    wrong = [_Shown(position[mistake.row], right=False) for mistake in report.mistakes]
    right = []
    if prediction.probabilities is not None:
        surest = prediction.probabilities.max(axis=1)
        for name in prediction.classes[:MOST_CLASSES]:
            found = np.flatnonzero((prediction.values == name) & (truth == name))
            best = found[np.argsort(-surest[found], kind="stable")][:RIGHT_OF_A_CLASS]
            right += [_Shown(int(place), right=True) for place in best]
    for turn in range(max(len(wrong), len(right))):
        yield from wrong[turn : turn + 1]
        yield from right[turn : turn + 1]


def _pieces(
    prepared: Prepared, learned: Learned, judged: Judged, target: str, position: int, budget: int
) -> tuple[tuple[Piece, ...], int]:
    """Return one text in pieces, and how many tokens the network read for it."""
    row = int(np.flatnonzero(prepared.dataset.source_rows == judged.rows[position])[0])
    (content,) = prepared.inputs
    if not isinstance(content, Ragged) or not isinstance(prepared.transform, TextTransform):
        return (), 0
    tokens = content[row].astype(np.int64)
    text = str(prepared.dataset.frame[prepared.dataset.subject][row] or "")
    places = places_of(prepared.transform.tokenizer, text)[: len(tokens)]
    half = MOST_WORDS // 2
    shown = [i for i in range(len(places)) if len(places) <= MOST_WORDS or not half <= i < len(places) - half]
    words = sorted({int(tokens[i]) for i in shown} - {UNKNOWN_TOKEN})
    cost = (len(words) + 1) * len(tokens)
    weights = dict(zip(words, _weights(prepared, learned, judged, target, position, tokens, words), strict=True)) if (
        words and cost <= budget
    ) else {}
    return tuple(_cut(text, places, shown, [weights.get(int(token)) for token in tokens])), cost if weights else 0
