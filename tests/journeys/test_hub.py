"""Through the whole product with a network that has learnt before: fitted, interrupted, resumed, and used elsewhere."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

import pellucid

WORDS = ["[PAD]", "[unused]", "[UNK]", "[CLS]", "[SEP]", "a", "good", "bad", "film", "day", "book", "very"]
WIDTH, INNER, POSITIONS = 8, 16, 16


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small DistilBERT with random weights in the user's own folder; its name."""
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "own"))
    folder = tmp_path / "own" / "ada" / "tiny"
    folder.mkdir(parents=True)
    shapes = {"attention.q_lin": (WIDTH, WIDTH), "attention.k_lin": (WIDTH, WIDTH), "attention.v_lin": (WIDTH, WIDTH)}
    shapes |= {"attention.out_lin": (WIDTH, WIDTH), "ffn.lin1": (INNER, WIDTH), "ffn.lin2": (WIDTH, INNER)}
    torch.manual_seed(0)
    weights = {
        "embeddings.word_embeddings.weight": torch.randn(len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": torch.randn(POSITIONS, WIDTH),
    }
    for name, shape in shapes.items():
        weights[f"transformer.layer.0.{name}.weight"] = torch.randn(shape) / shape[1] ** 0.5
        weights[f"transformer.layer.0.{name}.bias"] = torch.zeros(shape[0])
    for name in ("embeddings.LayerNorm", "transformer.layer.0.sa_layer_norm", "transformer.layer.0.output_layer_norm"):
        weights |= {f"{name}.weight": torch.ones(WIDTH), f"{name}.bias": torch.zeros(WIDTH)}
    save_file(weights, folder / "model.safetensors")
    configuration = {"model_type": "distilbert", "n_layers": 1, "n_heads": 2, "dim": WIDTH, "hidden_dim": INNER}
    configuration |= {"vocab_size": len(WORDS), "max_position_embeddings": POSITIONS}
    (folder / "config.json").write_text(json.dumps(configuration))
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(WORDS[:1] + WORDS[2:5])
    tokenizer.save(str(folder / "tokenizer.json"))
    return "hf:ada/tiny(frozen=1)"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    rows = []
    for _ in range(120):
        mood, thing = random.choice(["good", "bad"]), random.choice(["film", "day", "book"])
        rows.append({"text": f"A very {mood} {thing}, a very very {mood} {thing} indeed.", "mood": mood})
    pl.DataFrame(rows).write_csv(tmp_path / "texts.csv")
    return tmp_path / "texts.csv"


def test_interrupted_and_resumed_it_thaws_at_the_same_example(
    model: str, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while frozen and resumed: the weights are those of a straight run, bit for bit."""
    from pellucid.training.progress import Progress

    quick: dict[str, Any] = {"epochs": 3, "report": False, "baselines": False, "bootstrap": 0, "network": model}
    quick |= {"target": "mood", "column": {"text": "text"}}
    straight = pellucid.fit(texts, name="straight", quiet=True, **quick)
    assert straight.record.network is not None
    assert straight.record.network.options["model"] == "ada/tiny"
    pressed: list[Any] = []

    def press(self: Progress, event: Any) -> None:
        del self
        if (getattr(event, "epoch", 0), getattr(event, "step", 0)) == (1, 1) and not pressed:
            pressed.append(event)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "on", press)
    stopped = pellucid.fit(texts, name="stopped", **quick)
    resumed = pellucid.resume(stopped.folder, quiet=True)
    assert pressed
    expected, found = (load_file(run.folder / "network.safetensors") for run in (straight, resumed))
    assert expected.keys() == found.keys()
    assert [name for name in expected if not expected[name].equal(found[name])] == []
    first = load_file(Path("own/ada/tiny/model.safetensors"))["embeddings.word_embeddings.weight"]
    learnt = expected["features.words.weight"]
    assert not learnt.equal(first)  # it thawed
    torch.testing.assert_close(learnt, first, atol=0.05, rtol=0)  # and learnt slowly


def test_a_trained_run_needs_the_model_no_more(model: str, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = pellucid.fit(
        texts,
        target="mood",
        column={"text": "text"},
        network=model,
        epochs=1,
        report=False,
        baselines=False,
        quiet=True,
    )
    here = run.predict(texts)
    monkeypatch.setenv("PELLUCID_DATA", "elsewhere")
    assert pellucid.load(run.folder).predict(texts).equals(here)
