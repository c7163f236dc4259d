"""Small models of the same form as those of the hub, with random weights, in the user's own folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

Weights = dict[str, Tensor]


def unit(convolution: str, norm: str, outputs: int, inputs: int, kernel: int) -> Weights:
    """A convolution and its batch norm, by their names."""
    return {
        f"{convolution}.weight": torch.randn(outputs, inputs, kernel, kernel) / (inputs * kernel**2) ** 0.5,
        f"{norm}.weight": torch.rand(outputs) + 0.5,
        f"{norm}.bias": torch.randn(outputs) / 10,
        f"{norm}.running_mean": torch.randn(outputs) / 10,
        f"{norm}.running_var": torch.rand(outputs) + 0.5,
        f"{norm}.num_batches_tracked": torch.tensor(7),
    }


def weights_of_transformers(depths: tuple[int, ...], bottleneck: bool) -> Weights:
    stem = "resnet.embedder.embedder"
    weights = unit(f"{stem}.convolution", f"{stem}.normalization", 64, 3, 7)
    inputs = 64
    for stage, depth in enumerate(depths):
        wide = 64 * 2**stage
        outputs = wide * 4 if bottleneck else wide
        for block in range(depth):
            start = f"resnet.encoder.stages.{stage}.layers.{block}"
            kernels = (1, 3, 1) if bottleneck else (3, 3)
            ends = (wide, wide, outputs)[-len(kernels) :] if bottleneck else (outputs, outputs)
            before = inputs
            for layer, (kernel, end) in enumerate(zip(kernels, ends, strict=True)):
                name = f"{start}.layer.{layer}"
                weights |= unit(f"{name}.convolution", f"{name}.normalization", end, before, kernel)
                before = end
            if inputs != outputs or (stage and not block):
                name = f"{start}.shortcut"
                weights |= unit(f"{name}.convolution", f"{name}.normalization", outputs, inputs, 1)
            inputs = outputs
    return weights | {"classifier.1.weight": torch.zeros(3, inputs), "classifier.1.bias": torch.zeros(3)}


def weights_of_timm() -> Weights:
    """A ResNet-18 by timm's names, which are torchvision's."""
    weights = unit("conv1", "bn1", 64, 3, 7)
    inputs = 64
    for stage in range(1, 5):
        outputs = 32 * 2**stage
        for block in range(2):
            start = f"layer{stage}.{block}"
            weights |= unit(f"{start}.conv1", f"{start}.bn1", outputs, inputs, 3)
            weights |= unit(f"{start}.conv2", f"{start}.bn2", outputs, outputs, 3)
            if inputs != outputs:
                weights |= unit(f"{start}.downsample.0", f"{start}.downsample.1", outputs, inputs, 1)
            inputs = outputs
    return weights | {"fc.weight": torch.zeros(3, inputs), "fc.bias": torch.zeros(3)}


@pytest.fixture
def transformers_weights() -> Callable[..., Weights]:
    """Make the weights of a residual network by the names of transformers, from its depths and its kind of block."""
    return weights_of_transformers


@pytest.fixture
def timm_weights() -> Callable[[], Weights]:
    return weights_of_timm


@pytest.fixture
def put_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Put a model into the folder that PELLUCID_DATA names."""
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))

    def put(name: str, configuration: dict[str, Any], weights: Weights | None, **files: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(configuration))
        for file, content in files.items():
            (folder / f"{file}.json").write_text(json.dumps(content))
        if weights is not None:
            save_file(weights, folder / "model.safetensors")
        return folder

    return put


@pytest.fixture
def small_model(put_model: Callable[..., Path]) -> Weights:
    """A residual network of two stages as `ada/small`; its weights."""
    torch.manual_seed(0)
    weights = weights_of_transformers((1, 2), bottleneck=False)
    configuration = {
        "model_type": "resnet",
        "depths": [1, 2],
        "hidden_sizes": [64, 128],
        "embedding_size": 64,
        "layer_type": "basic",
        "hidden_act": "relu",
        "downsample_in_first_stage": False,
        "num_channels": 3,
    }
    put_model(
        "ada/small", configuration, weights, preprocessor_config={"image_mean": [0.5] * 3, "image_std": [0.25] * 3}
    )
    return weights


def linear(name: str, outputs: int, inputs: int) -> Weights:
    """A linear layer by its name."""
    return {f"{name}.weight": torch.randn(outputs, inputs) / inputs**0.5, f"{name}.bias": torch.randn(outputs) / 10}


def norm(name: str, width: int) -> Weights:
    return {f"{name}.weight": torch.rand(width) + 0.5, f"{name}.bias": torch.randn(width) / 10}


BERT_LAYER = {
    "attention.self.query": (8, 8),
    "attention.self.key": (8, 8),
    "attention.self.value": (8, 8),
    "attention.output.dense": (8, 8),
    "intermediate.dense": (16, 8),
    "output.dense": (8, 16),
}
DISTILBERT_LAYER = {
    "attention.q_lin": (8, 8),
    "attention.k_lin": (8, 8),
    "attention.v_lin": (8, 8),
    "attention.out_lin": (8, 8),
    "ffn.lin1": (16, 8),
    "ffn.lin2": (8, 16),
}


def weights_of_texts(kind: str) -> Weights:
    """Two layers of width 8 with two heads, for 40 tokens and 12 positions, by the names of BERT or DistilBERT."""
    is_bert = kind == "bert"
    weights = {
        f"{kind}.embeddings.word_embeddings.weight": torch.randn(40, 8),
        f"{kind}.embeddings.position_embeddings.weight": torch.randn(12, 8),
        **norm(f"{kind}.embeddings.LayerNorm", 8),
    }
    if is_bert:
        weights[f"{kind}.embeddings.token_type_embeddings.weight"] = torch.randn(2, 8)
        weights |= linear(f"{kind}.pooler.dense", 8, 8)
    for number in range(2):
        start = f"{kind}.{'encoder' if is_bert else 'transformer'}.layer.{number}"
        for name, shape in (BERT_LAYER if is_bert else DISTILBERT_LAYER).items():
            weights |= linear(f"{start}.{name}", *shape)
        for name in (
            ("attention.output.LayerNorm", "output.LayerNorm") if is_bert else ("sa_layer_norm", "output_layer_norm")
        ):
            weights |= norm(f"{start}.{name}", 8)
    return weights


CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "bert": {
        "model_type": "bert",
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "hidden_size": 8,
        "intermediate_size": 16,
        "hidden_act": "gelu",
        "pad_token_id": 0,
        "vocab_size": 40,
        "max_position_embeddings": 12,
    },
    "distilbert": {
        "model_type": "distilbert",
        "n_layers": 2,
        "n_heads": 2,
        "dim": 8,
        "hidden_dim": 16,
        "activation": "gelu",
        "vocab_size": 40,
        "max_position_embeddings": 12,
    },
}
WORDS = ["[PAD]", "[unused]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "day", "a", "very", "##ly"]


def tokenizer_of_words() -> dict[str, Any]:
    """A small WordPiece tokenizer of the form that BERT's have, with its own padding and cutting."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=9)
    tree: dict[str, Any] = json.loads(tokenizer.to_str())
    return tree


@pytest.fixture
def text_model(put_model: Callable[..., Path]) -> Callable[[str], Weights]:
    """Put a small BERT or DistilBERT as `ada/KIND`, and return its weights."""

    def put(kind: str) -> Weights:
        torch.manual_seed(0)
        weights = weights_of_texts(kind)
        put_model(f"ada/{kind}", CONFIGURATIONS[kind], weights, tokenizer=tokenizer_of_words())
        return weights

    return put
