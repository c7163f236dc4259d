"""What all families for sequences hold to: any length, padding that does not matter, seeds, gradients, settings."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError, ShapeError, UnknownNameError
from pellucid.foundation.records import InputSpec
from pellucid.networks.catalogue import DEFAULTS
from pellucid.networks.dense import DENSE
from pellucid.networks.family import Family
from pellucid.networks.linear import LINEAR
from pellucid.networks.sequences.families import GRU, LSTM, RNN
from pellucid.networks.sequences.transformer import TRANSFORMER
from pellucid.networks.summary import summarise
from pellucid.networks.text.bag import BAG
from pellucid.networks.text.textconv import TEXTCONV
from pellucid.tasks.multiclass import Multiclass
from pellucid.training.settings import TrainingSettings

TEXT_FAMILIES = (BAG, TEXTCONV, RNN, GRU, LSTM, TRANSFORMER)
RAGGED_FAMILIES = (RNN, GRU, LSTM, TRANSFORMER)
SERIES_FAMILIES = (LINEAR, DENSE, *RAGGED_FAMILIES)
TASK = Multiclass(targets=("y",), classes=("a", "b", "c"))
VOCABULARY = 20


def name_of(family: Family) -> str:
    return family.name


texts = pytest.mark.parametrize("family", TEXT_FAMILIES, ids=name_of)
ragged = pytest.mark.parametrize("family", RAGGED_FAMILIES, ids=name_of)
series = pytest.mark.parametrize("family", SERIES_FAMILIES, ids=name_of)


def text_spec(length: int = 9) -> InputSpec:
    return InputSpec(kind="text", examples=1000, shape=(length,), vocabulary=VOCABULARY)


def series_spec(length: int = 9, **others: Any) -> InputSpec:
    return InputSpec(kind="series", examples=1000, shape=(2, length), **others)


def built(family: Family, spec: InputSpec, outputs: int = 3, seed: int = 0, **options: object) -> nn.Module:
    return family.build(family.configuration(**options), spec, outputs, seed)


def tokens(rows: int, length: int) -> Tensor:
    return torch.randint(1, VOCABULARY, (rows, length), generator=torch.Generator().manual_seed(0))


def values(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.knowledge("H4", "H5", "H6")
def test_the_defaults_are_convolutions_for_texts_and_recurrence_for_series() -> None:
    assert (DEFAULTS["text"], DEFAULTS["series"]) == ("textconv", "lstm")


@texts
@pytest.mark.parametrize(("rows", "length", "outputs"), [(1, 1, 1), (1, 9, 3), (3, 1, 3), (3, 4, 1)])
def test_texts_of_any_length(family: Family, rows: int, length: int, outputs: int) -> None:
    network = built(family, text_spec(), outputs)
    for mode in (True, False):
        with torch.random.fork_rng():
            logits = network.train(mode)(tokens(rows, length))
        assert logits.shape == (rows, outputs)
        assert logits.isfinite().all()


@texts
def test_a_text_without_words_gets_an_answer_too(family: Family) -> None:
    assert built(family, text_spec()).eval()(torch.zeros(2, 5, dtype=torch.int64)).isfinite().all()


@texts
def test_padding_of_texts_does_not_matter(family: Family) -> None:
    network = built(family, text_spec()).eval()
    alone = network(tokens(3, 4))
    longer = torch.cat([tokens(3, 4), torch.zeros(3, 5, dtype=torch.int64)], dim=1)
    torch.testing.assert_close(network(longer), alone)


@ragged
@pytest.mark.parametrize("padding", [0.0, 100.0])
@pytest.mark.parametrize("patch", [1, 3])
def test_padding_of_series_does_not_matter(family: Family, padding: float, patch: int) -> None:
    network = built(family, series_spec(lengths=True), patch=patch).eval()
    lengths, padded = torch.tensor([4, 9, 1]), values(3, 2, 9)
    alone = [network(padded[row : row + 1, :, :length], lengths[row : row + 1]) for row, length in enumerate(lengths)]
    for row, length in enumerate(lengths):
        padded[row, :, length:] = padding
    torch.testing.assert_close(network(padded, lengths), torch.cat(alone), rtol=1e-4, atol=1e-5)


@series
@pytest.mark.parametrize(("rows", "length", "outputs"), [(1, 1, 1), (1, 9, 3), (3, 1, 3)])
def test_series_of_any_length(family: Family, rows: int, length: int, outputs: int) -> None:
    network = built(family, series_spec(length), outputs)
    for mode in (True, False):
        with torch.random.fork_rng():
            assert network.train(mode)(values(rows, 2, length)).shape == (rows, outputs)


@series
def test_forecasts_use_what_is_known_ahead(family: Family) -> None:
    network = built(family, series_spec(future=(2, 4)), outputs=4).eval()
    with torch.no_grad():
        network.get_parameter("last.weight").add_(0.1)  # the linear network starts at 0
        one, other = (network(values(3, 2, 9), torch.full((3, 2, 4), known)) for known in (0.0, 1.0))
    assert one.shape == (3, 4)
    assert not torch.isclose(one, other).any()


@pytest.mark.parametrize("family", [LINEAR, DENSE], ids=name_of)
def test_plain_networks_refuse_series_of_several_lengths(family: Family) -> None:
    with pytest.raises(ShapeError, match="got several lengths: pass network='lstm'"):
        built(family, series_spec(lengths=True))


@texts
@pytest.mark.parametrize("word_dropout", [0.0, 0.5])
def test_the_gradient_reaches_every_parameter(family: Family, word_dropout: float) -> None:
    network = built(family, text_spec(), word_dropout=word_dropout, dropout=0.0)
    with torch.random.fork_rng():
        torch.autograd.backward(nn.functional.cross_entropy(network(tokens(30, 9)), torch.arange(30) % 3))
    # a sum over all keys shifts every score alike, so that the keys' bias has the gradient 0 but for rounding
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


@pytest.mark.parametrize("family", [RNN, GRU, LSTM, TRANSFORMER], ids=name_of)
def test_the_gradient_reaches_every_parameter_from_series(family: Family) -> None:
    network = built(family, series_spec(future=(1, 2)), layers=2, dropout=0.0)
    logits = network(values(6, 2, 9), values(6, 1, 2))
    torch.autograd.backward(nn.functional.cross_entropy(logits, torch.arange(6) % 3))
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


@texts
def test_the_same_seed_gives_the_same_weights_and_no_global_generator_moves(family: Family) -> None:
    before = torch.get_rng_state()
    first, again, other = (built(family, text_spec(), seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["last.weight"], other["last.weight"])


@pytest.mark.parametrize("family", [RNN, GRU, LSTM], ids=name_of)
def test_recurrent_networks_hear(family: Family) -> None:
    spec = InputSpec(kind="sound", examples=100, shape=(1, 2000), rate=8000)
    assert built(family, spec, 1).eval()(values(2, 1, 2000)).shape == (2, 1)
    assert built(family, spec, 1).eval()(values(2, 1, 900)).shape == (2, 1)


@texts
@pytest.mark.parametrize("examples", [1, 50, 2000, 10**6])
def test_recommended_settings_are_complete_and_smaller_passes_for_more_data(family: Family, examples: int) -> None:
    for kind in family.kinds:
        shape = (9,) if kind == "text" else (2, 900)
        spec = InputSpec(kind=kind, examples=examples, shape=shape, vocabulary=VOCABULARY, rate=8000)
        found = family.recommend(spec, TASK)
        settings = TrainingSettings().filled(found.settings)
        assert set(found.settings) <= {"label_smoothing", *TrainingSettings.__dataclass_fields__}
        assert {"epochs", "batch_size", "optimizer", "learning_rate", "schedule", "weight_decay"} <= set(found.settings)
        assert settings.epochs is not None
        assert 1 <= settings.epochs <= 150
        assert found.reason


@ragged
def test_the_last_epoch_is_kept_where_too_few_examples_could_choose_one(family: Family) -> None:
    few, more = (
        family.recommend(InputSpec(kind="series", examples=examples, shape=(1, 9)), TASK) for examples in (299, 300)
    )
    assert few.settings["select"] == "last"
    assert "select" not in more.settings


@texts
def test_the_table_of_layers_counts_every_weight(family: Family) -> None:
    network = built(family, text_spec())
    assert sum(row.parameters for row in summarise(network, text_spec())) == sum(
        p.numel() for p in network.parameters()
    )


@texts
def test_nine_texts_are_learnt_by_heart(family: Family) -> None:
    inputs, labels = tokens(9, 5), torch.arange(9) % 3
    network = built(family, text_spec(), dropout=0.0, word_dropout=0.0)
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(150):
        loss = nn.functional.cross_entropy(network(inputs), labels)
        if loss < 0.05:
            break
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    assert loss < 0.05


def test_an_unknown_summary_is_named() -> None:
    with pytest.raises(UnknownNameError, match="pooled"):
        LSTM.configuration(summary="poold")


@pytest.mark.parametrize("family", [RNN, GRU, LSTM], ids=name_of)
def test_the_summary_can_be_the_last_state(family: Family) -> None:
    network = built(family, series_spec(), summary="last", units=5, bidirectional=False).eval()
    states, summary = network.get_submodule("recurrent")(values(3, 2, 9))
    torch.testing.assert_close(summary, states[:, :, -1])
    torch.testing.assert_close(network(values(3, 2, 9)), network.get_submodule("last")(summary))


@pytest.mark.parametrize(
    ("family", "options", "rule"),
    [
        (BAG, {"hidden": (0,)}, "hidden"),
        (BAG, {"word_dropout": 1.0}, "word_dropout"),
        (TEXTCONV, {"widths": ()}, "widths"),
        (TEXTCONV, {"widths": (0,)}, "widths"),
        (TEXTCONV, {"maps": 0}, "maps"),
        (TEXTCONV, {"dropout": 1.0}, "dropout"),
        (LSTM, {"units": 0}, "units"),
        (LSTM, {"patch": 0}, "patch"),
        (TRANSFORMER, {"patch": 0}, "patch"),
        (TRANSFORMER, {"recent": -1}, "recent"),
        (LSTM, {"recent": -1}, "recent"),
        (LSTM, {"dropout": -0.1}, "dropout"),
        (TRANSFORMER, {"layers": 0}, "layers"),
        (TRANSFORMER, {"heads": 3}, "heads .*divisor of width=64"),
        (TRANSFORMER, {"dropout": 1.0}, "dropout"),
    ],
)
def test_options_outside_their_range_are_refused(family: Family, options: dict[str, Any], rule: str) -> None:
    with pytest.raises(RangeError, match=rule):
        family.configuration(**options)
