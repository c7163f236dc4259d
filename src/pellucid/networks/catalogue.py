"""All families of networks, and the one that each kind of input gets when nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pellucid.foundation.records import InputKind
from pellucid.networks.dense import DENSE
from pellucid.networks.family import Family
from pellucid.networks.lenet import LENET
from pellucid.networks.linear import LINEAR
from pellucid.networks.separable import SEPARABLE
from pellucid.networks.vision.densenet import DENSENET, DENSENET121
from pellucid.networks.vision.nin import NIN
from pellucid.networks.vision.resnet import RESNET, RESNET18, RESNET34, RESNET50
from pellucid.networks.vision.vgg import VGG_FAMILY

NETWORKS: Final[tuple[Family, ...]] = (
    LINEAR,
    DENSE,
    LENET,
    SEPARABLE,
    NIN,
    VGG_FAMILY,
    RESNET,
    RESNET18,
    RESNET34,
    RESNET50,
    DENSENET,
    DENSENET121,
)

DEFAULTS: Final[Mapping[InputKind, str]] = MappingProxyType({"table": "dense", "picture": "separable"})
