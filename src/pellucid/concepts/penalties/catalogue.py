"""All penalties, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.penalties.norms.elastic_net import ELASTIC_NET
from pellucid.concepts.penalties.norms.group_lasso import GROUP_LASSO
from pellucid.concepts.penalties.norms.l1 import L1
from pellucid.concepts.penalties.norms.l2 import L2
from pellucid.concepts.penalties.penalty import Penalty

PENALTIES: Final[tuple[Penalty, ...]] = (L2, L1, ELASTIC_NET, GROUP_LASSO)
