"""All layers, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.layers.basic.dense import DENSE
from pellucid.concepts.layers.basic.embedding import EMBEDDING
from pellucid.concepts.layers.basic.flatten import FLATTEN
from pellucid.concepts.layers.convolution.conv1d import CONV1D
from pellucid.concepts.layers.convolution.conv2d import CONV2D
from pellucid.concepts.layers.convolution.conv3d import CONV3D
from pellucid.concepts.layers.convolution.conv_transpose import CONV_TRANSPOSE
from pellucid.concepts.layers.convolution.depthwise_separable import DEPTHWISE_SEPARABLE
from pellucid.concepts.layers.convolution.pointwise import POINTWISE
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.adaptive_avg_pool import ADAPTIVE_AVG_POOL
from pellucid.concepts.layers.pooling.adaptive_max_pool import ADAPTIVE_MAX_POOL
from pellucid.concepts.layers.pooling.avg_pool import AVG_POOL
from pellucid.concepts.layers.pooling.global_avg_pool import GLOBAL_AVG_POOL
from pellucid.concepts.layers.pooling.max_pool import MAX_POOL

LAYERS: Final[tuple[Layer, ...]] = (
    DENSE,
    FLATTEN,
    EMBEDDING,
    CONV1D,
    CONV2D,
    CONV3D,
    CONV_TRANSPOSE,
    DEPTHWISE_SEPARABLE,
    POINTWISE,
    MAX_POOL,
    AVG_POOL,
    GLOBAL_AVG_POOL,
    ADAPTIVE_AVG_POOL,
    ADAPTIVE_MAX_POOL,
)
