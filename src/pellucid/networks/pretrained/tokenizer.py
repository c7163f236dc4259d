"""The tokenizer of a model of the hub, as JSON of the library `tokenizers`: what texts must be read with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pellucid.foundation.errors import DataError
from pellucid.foundation.hub import HubName, at_hand
from pellucid.networks.pretrained.repository import WANTED

TOKENIZER: Final = "tokenizer.json"
WANTED_OF_TEXTS: Final = (*WANTED, TOKENIZER)
BEGIN, END = "[CLS]", "[SEP]"


def tokenizer_of(model: str, revision: str) -> str:
    """Return the tokenizer of a model that is at hand, without its own padding and cutting; "" where it is not.

    Args:
        model: owner/name.
        revision: its commit.
    """
    folder = at_hand(HubName(repository=model, revision=revision), "model", WANTED_OF_TEXTS)
    return "" if folder is None else json.dumps(read_tokenizer(folder, model))


def read_tokenizer(folder: Path, model: str) -> dict[str, Any]:
    """Return the tokenizer of a model as a tree.

    Raises:
        DataError: it has none, or one without tokens for the begin and the end of a text.
    """
    path = folder / TOKENIZER
    if not path.is_file():
        raise DataError(f"network expected {TOKENIZER} in the model {model}, got none: choose a model that has it")
    tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not {BEGIN, END} <= set(special_tokens(tree)):
        raise DataError(
            f"network expected the tokens {BEGIN} and {END} in {path.name} of {model}, got none: choose another"
        )
    return tree | {"truncation": None, "padding": None}


def special_tokens(tree: dict[str, Any]) -> dict[str, int]:
    """Return the numbers of the special tokens of a tokenizer, by name.

    Example:
        >>> special_tokens({"added_tokens": [{"id": 101, "content": "[CLS]"}]})
        {'[CLS]': 101}
    """
    return {token["content"]: token["id"] for token in tree.get("added_tokens", [])}
