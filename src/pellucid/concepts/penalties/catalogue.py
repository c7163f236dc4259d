"""All penalties, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.penalties.elastic_net import ELASTIC_NET
from pellucid.concepts.penalties.group_lasso import GROUP_LASSO
from pellucid.concepts.penalties.l1 import L1
from pellucid.concepts.penalties.l2 import L2
from pellucid.concepts.penalties.penalty import Penalty

PENALTIES: Final[tuple[Penalty, ...]] = (L2, L1, ELASTIC_NET, GROUP_LASSO)
