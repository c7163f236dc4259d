"""Names and forms of BERT and DistilBERT."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pellucid.foundation.errors import DataError
from pellucid.networks.pretrained.bert import bert_options, bert_weights

BERT = {
    "model_type": "bert",
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
}


def test_options() -> None:
    assert bert_options(BERT, "ada/bert") == {
        "layers": 12, "heads": 12, "width": 768, "inner": 3072, "vocabulary": 30522, "positions": 512,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"), [("hidden_act", "relu"), ("pad_token_id", 1), ("position_embedding_type", "relative_key")]
)
def test_other_forms_are_refused(key: str, value: Any) -> None:
    with pytest.raises(DataError, match=f"with {key} .*, got {value}"):
        bert_options(BERT | {key: value}, "ada/bert")


def test_old_names_of_norms_and_heads_of_other_tasks() -> None:
    one = torch.ones(1)
    names = ("embeddings.LayerNorm.gamma", "bert.embeddings.LayerNorm.beta", "cls.predictions.bias", "other.weight")
    found = bert_weights(dict.fromkeys((*names, "embeddings.position_ids", "vocab_transform.weight"), one))
    assert set(found) == {"norm.weight", "norm.bias", "other.weight"}


def test_a_missing_part_of_attention_is_seen_by_its_shape() -> None:
    found = bert_weights({"encoder.layer.0.attention.self.query.weight": torch.ones(2, 2)})
    assert found["layers.0.self_attn.in_proj_weight"].shape == (2, 2)
