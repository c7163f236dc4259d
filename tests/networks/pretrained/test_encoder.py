"""Encoders of texts: their features are those of the model, by hand with torch's own functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from pellucid.data.transforms.text import fit_text
from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import Call
from pellucid.networks.choose import Choice, choose
from pellucid.networks.pretrained.choosing import known_model
from pellucid.networks.pretrained.encoder import ENCODER, EncoderConfiguration

Weights = dict[str, Tensor]
SPEC = InputSpec(kind="text", examples=8, shape=(10,), vocabulary=11)
TASK: Any = type("Task", (), {"outputs": 3, "kind": "multiclass"})


def built(kind: str, spec: InputSpec = SPEC, **options: Any) -> Any:
    call, _ = known_model(Call(f"hf:ada/{kind}", (), tuple(options.items())))
    return ENCODER.build(EncoderConfiguration(**dict(call.options)), spec, 3, 0)


def by_hand(weights: Weights, kind: str, tokens: list[int]) -> Tensor:
    """The mean over the tokens of one text, after two layers of two heads, in prediction mode."""
    names = {
        "bert": ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
                 "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"),
        "distilbert": ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin",
                       "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm"),
    }[kind]  # fmt: skip

    def dense(x: Tensor, name: str) -> Tensor:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, (8,), weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-12)

    start = f"{kind}.embeddings"
    x = weights[f"{start}.word_embeddings.weight"][tokens]
    x = x + weights[f"{start}.position_embeddings.weight"][: len(tokens)]
    if kind == "bert":
        x = x + weights[f"{start}.token_type_embeddings.weight"][0]
    x = norm(x, f"{start}.LayerNorm")
    for number in range(2):
        layer = f"{kind}.{'encoder' if kind == 'bert' else 'transformer'}.layer.{number}"
        query, key, value, out, norm1, inner, outer, norm2 = (f"{layer}.{name}" for name in names)
        heads = []
        for head in (slice(0, 4), slice(4, 8)):
            scores = dense(x, query)[:, head] @ dense(x, key)[:, head].T / 4**0.5
            heads.append(scores.softmax(dim=1) @ dense(x, value)[:, head])
        x = norm(x + dense(torch.cat(heads, dim=1), out), norm1)
        x = norm(x + dense(functional.gelu(dense(x, inner)), outer), norm2)
    return x.mean(dim=0)


@pytest.mark.parametrize("kind", ["bert", "distilbert"])
@pytest.mark.parametrize("mode", ["grad", "no_grad"])  # torch has a faster way through a layer without gradients
def test_features_are_those_of_the_model(text_model: Callable[[str], Weights], kind: str, mode: str) -> None:
    weights = text_model(kind)
    network = built(kind).eval()
    texts = [[8, 9, 5], [7], [8, 6, 7, 5, 5]]
    tokens = torch.zeros(3, 5, dtype=torch.int64)
    for row, text in enumerate(texts):
        tokens[row, : len(text)] = torch.tensor(text)
    with torch.set_grad_enabled(mode == "grad"):
        logits = network(tokens)
    features = torch.stack([by_hand(weights, kind, [3, *text, 4]) for text in texts])
    expected = functional.linear(features, network.last.weight, network.last.bias)
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-5)


def test_long_texts_are_cut_to_what_the_model_holds(text_model: Callable[[str], Weights]) -> None:
    text_model("bert")
    network = built("bert").eval()
    tokens = torch.randint(5, 11, (2, 30))
    torch.testing.assert_close(network(tokens), network(tokens[:, :10]))


def test_it_is_frozen_at_first(text_model: Callable[[str], Weights]) -> None:
    text_model("bert")
    network = built("bert", frozen=1).train()
    for step in range(2):
        network.zero_grad()
        network(torch.randint(5, 11, (8, 4))).sum().backward()
        assert (network.features.words.weight.grad is not None) == (step == 1)
    (group,) = network.parameter_groups()
    assert group.rate_factor == 0.03


def test_its_own_tokenizer_reads_the_texts(text_model: Callable[[str], Weights]) -> None:
    text_model("distilbert")
    choice, (said,) = choose("text", 8, TASK, "hf:ada/distilbert")
    assert said.topic == "network"
    transform = fit_text(pl.Series(["A very good day", "a bad bad day!", "goodly"]), None, choice.tokenizer)
    assert transform.vocabulary == 11
    assert transform.longest == 5  # neither cut to 3 nor padded to 9, as the model's file says
    assert transform.decisions[0].choice == "11 tokens of the network's own tokenizer"
    network = built("distilbert", transform.spec(3))
    assert network.begin == 3
    assert network.end == 4


def test_elsewhere_there_is_no_tokenizer_and_none_is_needed(
    text_model: Callable[[str], Weights], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    text_model("bert")
    choice, _ = choose("text", 8, TASK, "hf:ada/bert")
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "elsewhere"))
    assert Choice.from_json(choice.to_json()).tokenizer == ""
    assert Choice(family="textconv").tokenizer == ""
    assert ENCODER.build(EncoderConfiguration(**dict(choice.options)), SPEC, 3, 0) is not None


def test_texts_of_other_tokens_are_refused(text_model: Callable[[str], Weights]) -> None:
    text_model("bert")
    with pytest.raises(RangeError, match="of the 40 tokens of ada/bert, got 41"):
        built("bert", InputSpec(kind="text", examples=8, shape=(10,), vocabulary=41))


def test_without_a_model_it_is_nothing() -> None:
    with pytest.raises(RangeError, match="write hf:owner/name"):
        ENCODER.build(EncoderConfiguration(), SPEC, 3, 0)
    with pytest.raises(RangeError, match="expected frozen to be"):
        EncoderConfiguration(frozen=-1)


def test_recommended_settings_say_that_it_has_learnt() -> None:
    recommended = ENCODER.recommend(SPEC, TASK)
    assert recommended.settings["epochs"] == 4
    assert "has learnt before" in recommended.reason
