"""What the scores of classes and of labels share: some definitions, the threshold, the bins of calibration."""

from __future__ import annotations

from typing import Final

import numpy as np

from pellucid.evaluation.sheet import Definition, Floats, Integers

POSITIVE_FROM: Final = 0.5  # probability from which a row counts as positive
CALIBRATION_BINS: Final = 10  # of equal width, so that the picture's bins are tenths; the score uses the same

ACCURACY: Final = Definition(
    name="accuracy", title="accuracy", higher_is_better=True, percent=True, meaning="Share of rows that are right."
)
BALANCED_ACCURACY: Final = Definition(
    name="balanced_accuracy",
    title="balanced accuracy",
    higher_is_better=True,
    percent=True,
    meaning="Mean over the classes of the share found of each: guessing gives 1 / (number of classes), however rare.",
)
LOG_LOSS: Final = Definition(
    name="log_loss",
    title="log loss",
    higher_is_better=False,
    percent=False,
    meaning="Mean of -log of the probability given to the truth: 0 is perfect, sure mistakes cost most.",
)
CALIBRATION_ERROR: Final = Definition(
    name="calibration_error",
    title="calibration error",
    higher_is_better=False,
    percent=True,
    meaning="How far stated probabilities are from observed frequencies on average: at 5 % a stated 80 % may be 75 %.",
)
MACRO_F1: Final = Definition(
    name="macro_f1",
    title="macro F1",
    higher_is_better=True,
    percent=False,
    meaning="Mean of F1 over the classes or labels, each counting the same however rare; 1 is perfect.",
)
MACRO_ROC_AUC: Final = Definition(
    name="roc_auc",
    title="ROC AUC (macro)",
    higher_is_better=True,
    percent=False,
    meaning="Mean over the classes or labels of the chance that a row that belongs to it gets a higher probability of "
    "it than one that does not: 0.5 is guessing, 1 perfect.",
)


def calibration_bins(probabilities: Floats) -> Integers:
    """Return the bin of each probability: 0 for the lowest tenth, 9 for the highest."""
    return np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)


def calibration_gaps(probabilities: Floats, happened: Floats) -> Floats:
    """Return (n, bins): probability - what happened, in the column of the row's bin; their sums give the error."""
    gaps = np.zeros((len(probabilities), CALIBRATION_BINS))
    gaps[np.arange(len(probabilities)), calibration_bins(probabilities)] = probabilities - happened
    return gaps
