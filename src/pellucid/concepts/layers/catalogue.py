"""All layers, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.layers.basic.dense import DENSE
from pellucid.concepts.layers.basic.embedding import EMBEDDING
from pellucid.concepts.layers.basic.flatten import FLATTEN
from pellucid.concepts.layers.blocks.dense_block import DENSE_BLOCK
from pellucid.concepts.layers.blocks.residual_block import RESIDUAL_BLOCK
from pellucid.concepts.layers.blocks.transition import TRANSITION
from pellucid.concepts.layers.convolution.conv1d import CONV1D
from pellucid.concepts.layers.convolution.conv2d import CONV2D
from pellucid.concepts.layers.convolution.conv3d import CONV3D
from pellucid.concepts.layers.convolution.conv_transpose import CONV_TRANSPOSE
from pellucid.concepts.layers.convolution.depthwise_separable import DEPTHWISE_SEPARABLE
from pellucid.concepts.layers.convolution.pointwise import POINTWISE
from pellucid.concepts.layers.convolution.unfold import UNFOLD
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.batch_norm import BATCH_NORM
from pellucid.concepts.layers.normalization.group_norm import GROUP_NORM
from pellucid.concepts.layers.normalization.instance_norm import INSTANCE_NORM
from pellucid.concepts.layers.normalization.layer_norm import LAYER_NORM
from pellucid.concepts.layers.normalization.rms_norm import RMS_NORM
from pellucid.concepts.layers.pooling.adaptive_avg_pool import ADAPTIVE_AVG_POOL
from pellucid.concepts.layers.pooling.adaptive_max_pool import ADAPTIVE_MAX_POOL
from pellucid.concepts.layers.pooling.avg_pool import AVG_POOL
from pellucid.concepts.layers.pooling.global_avg_pool import GLOBAL_AVG_POOL
from pellucid.concepts.layers.pooling.global_max_pool import GLOBAL_MAX_POOL
from pellucid.concepts.layers.pooling.max_pool import MAX_POOL
from pellucid.concepts.layers.pooling.upsample import UPSAMPLE
from pellucid.concepts.layers.recurrent.gru import GRU
from pellucid.concepts.layers.recurrent.gru_cell import GRU_CELL
from pellucid.concepts.layers.recurrent.lstm import LSTM
from pellucid.concepts.layers.recurrent.lstm_cell import LSTM_CELL
from pellucid.concepts.layers.recurrent.rnn_cell import RNN_CELL
from pellucid.concepts.layers.recurrent.simple_rnn import SIMPLE_RNN
from pellucid.concepts.layers.regularization.dropout import DROPOUT
from pellucid.concepts.layers.regularization.spatial_dropout import SPATIAL_DROPOUT
from pellucid.concepts.layers.transformers.multi_head_attention import MULTI_HEAD_ATTENTION
from pellucid.concepts.layers.transformers.positional_encoding import POSITIONAL_ENCODING
from pellucid.concepts.layers.transformers.scaled_dot_product_attention import SCALED_DOT_PRODUCT_ATTENTION
from pellucid.concepts.layers.transformers.transformer_encoder_block import TRANSFORMER_ENCODER_BLOCK

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
    UNFOLD,
    MAX_POOL,
    AVG_POOL,
    GLOBAL_AVG_POOL,
    GLOBAL_MAX_POOL,
    ADAPTIVE_AVG_POOL,
    ADAPTIVE_MAX_POOL,
    UPSAMPLE,
    BATCH_NORM,
    LAYER_NORM,
    GROUP_NORM,
    INSTANCE_NORM,
    RMS_NORM,
    DROPOUT,
    SPATIAL_DROPOUT,
    RNN_CELL,
    GRU_CELL,
    LSTM_CELL,
    SIMPLE_RNN,
    GRU,
    LSTM,
    SCALED_DOT_PRODUCT_ATTENTION,
    MULTI_HEAD_ATTENTION,
    POSITIONAL_ENCODING,
    TRANSFORMER_ENCODER_BLOCK,
    RESIDUAL_BLOCK,
    DENSE_BLOCK,
    TRANSITION,
)
