"""Information measures: identities, bounds, and scipy's and scikit-learn's values."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as entropy_of_scipy
from sklearn.metrics import mutual_info_score

from pellucid.concepts.concept import Floats
from pellucid.concepts.information.catalogue import MEASURES
from pellucid.concepts.information.measure import Measure
from pellucid.concepts.information.measures.cross_entropy_of_distributions import (
    cross_entropy_of_distributions_reference,
)
from pellucid.concepts.information.measures.entropy import entropy, entropy_reference
from pellucid.concepts.information.measures.jensen_shannon import jensen_shannon, jensen_shannon_reference
from pellucid.concepts.information.measures.mutual_information import mutual_information, mutual_information_reference
from pellucid.concepts.information.measures.relative_entropy import relative_entropy, relative_entropy_reference
from pellucid.concepts.information.measures.self_information import self_information, self_information_reference
from pellucid.foundation.errors import RangeError, ShapeError

SURE, OTHER, EVEN = np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([0.5, 0.5])


def distributions(k: int, least: float) -> st.SearchStrategy[Floats]:
    return (
        arrays(np.float64, (k,), elements=st.floats(least, 1))
        .filter(lambda p: p.sum() > 0.1)
        .map(lambda p: p / p.sum())
    )


@pytest.mark.knowledge("C17")
@given(p=distributions(4, 0.0), q=distributions(4, 0.001))
def test_cross_entropy_is_relative_entropy_and_entropy(p: Floats, q: Floats) -> None:
    H_pq = cross_entropy_of_distributions_reference(p, q)[0]
    assert H_pq == pytest.approx(relative_entropy_reference(p, q)[0] + entropy_reference(p)[0], rel=1e-9, abs=1e-12)


@pytest.mark.knowledge("C17")
@given(p=distributions(5, 0.0), q=distributions(5, 0.001))
def test_values_are_scipys_and_keep_their_bounds(p: Floats, q: Floats) -> None:
    H, KL, JS = entropy_reference(p)[0], relative_entropy_reference(p, q)[0], jensen_shannon_reference(p, q)[0]
    assert pytest.approx(entropy_of_scipy(p), rel=1e-9, abs=1e-12) == H
    assert pytest.approx(entropy_of_scipy(p, q), rel=1e-9, abs=1e-12) == KL
    assert pytest.approx(np.nan_to_num(jensenshannon(p, q)) ** 2, rel=1e-6, abs=1e-9) == JS
    assert -1e-12 <= H <= np.log(5) + 1e-12
    assert -1e-12 <= JS <= np.log(2) + 1e-12
    assert KL >= -1e-12


@pytest.mark.parametrize("measure", [one for one in MEASURES if len(one.arguments) > 1], ids=lambda one: one.name)
def test_symmetric_is_declared_where_the_two_may_be_exchanged(measure: Measure) -> None:
    pairs = np.random.default_rng(0).dirichlet(np.ones(3), (20, 2))
    same = [np.isclose(measure.reference(p, q)[0], measure.reference(q, p)[0], rtol=1e-9) for p, q in pairs]
    assert all(same) == measure.symmetric


@pytest.mark.knowledge("C17")
def test_0_log_0_is_0_in_both_forms() -> None:
    sure, even = torch.tensor(SURE), torch.tensor(EVEN)
    assert entropy_reference(SURE)[0] == entropy(sure).item() == 0
    assert relative_entropy_reference(SURE, EVEN)[0] == pytest.approx(np.log(2), rel=1e-15)
    assert relative_entropy(sure, even).item() == pytest.approx(np.log(2), rel=1e-15)
    assert jensen_shannon_reference(SURE, OTHER)[0] == pytest.approx(np.log(2), rel=1e-15)
    assert jensen_shannon(sure, torch.tensor(OTHER)).item() == pytest.approx(np.log(2), rel=1e-15)
    assert mutual_information(torch.tensor(np.diag(EVEN))).item() == pytest.approx(np.log(2), rel=1e-15)


def test_what_q_excludes_costs_without_bound() -> None:
    assert relative_entropy_reference(EVEN, SURE)[0] == np.inf
    assert cross_entropy_of_distributions_reference(EVEN, SURE)[0] == np.inf
    assert relative_entropy(torch.tensor(EVEN), torch.tensor(SURE)).item() == np.inf
    assert self_information_reference(np.zeros(1))[0] == np.inf


@pytest.mark.knowledge("C17")
def test_mutual_information_is_scikit_learns_and_0_for_independent_variables() -> None:
    counts = np.array([[10, 2, 3], [1, 7, 5]])
    rows, columns = (np.repeat(one.ravel(), counts.ravel()) for one in np.indices(counts.shape))
    value, _ = mutual_information_reference(counts / counts.sum())
    assert value == pytest.approx(mutual_info_score(rows, columns), rel=1e-9)
    assert mutual_information_reference(np.outer([0.3, 0.7], [0.2, 0.5, 0.3]))[0] == pytest.approx(0, abs=1e-15)
    # H(X) - H(X | Y) = H(X) + H(Y) - H(X, Y)
    p = counts / counts.sum()
    parts = [entropy_reference(one)[0] for one in (p.sum(axis=1), p.sum(axis=0), p.ravel())]
    assert value == pytest.approx(parts[0] + parts[1] - parts[2], rel=1e-12)


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(RangeError, match=r"^entropy expected p at least 0, got -0.5: pass probabilities"):
        entropy_reference(np.array([1.5, -0.5]))
    with pytest.raises(RangeError, match=r"^entropy expected p at least 0, got nan: pass probabilities"):
        entropy_reference(np.array([np.nan, 1.0]))
    with pytest.raises(
        ShapeError, match=r"^relative_entropy expected q of shape \(k,\) = \(2,\), got \(3,\): pass one"
    ):
        relative_entropy_reference(EVEN, np.ones(3) / 3)
    with pytest.raises(ShapeError, match=r"^mutual_information expected p of shape \(k, t\), got \(2,\): pass one"):
        mutual_information_reference(EVEN)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_surprise_wants_probabilities(wrong: float) -> None:
    with pytest.raises(RangeError, match=f"^self_information expected p from 0 to 1, got {wrong:g}: pass prob"):
        self_information_reference(np.array([wrong]))
    with pytest.raises(RangeError, match=f"^self_information expected p from 0 to 1, got {wrong:g}: pass prob"):
        self_information(torch.tensor([wrong], dtype=torch.float64))
