"""The sets that can be fetched by name.

Each checksum was found in at least two places that do not copy each other's files: torchvision or the authors' page
(MD5), TensorFlow Datasets (SHA-256), scikit-learn (SHA-256), Dive into Deep Learning (SHA-1), or a copy of the file
itself. Where none is published it is left out; then the first fetched file is what later ones are compared with.
"""

from __future__ import annotations

from typing import Final

from pellucid.data.fetching.named_set import NamedSet
from pellucid.data.fetching.sets.pictures import CIFAR10, CIFAR100, FASHION_MNIST, FLOWERS, HOTDOG, KMNIST, MNIST
from pellucid.data.fetching.sets.sequences import AG_NEWS, ETTH1, IMDB, JENA_CLIMATE, NEWSGROUPS, SPEECH_COMMANDS
from pellucid.data.fetching.sets.tables import (
    ADULT,
    AUTO_MPG,
    CALIFORNIA_HOUSING,
    HOUSE_PRICES,
    PENGUINS,
    TITANIC,
)

FETCHED_SETS: Final[tuple[NamedSet, ...]] = (
    MNIST,
    FASHION_MNIST,
    KMNIST,
    CIFAR10,
    CIFAR100,
    FLOWERS,
    HOTDOG,
    CALIFORNIA_HOUSING,
    AUTO_MPG,
    PENGUINS,
    TITANIC,
    ADULT,
    HOUSE_PRICES,
    IMDB,
    NEWSGROUPS,
    AG_NEWS,
    JENA_CLIMATE,
    ETTH1,
    SPEECH_COMMANDS,
)
