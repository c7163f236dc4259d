"""All initializers, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.initializers.fixed.constant import CONSTANT
from pellucid.concepts.initializers.fixed.ones import ONES
from pellucid.concepts.initializers.fixed.zeros import ZEROS
from pellucid.concepts.initializers.initializer import Initializer
from pellucid.concepts.initializers.plain.small_normal import SMALL_NORMAL
from pellucid.concepts.initializers.plain.truncated_normal import TRUNCATED_NORMAL
from pellucid.concepts.initializers.plain.uniform import UNIFORM
from pellucid.concepts.initializers.scaled.he_normal import HE_NORMAL
from pellucid.concepts.initializers.scaled.he_uniform import HE_UNIFORM
from pellucid.concepts.initializers.scaled.lecun_normal import LECUN_NORMAL
from pellucid.concepts.initializers.scaled.lecun_uniform import LECUN_UNIFORM
from pellucid.concepts.initializers.scaled.orthogonal import ORTHOGONAL
from pellucid.concepts.initializers.scaled.xavier_normal import XAVIER_NORMAL
from pellucid.concepts.initializers.scaled.xavier_uniform import XAVIER_UNIFORM

INITIALIZERS: Final[tuple[Initializer, ...]] = (
    ZEROS,
    ONES,
    CONSTANT,
    SMALL_NORMAL,
    UNIFORM,
    TRUNCATED_NORMAL,
    XAVIER_NORMAL,
    XAVIER_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    ORTHOGONAL,
)
