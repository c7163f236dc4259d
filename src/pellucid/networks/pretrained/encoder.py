"""An encoder of texts that has learnt on other texts (BERT, DistilBERT), with a new last layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.hub import HubName, at_hand
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.pretrained.bert import bert_weights
from pellucid.networks.pretrained.repository import put_weights, read_weights
from pellucid.networks.pretrained.thawing import Thawing
from pellucid.networks.pretrained.tokenizer import WANTED_OF_TEXTS
from pellucid.tasks.task import Task

EPSILON: Final = 1e-12  # of the layer norms, as the models have it
DROPOUT: Final = 0.1  # as the models have it
FROZEN_EPOCHS: Final = 1
EPOCHS: Final = 4  # one with the encoder frozen, and three as J. Devlin et al. (2019) have them
BATCH_SIZE: Final = 32  # as they have it
RATE: Final = 1e-3  # of the last layer; not compared with others: no weights could be fetched where this was written
RATE_FACTOR: Final = 0.03  # makes 3e-5 of it, the middle one of their three rates
WEIGHT_DECAY: Final = 0.01  # as they have it


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfiguration:
    """Options of an encoder that has learnt before; all but the last come from the model."""

    model: str = setting("", "owner/name of the model on the hub")
    revision: str = setting("", "its commit")
    layers: int = setting(6, "layers of attention")
    heads: int = setting(12, "heads of attention in each")
    width: int = setting(768, "numbers for each token")
    inner: int = setting(3072, "units within each layer")
    vocabulary: int = setting(30522, "tokens of the model")
    positions: int = setting(512, "tokens of a text at most, its begin and end included")
    begin: int = setting(101, "token that begins a text")
    end: int = setting(102, "token that ends a text")
    frozen: int = setting(FROZEN_EPOCHS, "passes over the data in which only the last layer learns")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("frozen", self.frozen, "a whole number of epochs, 0 or more", self.frozen >= 0)


class TextFeatures(nn.Module):
    """Embeddings of tokens and positions, layers of attention, the mean over the tokens of a text.

    Source: J. Devlin, M.-W. Chang, K. Lee, K. Toutanova, BERT, 2019; the mean over tokens as N. Reimers, I. Gurevych,
    Sentence-BERT, 2019, found it better than the first token alone.
    """

    def __init__(self, options: EncoderConfiguration) -> None:
        super().__init__()
        self.words = nn.Embedding(options.vocabulary, options.width, padding_idx=0)
        self.positions = nn.Embedding(options.positions, options.width)
        self.norm = nn.LayerNorm(options.width, eps=EPSILON)
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                options.width,
                options.heads,
                options.inner,
                DROPOUT,
                activation="gelu",
                layer_norm_eps=EPSILON,
                batch_first=True,
            )
            for _ in range(options.layers)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (n, d) of tokens (n, l), 0 where there is none."""
        padding = tokens == 0
        places = torch.arange(tokens.shape[1], device=tokens.device)
        states = self.dropout(self.norm(self.words(tokens) + self.positions(places)))  # (n, l, d)
        for layer in self.layers:
            states = layer(states, src_key_padding_mask=padding)
        kept = states.masked_fill(padding[:, :, None], 0.0)
        mean: Tensor = kept.sum(dim=1) / (~padding).sum(dim=1, keepdim=True)
        return mean


class TextEncoder(Thawing):
    """Features of a text, first frozen, and a new last layer.

    Args:
        options: of the encoder.
        examples: in one pass over the data.
        outputs: o.
        generator: draws the weights of the last layer.

    Example:
        >>> options = EncoderConfiguration(layers=1, heads=2, width=8, inner=16, vocabulary=200, positions=9)
        >>> TextEncoder(options, 9, 3, torch.Generator())(torch.tensor([[7, 8, 0], [7, 0, 0]])).shape
        torch.Size([2, 3])
    """

    def __init__(self, options: EncoderConfiguration, examples: int, outputs: int, generator: torch.Generator) -> None:
        super().__init__(TextFeatures(options), options.frozen * examples, RATE_FACTOR)
        self.begin, self.end, self.longest = options.begin, options.end, options.positions - 2
        self.dropout = nn.Dropout(DROPOUT)
        self.last = linear(options.width, outputs, generator, gain=1.0)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (n, o) of tokens (n, l); what the model cannot hold of a text is cut off."""
        tokens = tokens[:, : self.longest]
        lengths = (tokens > 0).sum(dim=1, keepdim=True)  # (n, 1)
        framed = nn.functional.pad(tokens, (1, 1))  # (n, l + 2)
        framed[:, 0] = self.begin
        framed = framed.scatter(1, lengths + 1, self.end)
        logits: Tensor = self.last(self.dropout(self.features_of(framed)))
        return logits


def build_encoder(configuration: EncoderConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    """Return the network, with the weights of the model where they are at hand; see `build_backbone`.

    Raises:
        RangeError: no model is named, or the texts have tokens that it does not know.
        DataError: the model's weights do not fit.
    """
    if not configuration.model:
        raise RangeError("network expected a model of the hub, got none: write hf:owner/name")
    if spec.vocabulary > configuration.vocabulary:
        raise RangeError(
            f"network expected texts of the {configuration.vocabulary:,} tokens of {configuration.model}, "
            f"got {spec.vocabulary:,}: let its own tokenizer read them"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        network = TextEncoder(configuration, spec.examples, outputs, generator)
    folder = at_hand(HubName(repository=configuration.model, revision=configuration.revision), "model", WANTED_OF_TEXTS)
    if folder is not None:
        put_weights(network.features, bert_weights(read_weights(folder)), configuration.model)
    return network


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    """Return how an encoder that has learnt before wants to be trained."""
    settings = {
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "optimizer": "adamw",
        "learning_rate": RATE,
        "schedule": "one-cycle",
        "weight_decay": WEIGHT_DECAY,
    }
    reason = (
        "it has learnt before: a pass for its new last layer is followed by three for all, as in BERT's paper; "
        f"all layers but the last learn with {RATE_FACTOR:g} of the rate"
    )
    return Recommendation(settings=settings, reason=reason)


ENCODER: Final = Family(
    name="pretrained-text",
    title="encoder of texts that has learnt before",
    meaning="an encoder of the Hugging Face hub has learnt on other texts, so that it needs fewer new ones",
    kinds=("text",),
    categories="levels",
    configuration=EncoderConfiguration,
    build=build_encoder,
    recommend=_recommend,
)
