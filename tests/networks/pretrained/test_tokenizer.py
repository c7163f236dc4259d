"""The tokenizer of a model: there, with the tokens that begin and end a text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pellucid.foundation.errors import DataError
from pellucid.foundation.settings import Call
from pellucid.networks.pretrained.choosing import known_model
from pellucid.networks.pretrained.tokenizer import read_tokenizer, tokenizer_of


def test_its_own_padding_and_cutting_are_taken_off(text_model: Callable[[str], Any]) -> None:
    text_model("bert")
    tree = json.loads(tokenizer_of("ada/bert", ""))
    assert tree["truncation"] is None
    assert tree["padding"] is None
    assert tree["model"]["type"] == "WordPiece"


def test_a_model_without_one_is_refused(text_model: Callable[[str], Any], tmp_path: Path) -> None:
    text_model("bert")
    (tmp_path / "ada" / "bert" / "tokenizer.json").unlink()
    with pytest.raises(DataError, match="expected tokenizer.json in the model ada/bert"):
        known_model(Call("hf:ada/bert"))


def test_one_without_a_begin_and_an_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text('{"added_tokens": [{"id": 0, "content": "<s>"}]}')
    with pytest.raises(DataError, match=r"expected the tokens \[CLS\] and \[SEP\]"):
        read_tokenizer(tmp_path, "ada/roberta")
