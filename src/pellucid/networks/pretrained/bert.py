"""BERT and DistilBERT of the hub: what their configuration says, and our names for their weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import Tensor

from pellucid.foundation.errors import DataError

KEYS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "bert": {
            "layers": "num_hidden_layers",
            "heads": "num_attention_heads",
            "width": "hidden_size",
            "inner": "intermediate_size",
        },
        "distilbert": {"layers": "n_layers", "heads": "n_heads", "width": "dim", "inner": "hidden_dim"},
    }
)
"""Our options, by the names of each kind of model."""
USUAL: Final[Mapping[str, Any]] = MappingProxyType(
    {"pad_token_id": 0, "hidden_act": "gelu", "activation": "gelu", "position_embedding_type": "absolute"}
)
HEADS: Final = ("cls.", "classifier.", "pre_classifier.", "pooler.", "vocab_", "qa_outputs.")
UNCHANGING: Final = "embeddings.position_ids"  # 0, 1, 2 …: some files hold it
LAYER: Final = re.compile(r"(?:encoder|transformer)\.layer\.(\d+)\.(.+)\.(weight|bias)")
PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "attention.self.query": "query",
        "attention.self.key": "key",
        "attention.self.value": "value",
        "attention.output.dense": "self_attn.out_proj",
        "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "linear1",
        "output.dense": "linear2",
        "output.LayerNorm": "norm2",
        "attention.q_lin": "query",
        "attention.k_lin": "key",
        "attention.v_lin": "value",
        "attention.out_lin": "self_attn.out_proj",
        "sa_layer_norm": "norm1",
        "ffn.lin1": "linear1",
        "ffn.lin2": "linear2",
        "output_layer_norm": "norm2",
    }
)
"""Parts of a layer, by the names of both kinds of model; query, key and value lie in one matrix in torch."""
EMBEDDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "embeddings.word_embeddings": "words",
        "embeddings.position_embeddings": "positions",
        "embeddings.LayerNorm": "norm",
    }
)


def is_bert(configuration: Mapping[str, Any]) -> bool:
    """Say whether a configuration is that of a model like BERT.

    Example:
        >>> is_bert({"model_type": "distilbert"}), is_bert({"model_type": "roberta"})
        (True, False)
    """
    return configuration.get("model_type") in KEYS


def bert_options(configuration: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Return the options of the encoder that a configuration describes.

    Raises:
        DataError: it is another form of encoder than ours.
    """
    for key, value in USUAL.items():
        if configuration.get(key, value) != value:
            raise DataError(
                f"network expected the encoder {model} with {key} {value}, got {configuration[key]}: "
                "choose one of the usual form, such as hf:distilbert/distilbert-base-uncased"
            )
    options = {ours: configuration[theirs] for ours, theirs in KEYS[configuration["model_type"]].items()}
    return options | {
        "vocabulary": configuration["vocab_size"],
        "positions": configuration["max_position_embeddings"],
    }


def bert_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of the encoder by our names; those of heads for other tasks are left out.

    All texts here are of the first type of BERT's two: what stands for that is added to the positions. A name that is
    none of such an encoder's keeps it, and does not fit then.
    """
    found: dict[str, Tensor] = {}
    parts: dict[str, dict[str, Tensor]] = {}
    types = None
    for name, tensor in weights.items():
        short = re.sub(r"^(bert|distilbert)\.", "", name).replace("gamma", "weight").replace("beta", "bias")
        stem, _, leaf = short.rpartition(".")
        inner = LAYER.fullmatch(short)
        place = PLACES.get(inner[2]) if inner else None
        if short.startswith(HEADS) or short == UNCHANGING:
            continue
        if stem == "embeddings.token_type_embeddings":
            types = tensor[0]
        elif inner and place in ("query", "key", "value"):
            parts.setdefault(f"layers.{inner[1]}.self_attn.in_proj_{leaf}", {})[place] = tensor
        elif inner and place:
            found[f"layers.{inner[1]}.{place}.{leaf}"] = tensor
        else:
            found[f"{EMBEDDINGS.get(stem, stem)}.{leaf}"] = tensor
    for name, three in parts.items():
        found[name] = torch.cat([three[which] for which in ("query", "key", "value") if which in three])
    if types is not None and "positions.weight" in found:
        found["positions.weight"] = found["positions.weight"] + types
    return found
