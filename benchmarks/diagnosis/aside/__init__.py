"""Cases written by somebody who had not seen the rules of the diagnosis, for people who had not seen the cases.

After a first examination every second one was opened, and the rules were mended with what it showed. The others are
still kept aside: whoever writes or tunes rules does not look at them.
"""

from __future__ import annotations

from typing import Final

from benchmarks.diagnosis.aside.architecture import ARCHITECTURE
from benchmarks.diagnosis.aside.data import DATA
from benchmarks.diagnosis.aside.evaluation import EVALUATION
from benchmarks.diagnosis.aside.head import HEAD
from benchmarks.diagnosis.aside.healthy import HEALTHY
from benchmarks.diagnosis.aside.labels import LABELS
from benchmarks.diagnosis.aside.loop import LOOP
from benchmarks.diagnosis.aside.losses import LOSSES
from benchmarks.diagnosis.aside.ordinary import ORDINARY
from benchmarks.diagnosis.aside.rates import RATES
from benchmarks.diagnosis.aside.wiring import WIRING

OPENED_IDS: Final = frozenset(
    {
        "VA02", "VA04", "VA06", "VA08", "VA10", "VA12", "VA14", "VB02", "VB04", "VB06", "VB08", "VB10", "VB12",
        "VC02", "VC04", "VC06", "VC08", "VC10", "VC12", "VD02", "VD04", "VD06", "VD08", "VD10", "VD12", "VD14",
        "VD16", "VE02", "VE04", "VE06", "VE08", "VE10", "VE12", "VE14", "VE16", "VE18", "VE20", "VF02", "VF04",
        "VF06", "VF08", "VG02", "VG04", "VG06", "VG08", "VG10", "VI02", "VI04", "VI06", "VI08", "VI10", "VI12",
        "VI14", "VJ02", "VJ04", "VJ06", "VJ08", "VJ10", "VH02", "VH04", "VH06", "VH08", "VH10", "VH12", "VH14",
        "VH16", "VH18", "VH20", "VK02", "VK04", "VK06", "VK08", "VK10", "VK12",
    }
)  # fmt: skip

ALL: Final = (
    *HEAD,
    *LOSSES,
    *DATA,
    *LABELS,
    *ARCHITECTURE,
    *WIRING,
    *LOOP,
    *RATES,
    *EVALUATION,
    *HEALTHY,
    *ORDINARY,
)

OPENED: Final = tuple(case for case in ALL if case.id in OPENED_IDS)
ASIDE: Final = tuple(case for case in ALL if case.id not in OPENED_IDS)
