"""Gradients that do not arrive."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.graph_broken import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


class Cut(nn.Module):
    def __init__(self, cut: str) -> None:
        super().__init__()
        self.body, self.head, self.cut = nn.Linear(6, 16), nn.Linear(16, 3), cut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.body(x).relu()
        hidden = hidden.detach() if self.cut == "between" else hidden
        outputs = self.head(hidden)
        return outputs.detach() if self.cut == "after" else outputs


def test_a_graph_that_ends_before_the_loss_is_found_before_step_one(examined: Any) -> None:
    verdict = examined(RULE, Cut("after"), nn.CrossEntropyLoss(), X, CLASSES)
    assert "none of the 4 trainable tensors; detach was called" in verdict.measured
    assert examined(RULE, Cut(""), nn.CrossEntropyLoss(), X, CLASSES) is None


def test_a_layer_cut_off_is_found(looped: Any) -> None:
    assert looped(RULE, Cut("between"), nn.CrossEntropyLoss(), X, CLASSES, plain).layer == "body"
    assert looped(RULE, Cut(""), nn.CrossEntropyLoss(), X, CLASSES, plain) is None


def test_a_trained_body_is_cut_off_on_purpose(looped: Any) -> None:
    network = Cut("between")
    with torch.no_grad():
        network.body.weight.add_(torch.randn(16, 6))
    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, plain) is None


def copying(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(torch.tensor(network(x).tolist(), requires_grad=True), y).backward()
        optimizer.step()


def forgetting(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y)
        optimizer.step()


@pytest.mark.parametrize(("loop", "said"), [(copying, "gave no gradient"), (forgetting, "no backward pass")])
def test_a_loop_without_gradients_is_found(looped: Any, dense: Any, loop: Any, said: str) -> None:
    assert said in looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop).measured


def test_a_branch_that_is_not_used_is_left_alone(looped: Any) -> None:
    class Spare(Cut):
        def __init__(self) -> None:
            super().__init__("")
            self.spare = nn.Linear(6, 16)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.spare(x)
            return super().forward(x)

    assert looped(RULE, Spare(), nn.CrossEntropyLoss(), X, CLASSES, plain) is None


def test_closures_are_left_alone(looped: Any, dense: Any) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:

            def closure() -> torch.Tensor:
                optimizer.zero_grad()
                loss: torch.Tensor = loss_fn(network(x), y)  # noqa: B023
                loss.backward()
                return loss

            optimizer.step(closure)

    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is None


class Stairs(nn.Module):
    """Rounds in the middle, straight through or not."""

    def __init__(self, *, through: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.through = nn.Linear(6, 16), nn.Linear(16, 3), through

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = 4 * self.first(x)
        h = h + (torch.round(h) - h).detach() if self.through else torch.round(h)
        out: torch.Tensor = self.second(h)
        return out


def test_rounding_in_the_middle_is_flat(examined: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    verdict = examined(RULE, Stairs(through=False), nn.CrossEntropyLoss(), x, x[:, :3].argmax(1))
    assert "first.weight is exactly 0: round" in verdict.measured
    assert examined(RULE, Stairs(through=True), nn.CrossEntropyLoss(), x, x[:, :3].argmax(1)) is None


class Remembering(nn.Module):
    def __init__(self, cut: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cell, self.head, self.cut = nn.GRUCell(1, 12), nn.Linear(12, 1), cut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state = x.new_zeros(len(x), 12)
        for step in range(x.shape[1]):
            state = self.cell(x[:, step], state.detach() if self.cut else state)
        out: torch.Tensor = self.head(state)
        return out


@pytest.mark.parametrize("cut", [True, False])
def test_a_state_that_is_detached_at_every_step(looped: Any, cut: bool) -> None:
    x = torch.randn(96, 5, 1, generator=torch.Generator().manual_seed(1))

    def longer(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for inputs, targets in 50 * batches:
            optimizer.zero_grad()
            loss_fn(network(inputs), targets).backward()
            optimizer.step()

    network = Remembering(cut)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    verdict = looped(RULE, network, nn.MSELoss(), x, x[:, 0], longer, optimizer=optimizer)
    assert (verdict is not None) == cut
    assert verdict is None or "calls detach" in verdict.measured


class Pointer(nn.Module):
    """Chooses one of three rows and classifies it."""

    def __init__(self, *, soft: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.look, self.head, self.soft = nn.Linear(2, 1), nn.Linear(2, 3), soft

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(len(x), 3, 2)
        weights = self.look(rows).softmax(1)
        if not self.soft:
            weights = nn.functional.one_hot(weights[..., 0].argmax(1), 3)[..., None].float()
        out: torch.Tensor = self.head((weights * rows).sum(1))
        return out


@pytest.mark.parametrize("soft", [True, False])
def test_a_layer_of_few_weights_before_argmax(looped: Any, soft: bool) -> None:
    verdict = looped(RULE, Pointer(soft=soft), nn.CrossEntropyLoss(), X, CLASSES, plain)
    assert verdict is None if soft else "argmax was called" in verdict.measured


@pytest.mark.parametrize("how", ["for good", "from the start", "once more", "never"])
def test_gradients_that_are_switched_off(looped: Any, dense: Any, how: str) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        if how != "from the start":
            plain(network, loss_fn, optimizer, batches)
        if how == "for good":
            torch.set_grad_enabled(False)
        with torch.set_grad_enabled(how == "never"):
            network.train()
            network(batches[0][0])  # "once more": as for chances with dropout

    with torch.enable_grad():
        verdict = looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop)
    assert (verdict is not None) == (how in ("for good", "from the start"))
    assert verdict is None or "gradients switched off" in verdict.measured
