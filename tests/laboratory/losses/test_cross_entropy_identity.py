from __future__ import annotations

import pytest
from scipy.stats import entropy

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.losses.cross_entropy_identity import CrossEntropyIdentity


@pytest.mark.knowledge("C17")
def test_the_identity_with_scipys_entropies() -> None:
    p, q = (0.7, 0.2, 0.1), (0.25, 0.25, 0.5)
    result = CrossEntropyIdentity(p=p, q=q).run()
    assert result["entropy"] == pytest.approx(entropy(p))
    assert result["kl_pq"] == pytest.approx(entropy(p, q))
    assert result["kl_qp"] == pytest.approx(entropy(q, p))
    assert result["cross_entropy"] == pytest.approx(entropy(p, q) + entropy(p))


@pytest.mark.parametrize(("p", "q"), [((0.5, 0.5), (1.0, 0.0)), ((0.5, 0.6), (0.5, 0.5)), ((1.0,), (0.5, 0.5))])
def test_what_is_no_pair_of_distributions_is_refused(p: tuple[float, ...], q: tuple[float, ...]) -> None:
    with pytest.raises(RangeError, match="expected p and q of one length, above 0, each summing to 1"):
        CrossEntropyIdentity(p=p, q=q)
