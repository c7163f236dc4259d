"""Area under the ROC curve and average precision, exact with ties, for many weightings of the rows at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.sheet import Floats, Integers, ratio


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows ordered by falling score once, so that each weighting costs only a gather and sums of segments.

    Only how many negatives stand above each positive matters, so the negatives are cut into segments at the positives'
    scores; a segment's sum costs a fraction of a cumulative sum over all rows.
    """

    positives: Integers
    """(p,) the positive rows by falling score."""
    negatives: Integers
    """(q,) the negative rows by falling score."""
    cuts: Integers
    """(g,) where segments of `negatives` start, rising; the first is 0."""
    above: Integers
    """(p,) how many segments score strictly higher than this positive."""
    upto: Integers
    """(p,) how many segments score at least as high."""
    tied: Integers
    """(p,) how many positives score at least as high."""

    @classmethod
    def of(cls, positive: NDArray[np.bool_], scores: Floats) -> Ranking:
        """Order the rows; `positive` is (n,), `scores` (n,) rises with the belief in positive."""
        order = np.argsort(-scores, kind="stable")
        positives, negatives = order[positive[order]], order[~positive[order]]
        keys, negative_keys = -scores[positives], -scores[negatives]
        above, upto = np.searchsorted(negative_keys, keys, "left"), np.searchsorted(negative_keys, keys, "right")
        cuts = np.unique(np.concatenate([[0], above, upto]))
        tied = np.searchsorted(keys, keys, "right")
        starts = cuts[cuts < len(negatives)]
        return cls(positives, negatives, starts, np.searchsorted(cuts, above), np.searchsorted(cuts, upto), tied)

    def area(self, weights: Floats) -> Floats:
        """Return the (b,) ROC AUC of (b, n) weights; NaN where a class has no weight.

        The share of (positive, negative) pairs in the right order, ties counting half (Hanley and McNeil, 1982).
        """
        before = self._negatives_before(weights)
        drawn = np.take(weights, self.positives, axis=1)  # (b, p)
        wrong = np.take(before, self.above, axis=1)
        wrong += np.take(before, self.upto, axis=1)
        pairs = drawn.sum(axis=1) * before[:, -1]
        return 1.0 - ratio(0.5 * np.einsum("bp,bp->b", drawn, wrong), pairs)

    def average_precision(self, weights: Floats) -> Floats:
        """Return the (b,) average precision of (b, n) weights; NaN where no positive has weight.

        The sum over thresholds of (gain in recall) x precision, not interpolated, as in scikit-learn.
        """
        drawn = np.take(weights, self.positives, axis=1)  # (b, p)
        hits = np.take(np.cumsum(drawn, axis=1), self.tied - 1, axis=1)
        called = np.take(self._negatives_before(weights), self.upto, axis=1)
        called += hits
        precision = np.divide(hits, called, out=np.zeros_like(called), where=called > 0)
        return ratio(np.einsum("bp,bp->b", drawn, precision), drawn.sum(axis=1))

    def _negatives_before(self, weights: Floats) -> Floats:
        """Return the (b, g + 1) weights of the negatives before each cut; the last column is all of them."""
        if not len(self.negatives):
            return np.zeros((len(weights), len(self.cuts) + 1))
        drawn = np.take(weights, self.negatives, axis=1)  # (b, q)
        before = np.zeros((len(weights), len(self.cuts) + 1))
        np.cumsum(np.add.reduceat(drawn, self.cuts, axis=1), axis=1, out=before[:, 1:])
        return before
