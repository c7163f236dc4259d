"""Every optimizer: equal to torch.optim with all its options, equal to its own NumPy reference, and made by name."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from pellucid.concepts.optimizers.catalogue import OPTIMIZERS, make_optimizer
from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.concepts.optimizers.rules.optimizer import Optimizer
from pellucid.foundation.errors import RangeError, UnknownNameError

STEPS = 200
RATE = 0.05

SGD, RMS, ADAGRAD, ADAM, ADAMW = (
    torch.optim.SGD,
    torch.optim.RMSprop,
    torch.optim.Adagrad,
    torch.optim.Adam,
    torch.optim.AdamW,
)
# Our text, and the options with which torch.optim must follow the same trajectory.
TWINS: list[tuple[str, Callable[..., torch.optim.Optimizer], dict[str, Any]]] = [
    ("sgd", SGD, {}),
    ("momentum", SGD, {"momentum": 0.9}),
    ("nesterov", SGD, {"momentum": 0.9, "nesterov": True}),
    ("sgd(momentum=0.8, dampening=0.3)", SGD, {"momentum": 0.8, "dampening": 0.3}),
    ("rmsprop", RMS, {}),
    ("rmsprop(smoothing=0.9, epsilon=1e-3)", RMS, {"alpha": 0.9, "eps": 1e-3}),
    ("rmsprop(centered=True)", RMS, {"centered": True}),
    ("rmsprop(momentum=0.5)", RMS, {"momentum": 0.5}),
    ("rmsprop(centered=True, momentum=0.5)", RMS, {"centered": True, "momentum": 0.5}),
    ("adagrad", ADAGRAD, {}),
    (
        "adagrad(rate_decay=0.1, initial_sum=0.5, epsilon=1e-6)",
        ADAGRAD,
        {"lr_decay": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-6},
    ),
    ("adam", ADAM, {}),
    ("adam(beta1=0.8, beta2=0.95, epsilon=1e-4)", ADAM, {"betas": (0.8, 0.95), "eps": 1e-4}),
    ("adam(amsgrad=True)", ADAM, {"amsgrad": True}),
    ("adamw", ADAMW, {}),
    ("adamw(amsgrad=True, beta2=0.9)", ADAMW, {"amsgrad": True, "betas": (0.9, 0.9)}),
    ("adadelta", torch.optim.Adadelta, {}),
    ("adadelta(smoothing=0.8, epsilon=1e-3)", torch.optim.Adadelta, {"rho": 0.8, "eps": 1e-3}),
    ("adamax", torch.optim.Adamax, {}),
    ("adamax(beta1=0.8, beta2=0.9, epsilon=1e-3)", torch.optim.Adamax, {"betas": (0.8, 0.9), "eps": 1e-3}),
    ("nadam", torch.optim.NAdam, {}),
    (
        "nadam(beta1=0.8, beta2=0.95, epsilon=1e-4, momentum_decay=0.1)",
        torch.optim.NAdam,
        {"betas": (0.8, 0.95), "eps": 1e-4, "momentum_decay": 0.1},
    ),
    ("nadam(decoupled=True)", torch.optim.NAdam, {"decoupled_weight_decay": True}),
]


@pytest.fixture(autouse=True)
def _double() -> Iterator[None]:
    """Torch's NAdam keeps its product of momenta in the default type, whatever the type of the weights."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def gradient_of(weights: torch.Tensor, step: int) -> torch.Tensor:
    """Return the gradient of a bent, shifting valley: different scales, changing signs."""
    scales = torch.logspace(-2, 1, weights.numel(), dtype=weights.dtype)
    return scales * (weights - 0.3 * torch.cos(torch.arange(weights.numel(), dtype=weights.dtype) + step)) + torch.sin(
        weights
    )


@pytest.mark.knowledge("D5")
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize(("text", "twin", "options"), TWINS, ids=[text for text, *_ in TWINS])
def test_follows_torch_and_its_reference(
    text: str, twin: Callable[..., torch.optim.Optimizer], options: dict[str, Any], decay: float
) -> None:
    torch.manual_seed(0)
    start = torch.randn(7, dtype=torch.float64)
    rule = make_optimizer(text)
    assert isinstance(rule, Optimizer)

    ours = start.clone()
    state = rule.start(ours)
    letters = start.numpy().copy()
    memory = {name: vector.numpy().copy() for name, vector in state.items()}
    theirs = torch.nn.Parameter(start.clone())
    optimizer = twin([theirs], lr=RATE, weight_decay=decay, **options)
    for step in range(1, STEPS + 1):
        rule.update(ours, gradient_of(ours, step), state, step=step, rate=RATE, decay=decay)
        gradient = gradient_of(torch.from_numpy(letters), step).numpy()
        letters = rule.reference(letters, gradient, memory, t=step, rate=RATE, decay=decay)
        theirs.grad = gradient_of(theirs.detach(), step)
        optimizer.step()

    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(letters, ours.numpy(), rtol=1e-10, atol=1e-10)
    assert set(memory) == set(state) == set(rule.remembers)
    for name, vector in state.items():
        np.testing.assert_allclose(memory[name], vector.numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("text", [text for text, *_ in TWINS])
def test_a_weight_without_gradient_and_decay_stays(text: str) -> None:
    # The vectors of training are padded with such weights; none may become NaN.
    rule = make_optimizer(text)
    assert isinstance(rule, Optimizer)
    weights = torch.zeros(3)
    state = rule.start(weights)
    for step in range(1, 4):
        rule.update(weights, torch.zeros(3), state, step=step, rate=0.1, decay=0.1)
    assert weights.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.name)
def test_every_record_is_whole(kind: type[Optimizer | LBFGS]) -> None:
    assert make_optimizer(kind.name) == kind()
    for text in (kind.title, kind.formula, kind.when, kind.source, kind.__doc__):
        assert text
    assert "**Formula**" in str(kind.__doc__)
    assert kind.usual_rate > 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sgd(momentum=1.0)", "momentum to be at least 0 and below 1"),
        ("sgd(momentum=0.5, dampening=2)", "dampening to be between 0 and 1"),
        ("sgd(nesterov=True)", "nesterov to be False without momentum"),
        ("rmsprop(smoothing=1)", "smoothing to be at least 0 and below 1"),
        ("rmsprop(epsilon=0)", "epsilon to be above 0"),
        ("rmsprop(momentum=-1)", "momentum to be at least 0 and below 1"),
        ("adagrad(rate_decay=-1)", "rate_decay to be at least 0"),
        ("adagrad(initial_sum=-1)", "initial_sum to be at least 0"),
        ("adagrad(epsilon=0)", "epsilon to be above 0"),
        ("adam(beta1=1)", "beta1 to be at least 0 and below 1"),
        ("adam(beta2=1)", "beta2 to be at least 0 and below 1"),
        ("adadelta(smoothing=1)", "smoothing to be at least 0 and below 1"),
        ("adadelta(epsilon=0)", "epsilon to be above 0"),
        ("adamax(beta1=1)", "beta1 to be at least 0 and below 1"),
        ("adamax(beta2=-1)", "beta2 to be at least 0 and below 1"),
        ("adamax(epsilon=0)", "epsilon to be above 0"),
        ("nadam(beta1=1)", "beta1 to be at least 0 and below 1"),
        ("nadam(beta2=1)", "beta2 to be at least 0 and below 1"),
        ("nadam(epsilon=0)", "epsilon to be above 0"),
        ("nadam(momentum_decay=-1)", "momentum_decay to be at least 0"),
        ("adamw(epsilon=0)", "epsilon to be above 0"),
        ("lbfgs(memory=0)", "memory to be at least 1"),
        ("lbfgs(tolerance=0)", "tolerance to be above 0"),
        ("lbfgs(evaluations=0)", "evaluations to be at least 1"),
        ("adam(0.9)", r"write adam\(beta1=0.9\)"),
    ],
)
def test_options_out_of_range_are_sentences(text: str, sentence: str) -> None:
    with pytest.raises(RangeError, match=sentence):
        make_optimizer(text)


def test_unknown_names_get_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'adam'"):
        make_optimizer("adamm")
    with pytest.raises(UnknownNameError, match="did you mean 'momentum'"):
        make_optimizer("sgd(momentun=0.9)")
