"""From `hf:owner/name` to a family of networks with options: fetches the model and reads what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pellucid.foundation.errors import DataError
from pellucid.foundation.hub import HubName, at_hand, snapshot
from pellucid.foundation.records import Decision
from pellucid.foundation.settings import Call
from pellucid.networks.pretrained.backbone import BACKBONE
from pellucid.networks.pretrained.bert import bert_options, is_bert
from pellucid.networks.pretrained.encoder import ENCODER
from pellucid.networks.pretrained.repository import read_configuration
from pellucid.networks.pretrained.residual import is_residual, residual_options
from pellucid.networks.pretrained.tokenizer import BEGIN, END, WANTED_OF_TEXTS, read_tokenizer, special_tokens


def known_model(call: Call) -> tuple[Call, Decision]:
    """Return the family's name with options for a model of the hub, and what was decided.

    Args:
        call: the wish, `hf:owner/name` with options or without.

    Raises:
        MissingExtraError: the library huggingface_hub is not installed.
        DataError: the model cannot be fetched, or is none that Pellucid can build.
    """
    name = HubName.parse(call.name)
    fetched = snapshot(name, "model", WANTED_OF_TEXTS)
    if at_hand(replace(name, revision=fetched.revision), "model", WANTED_OF_TEXTS) != fetched.folder:
        # building would not find the weights, and begin with random ones
        raise DataError(
            f"network expected the whole model {name.repository} in {fetched.folder}, got a part of it: "
            "delete the folder, and it is fetched anew"
        )
    family, options = _recognised(fetched.folder, name.repository)
    options |= {"model": name.repository, "revision": fetched.revision, **dict(call.options)}
    said = Decision(
        topic="network",
        choice=f"{name.repository} of the Hugging Face hub, revision {fetched.revision or 'of your own folder'}",
        reason="you named it; its weights have learnt before, and its last layer is new",
        overrule=f"hf:{name.repository}@REVISION",
    )
    return Call(family, call.arguments, tuple(options.items())), said


def _recognised(folder: Path, model: str) -> tuple[str, dict[str, Any]]:
    """Return the family and the options of a model.

    Raises:
        DataError: it is none of those that can be built.
    """
    configuration = read_configuration(folder, model)
    if is_residual(configuration):
        return BACKBONE.name, residual_options(configuration, model)
    if is_bert(configuration):
        numbers = special_tokens(read_tokenizer(folder, model))
        return ENCODER.name, bert_options(configuration, model) | {"begin": numbers[BEGIN], "end": numbers[END]}
    found = configuration.get("model_type") or configuration.get("architecture") or "no type"
    raise DataError(
        f"network expected a residual network, BERT or DistilBERT, got {model}, which is {found}: "
        "choose one such as hf:microsoft/resnet-18, hf:timm/resnet50.a1_in1k or hf:distilbert/distilbert-base-uncased"
    )
