"""Where several sets lie."""

from __future__ import annotations

from typing import Final

SEABORN: Final = "https://raw.githubusercontent.com/mwaskom/seaborn-data/master/"
UCI: Final = "https://archive.ics.uci.edu/ml/machine-learning-databases/"
TENSORFLOW: Final = "https://storage.googleapis.com/download.tensorflow.org/"
D2L: Final = ("http://d2l-data.s3-accelerate.amazonaws.com/", "https://d2l-data.s3.amazonaws.com/")
GITHUB: Final = "https://raw.githubusercontent.com/"
