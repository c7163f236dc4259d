"""The loop as a whole: what it learns, what it tells, when it stops, and that it repeats itself bit for bit."""

import math
import signal
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor
from torch import nn

from pellucid.foundation.batches import Batch
from pellucid.training.events import EpochDone, StepDone, TrainingEnded, TrainingStarted
from pellucid.training.history import History
from pellucid.training.loop import train
from pellucid.training.settings import TrainingSettings

QUICK = TrainingSettings(epochs=4, optimizer="adam", learning_rate=0.05, device="cpu")


def weights_of(network: nn.Module) -> list[torch.Tensor]:
    return [tensor.detach().clone() for tensor in network.state_dict().values()]


def same(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    return all(torch.equal(mine, other) for mine, other in zip(ours, theirs, strict=True))


def without_seconds(history: Any) -> list[Any]:
    return [replace(record, seconds=0.0) for record in history]


def test_it_learns_and_tells_what_happens(problems) -> None:
    recorder, history = problems.Recorder(), History()
    network = problems.dense(3, 8, 1)
    trained = train(
        network, problems.Loss(), problems.numbers(), problems.numbers(40, 40, None), replace(QUICK, epochs=40), seed=0,
        monitor=lambda logits, targets, offset: {"worst_error": float((logits - targets).abs().max())},
        observers=(recorder, history),
    )  # fmt: skip
    assert trained.stopped == "finished"
    assert trained.epochs_done == 40
    assert trained.history[-1].train_loss < 0.05 < trained.history[0].train_loss
    assert list(trained.history[0].scores) == ["worst_error"]
    assert history.records == list(trained.history)
    kinds = [type(event) for event in recorder.events]
    assert kinds == [TrainingStarted, *([StepDone] * 4 + [EpochDone]) * 40, TrainingEnded]
    started = recorder.events[0]
    assert (started.epochs, started.steps, started.epoch, started.step) == (40, 4, 1, 0)
    assert {decision.topic for decision in started.decisions} == {"device", "precision"}
    done = recorder.of(StepDone)
    assert [(event.epoch, event.step, event.examples) for event in done[:5]] == [
        (1, 1, 16), (1, 2, 16), (1, 3, 16), (1, 4, 16), (2, 1, 16),
    ]  # fmt: skip
    first = sum(float(event.loss) for event in done[:4]) / 4
    assert trained.history[0].train_loss == pytest.approx(first, rel=1e-6)
    assert [event.record for event in recorder.of(EpochDone)] == list(trained.history)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_the_validation_loss_is_that_of_the_best_weights(problems) -> None:
    network, validation = problems.dense(3, 8, 1), problems.numbers(40, 7, None)
    trained = train(network, problems.Loss(), problems.numbers(), validation, replace(QUICK, epochs=12), seed=0)
    losses = [record.validation_loss for record in trained.history]
    assert trained.best_epoch == 1 + losses.index(min(losses))
    found = problems.Loss()(network(validation.inputs[0]), validation.targets)
    assert float(found.detach()) == pytest.approx(min(losses), rel=1e-5)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_the_same_seed_gives_the_same_bits(problems, dropout) -> None:
    found = []
    for seed in (3, 3, 4):
        torch.rand(seed)  # whatever was drawn before does not matter
        network = problems.dense(3, 8, 1, dropout=dropout)
        trained = train(network, problems.Loss(), problems.numbers(), None, QUICK, seed=seed)
        found.append((weights_of(network), without_seconds(trained.history)))
    assert same(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]
    assert same(found[0][0], found[2][0]) == (dropout == 0)


def test_the_callers_random_numbers_are_left_alone(problems) -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    network = problems.dense(3, 8, 1)
    torch.manual_seed(0)
    train(network, problems.Loss(), problems.numbers(), None, replace(QUICK, threads=2), seed=9)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


def test_patience_ends_it_and_the_best_weights_come_back(problems) -> None:
    # Validation targets that the training moves away from: the first epoch is the best.
    source, network = problems.numbers(), problems.dense(3, 8, 1)
    validation = problems.Memory(source.inputs, -source.targets, 64)
    settings = replace(QUICK, epochs=50, patience=3)
    trained = train(network, problems.Loss(), source, validation, settings, seed=0)
    assert (trained.stopped, trained.best_epoch, trained.epochs_done) == ("patience", 1, 4)
    once = problems.dense(3, 8, 1)
    train(once, problems.Loss(), source, None, replace(QUICK, epochs=1), seed=0)
    assert same(weights_of(network), weights_of(once))


def test_a_named_score_selects(problems) -> None:
    scores = iter([0.1, 0.9, 0.9, 0.2])
    settings = replace(QUICK, select="luck")
    trained = train(
        problems.dense(3, 8, 1), problems.Loss(), problems.numbers(), problems.numbers(20, 20, None), settings, seed=0,
        monitor=lambda logits, targets, offset: {"luck": next(scores)},
    )  # fmt: skip
    assert trained.best_epoch == 2


def test_the_last_weights_are_kept_without_validation_and_on_wish(problems) -> None:
    networks = [problems.dense(3, 8, 1), problems.dense(3, 8, 1)]
    wrong = problems.Memory(problems.numbers().inputs, -problems.numbers().targets, 64)
    train(networks[0], problems.Loss(), problems.numbers(), None, QUICK, seed=0)
    trained = train(networks[1], problems.Loss(), problems.numbers(), wrong, replace(QUICK, select="last"), seed=0)
    assert trained.best_epoch == 4
    assert same(weights_of(networks[0]), weights_of(networks[1]))


def test_an_empty_validation_part_is_none(problems) -> None:
    empty = problems.Memory((torch.empty(0, 3),), torch.empty(0, 1), 4)
    trained = train(problems.dense(3, 1), problems.Loss(), problems.numbers(), empty, QUICK, seed=0)
    assert trained.history[0].validation_loss is None


def test_a_rate_that_is_too_high_stops_with_advice_and_finite_weights(problems) -> None:
    network = problems.dense(3, 1)
    start = weights_of(network)
    settings = replace(QUICK, optimizer="sgd", learning_rate=1e6, epochs=500)
    trained = train(network, problems.Loss(), problems.numbers(), problems.numbers(20, 20, None), settings, seed=0)
    assert trained.stopped == "diverged"
    assert all(tensor.isfinite().all() for tensor in weights_of(network))
    assert all(math.isfinite(record.train_loss) for record in trained.history)
    (advice,) = [decision for decision in trained.decisions if decision.warning]
    assert "--learning-rate 1e+05" in advice.overrule
    assert trained.best_epoch > 0 or same(weights_of(network), start)


def test_weights_that_burst_in_the_last_step_are_not_kept(problems) -> None:
    network = problems.dense(3, 1)
    start = weights_of(network)
    source = problems.numbers(16, 16, None)
    source.targets = source.targets * 1e30
    settings = replace(QUICK, optimizer="sgd", learning_rate=1e30, epochs=1)
    trained = train(
        network, problems.Loss(), problems.Memory(source.inputs, source.targets / 1e12, 16), None, settings, seed=0
    )
    assert (trained.stopped, trained.best_epoch) == ("diverged", 0)
    assert same(weights_of(network), start)


class Slow:
    """Batches that take their time; something may happen at one of them."""

    def __init__(self, source: Any, at: int, act: Any, seconds: float = 0.0) -> None:
        self.source, self.at, self.act, self.seconds, self.count = source, at, act, seconds, 0
        self.steps = source.steps

    def __len__(self) -> int:
        return len(self.source)

    def batches(self, epoch: int, start: int = 0) -> Any:
        for batch in self.source.batches(epoch, start):
            self.count += 1
            if self.count == self.at:
                batch = self.act(batch) or batch
            time.sleep(self.seconds)
            yield batch


def test_a_loss_that_bursts_within_a_long_epoch_stops_it(problems, monkeypatch) -> None:
    monkeypatch.setattr("pellucid.training.loop.LOOK_SECONDS", 0.005)
    source = problems.numbers(400, 4)
    slow = Slow(source, 5, lambda batch: Batch((batch.inputs[0] * math.inf,), batch.targets), 0.002)
    trained = train(problems.dense(3, 1), problems.Loss(), slow, None, QUICK, seed=0)
    assert trained.stopped == "diverged"
    assert slow.count < 50
    assert trained.history == ()


def interrupt(_: Any) -> None:
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_stops_after_the_batch_and_keeps_the_best(problems) -> None:
    source, network = problems.numbers(), problems.dense(3, 8, 1)
    validation = problems.Memory(source.inputs, -source.targets, 64)
    slow = Slow(source, 7, interrupt)
    trained = train(network, problems.Loss(), slow, validation, QUICK, seed=0)
    assert (trained.stopped, trained.epochs_done, trained.best_epoch, slow.count) == ("interrupted", 1, 1, 7)
    once = problems.dense(3, 8, 1)
    train(once, problems.Loss(), source, None, replace(QUICK, epochs=1), seed=0)
    assert same(weights_of(network), weights_of(once))


def test_ctrl_c_in_the_first_epoch_keeps_the_weights_so_far(problems) -> None:
    network = problems.dense(3, 8, 1)
    start = weights_of(network)
    trained = train(network, problems.Loss(), Slow(problems.numbers(), 2, interrupt), problems.numbers(), QUICK, seed=0)
    assert (trained.stopped, trained.epochs_done) == ("interrupted", 0)
    assert not same(weights_of(network), start)


def test_ctrl_c_while_validating_stops_after_the_epoch(problems) -> None:
    trained = train(
        problems.dense(3, 1), problems.Loss(), problems.numbers(), Slow(problems.numbers(), 2, interrupt), QUICK, seed=0
    )
    assert (trained.stopped, trained.epochs_done) == ("interrupted", 1)


def test_the_second_ctrl_c_raises_and_leaves_a_whole_network(problems) -> None:
    network = problems.dense(3, 1)

    def twice(batch: Batch) -> None:
        interrupt(batch)
        interrupt(batch)

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        train(network, problems.Loss(), Slow(problems.numbers(), 2, twice), None, QUICK, seed=0)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_it_trains_in_any_thread(problems) -> None:
    found = []
    thread = threading.Thread(
        target=lambda: found.append(
            train(problems.dense(3, 1), problems.Loss(), problems.numbers(), None, QUICK, seed=0)
        )
    )
    thread.start()
    thread.join()
    assert found[0].stopped == "finished"


def test_accumulating_gives_fewer_steps(problems) -> None:
    recorder = problems.Recorder()
    settings = replace(QUICK, accumulate=3, epochs=1)
    train(problems.dense(3, 1), problems.Loss(), problems.numbers(), None, settings, seed=0, observers=(recorder,))
    assert [event.examples for event in recorder.of(StepDone)] == [48, 16]


def test_the_rate_follows_the_schedule(problems) -> None:
    recorder = problems.Recorder()
    settings = replace(QUICK, epochs=2, schedule="cosine", warm_up=0.25)
    trained = train(
        problems.dense(3, 1), problems.Loss(), problems.numbers(), None, settings, seed=0, observers=(recorder,)
    )
    rates = [event.rate for event in recorder.of(StepDone)]
    # By hand: 2 of 8 steps climb by thirds, then half a cosine over 6 steps from 0.05.
    assert rates[:3] == pytest.approx([0.05 / 3, 0.1 / 3, 0.05])
    assert rates[5] == pytest.approx(0.025)
    assert [record.rate for record in trained.history] == [rates[3], rates[7]]


def test_finding_the_rate_is_said(problems) -> None:
    trained = train(
        problems.dense(3, 8, 1), problems.Loss(), problems.numbers(), None, replace(QUICK, learning_rate="find"), seed=0
    )
    (found,) = [decision for decision in trained.decisions if decision.topic == "learning rate"]
    assert float(found.choice) == pytest.approx(trained.history[0].rate)


def test_members_are_joined_for_validation(problems) -> None:
    class Members(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.layer(x)[:, :, None]  # (n, e, o)

    network, validation = Members(), problems.numbers(20, 20, None)
    trained = train(
        network, problems.Loss(), problems.numbers(), validation, replace(QUICK, epochs=1), seed=0,
        combine=lambda logits: logits.mean(1),
    )  # fmt: skip
    expected = problems.Loss()(network(validation.inputs[0]).mean(1), validation.targets)
    assert trained.history[0].validation_loss == pytest.approx(float(expected.detach()), rel=1e-5)


def test_pictures_with_batch_norm_learn(problems) -> None:
    network = problems.pictures(dropout=0.2)
    trained = train(
        network, problems.Loss("classes"), problems.shapes(), problems.shapes(30, 30), replace(QUICK, epochs=15), seed=0
    )
    assert trained.history[trained.best_epoch - 1].validation_loss < 0.3
    assert all(parameter.is_contiguous() for parameter in network.parameters())


def lbfgs(**options: Any) -> TrainingSettings:
    return TrainingSettings(epochs=200, optimizer="lbfgs", precision="float64", device="cpu", **options)


def test_a_linear_network_is_least_squares(problems) -> None:
    source, network = problems.numbers(64, 16), problems.dense(3, 1)  # four batches make one step
    trained = train(network, problems.Loss(), source, source, lbfgs(), seed=0)
    reference = LinearRegression().fit(source.inputs[0].double().numpy(), source.targets.double().numpy()[:, 0])
    assert trained.stopped == "converged"
    assert trained.epochs_done < 20
    np.testing.assert_allclose(network[0].weight.detach().numpy()[0], reference.coef_, rtol=1e-6)
    np.testing.assert_allclose(network[0].bias.detach().numpy()[0], reference.intercept_, rtol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_a_linear_network_is_logistic_regression(problems, decay) -> None:
    source, network = problems.numbers(200, 200, noise=3.0), problems.dense(3, 1)
    labels = (source.targets > 0.3).float()
    train(
        network,
        problems.Loss("labels"),
        problems.Memory(source.inputs, labels, 200),
        None,
        lbfgs(weight_decay=decay),
        seed=0,
    )
    # scikit-learn minimises w²/2 + C Σ loss: with the mean loss and λ w²/2, C = 1 / (λ n).
    strength = 1 / (decay * 200) if decay else np.inf
    reference = LogisticRegression(C=strength, tol=1e-10, max_iter=1000)
    reference.fit(source.inputs[0].double().numpy(), labels.numpy()[:, 0])
    np.testing.assert_allclose(network[0].weight.detach().numpy(), reference.coef_, rtol=1e-4)
    np.testing.assert_allclose(network[0].bias.detach().numpy(), reference.intercept_, rtol=1e-4)


def test_a_linear_network_with_exposure_is_poisson_regression(problems) -> None:
    generator = torch.Generator().manual_seed(2)
    x, offset = torch.randn(300, 3, generator=generator) / 2, torch.rand(300, generator=generator)
    counts = torch.poisson((x @ torch.tensor([1.0, -0.5, 0.2]) + 0.5 + offset).exp(), generator=generator)[:, None]
    source, network = problems.Memory((x,), counts, 300, None, offset), problems.dense(3, 1)
    train(network, problems.Loss("counts"), source, None, lbfgs(), seed=0)
    # A rate y / exposure with weight exposure has the likelihood of the count with that offset.
    reference = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000)
    exposure = offset.double().exp().numpy()
    reference.fit(x.double().numpy(), counts.numpy()[:, 0] / exposure, sample_weight=exposure)
    np.testing.assert_allclose(network[0].weight.detach().numpy()[0], reference.coef_, rtol=1e-4)
    np.testing.assert_allclose(network[0].bias.detach().numpy()[0], reference.intercept_, rtol=1e-4)


def test_an_optimizer_of_torch_trains_too(problems) -> None:
    networks = [problems.dense(3, 8, 1), problems.dense(3, 8, 1)]
    own = replace(QUICK, optimizer=lambda parameters: torch.optim.Adam(parameters, lr=0.05))
    histories = [
        train(network, problems.Loss(), problems.numbers(), None, settings, seed=0).history
        for network, settings in zip(networks, [own, QUICK], strict=True)
    ]
    for ours, theirs in zip(*map(weights_of, networks), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    assert histories[0][-1].rate == histories[1][-1].rate == 0.05


def test_tiny_epochs_cost_little_beside_their_step(problems) -> None:
    source = problems.numbers(16, 16, None)
    settings = replace(QUICK, epochs=300, optimizer="sgd")
    began = time.process_time()
    train(problems.dense(3, 4, 1), problems.Loss(), source, None, settings, seed=0, observers=(History(),))
    assert (time.process_time() - began) / 300 < 2e-3  # about 0.2 ms here; the limit only catches blunders
