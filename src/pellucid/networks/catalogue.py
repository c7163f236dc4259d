"""All families of networks, and the one that each kind of input gets when nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pellucid.foundation.records import InputKind
from pellucid.networks.dense import DENSE
from pellucid.networks.family import Family
from pellucid.networks.joined import JOINED
from pellucid.networks.lenet import LENET
from pellucid.networks.linear import LINEAR
from pellucid.networks.pretrained.backbone import BACKBONE
from pellucid.networks.pretrained.encoder import ENCODER
from pellucid.networks.separable import SEPARABLE
from pellucid.networks.sequences.families import GRU, LSTM, RNN
from pellucid.networks.sequences.transformer import TRANSFORMER
from pellucid.networks.series.fcn import FCN_FAMILY
from pellucid.networks.sound.melconv import MELCONV
from pellucid.networks.sound.waveconv import WAVECONV
from pellucid.networks.text.bag import BAG
from pellucid.networks.text.textconv import TEXTCONV
from pellucid.networks.video.frames import FRAMECONV, FRAMEGRU
from pellucid.networks.vision.densenet import DENSENET, DENSENET121
from pellucid.networks.vision.nin import NIN
from pellucid.networks.vision.resnet import RESNET, RESNET18, RESNET34, RESNET50
from pellucid.networks.vision.vgg import VGG_FAMILY
from pellucid.networks.volume.conv3d import CONV3D

NETWORKS: Final[tuple[Family, ...]] = (
    LINEAR,
    DENSE,
    LENET,
    SEPARABLE,
    WAVECONV,
    MELCONV,
    FCN_FAMILY,
    CONV3D,
    FRAMEGRU,
    FRAMECONV,
    TEXTCONV,
    BAG,
    RNN,
    GRU,
    LSTM,
    TRANSFORMER,
    NIN,
    VGG_FAMILY,
    RESNET,
    RESNET18,
    RESNET34,
    RESNET50,
    DENSENET,
    DENSENET121,
    JOINED,
)

PRETRAINED: Final[tuple[Family, ...]] = (BACKBONE, ENCODER)
"""Those that `hf:owner/name` chooses; without a model they are nothing."""

DEFAULTS: Final[Mapping[InputKind, str]] = MappingProxyType(
    {
        "table": "dense",
        "picture": "separable",
        "text": "textconv",
        "series": "lstm",
        "sound": "waveconv",
        "video": "conv3d",
        "volume": "conv3d",
        "mixed": "joined",
    }
)
