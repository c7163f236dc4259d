"""All information measures, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.information.measure import Measure
from pellucid.concepts.information.measures.cross_entropy_of_distributions import CROSS_ENTROPY_OF_DISTRIBUTIONS
from pellucid.concepts.information.measures.entropy import ENTROPY
from pellucid.concepts.information.measures.jensen_shannon import JENSEN_SHANNON
from pellucid.concepts.information.measures.mutual_information import MUTUAL_INFORMATION
from pellucid.concepts.information.measures.relative_entropy import RELATIVE_ENTROPY
from pellucid.concepts.information.measures.self_information import SELF_INFORMATION

MEASURES: Final[tuple[Measure, ...]] = (
    SELF_INFORMATION,
    ENTROPY,
    CROSS_ENTROPY_OF_DISTRIBUTIONS,
    RELATIVE_ENTROPY,
    JENSEN_SHANNON,
    MUTUAL_INFORMATION,
)
