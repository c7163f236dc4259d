"""L-BFGS and its line search: closed forms, a curved valley, and exact continuation."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.concepts.optimizers.rules.lbfgs import COUNT, LBFGS
from pellucid.concepts.optimizers.rules.wolfe import CURVATURE, SUFFICIENT, Point, strong_wolfe


class Problem:
    """A loss of one weight vector, with the closure that L-BFGS calls."""

    def __init__(self, start: torch.Tensor, loss: object) -> None:
        self.weights, self.gradient = start.clone(), torch.zeros_like(start)
        self.loss, self.evaluations = loss, 0

    def evaluate(self) -> float:
        self.evaluations += 1
        leaf = self.weights.clone().requires_grad_()
        with torch.enable_grad():
            value = self.loss(leaf)  # type: ignore[operator]  # a plain function, stored on the instance
        self.gradient.copy_(torch.autograd.grad(value, leaf)[0])
        return float(value.detach())

    def minimise(self, rule: LBFGS, most: int = 200) -> int:
        state = rule.start(self.weights)
        for iteration in range(1, most + 1):
            _, converged = rule.update(self.weights, self.gradient, state, evaluate=self.evaluate)
            if converged:
                return iteration
        return most + 1


def least_squares(condition: float) -> tuple[Problem, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(200, 6, dtype=torch.float64, generator=generator) * torch.logspace(0, -math.log10(condition) / 2, 6)
    y = torch.randn(200, dtype=torch.float64, generator=generator)
    problem = Problem(torch.zeros(6, dtype=torch.float64), lambda w: ((x @ w - y) ** 2).mean())
    return problem, torch.linalg.lstsq(x, y[:, None]).solution[:, 0]


@pytest.mark.parametrize("condition", [1.0, 1e2, 1e4])
def test_least_squares_reach_the_closed_form(condition: float) -> None:
    problem, solution = least_squares(condition)
    assert problem.minimise(LBFGS()) < 60
    torch.testing.assert_close(problem.weights, solution, rtol=1e-6, atol=1e-8)


def test_rosenbrock_reaches_its_minimum() -> None:
    # The minimum (1, …, 1) is known by construction: every term is a square that vanishes there.
    def valley(w: torch.Tensor) -> torch.Tensor:
        return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()

    problem = Problem(torch.tensor([-1.2, 1.0, -1.2, 1.0], dtype=torch.float64), valley)
    iterations = problem.minimise(LBFGS(memory=5))
    assert iterations < 80
    assert problem.evaluations < 2 * iterations + 20  # nearly always the first step of the line search holds
    torch.testing.assert_close(problem.weights, torch.ones(4, dtype=torch.float64), rtol=0, atol=1e-7)


def test_it_agrees_with_torch_in_float32() -> None:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(100, 3, generator=generator)
    y = (torch.rand(100, generator=generator) < torch.sigmoid(x @ torch.tensor([1.0, -2.0, 0.5]))).float()

    def loss(w: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)

    problem = Problem(torch.zeros(3), loss)
    assert problem.minimise(LBFGS()) < 30
    theirs = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.LBFGS([theirs], max_iter=50, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(theirs)
        value.backward()
        return value

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    torch.testing.assert_close(problem.weights, theirs.detach(), rtol=2e-3, atol=2e-3)


def test_state_continues_exactly() -> None:
    whole, _ = least_squares(1e3)
    state = LBFGS().start(whole.weights)
    copies = None
    for step in range(8):
        if step == 4:
            copies = whole.weights.clone(), {name: vector.clone() for name, vector in state.items()}
        LBFGS().update(whole.weights, whole.gradient, state, evaluate=whole.evaluate)
    assert copies is not None
    part, _ = least_squares(1e3)
    part.weights.copy_(copies[0])
    for _ in range(4):
        LBFGS().update(part.weights, part.gradient, copies[1], evaluate=part.evaluate)
    assert torch.equal(part.weights, whole.weights)


def test_a_loss_that_is_no_number_stops_at_once() -> None:
    problem = Problem(torch.ones(2), lambda w: (w * math.nan).sum())
    assert problem.minimise(LBFGS()) == 1


def test_at_the_minimum_nothing_moves() -> None:
    problem = Problem(torch.zeros(2), lambda w: (w**2).sum())
    assert problem.minimise(LBFGS()) == 1
    assert problem.weights.tolist() == [0.0, 0.0]


def test_a_spoilt_memory_is_forgotten() -> None:
    problem = Problem(torch.ones(2, dtype=torch.float64), lambda w: (w**2).sum())
    state = LBFGS().start(problem.weights)
    state[COUNT] += 1
    state["steps"][0] = torch.tensor([1.0, 0.0])
    state["changes"][0] = torch.tensor([-1.0, 0.0])  # negative curvature: the direction would climb
    loss, _ = LBFGS().update(problem.weights, problem.gradient, state, evaluate=problem.evaluate)
    assert problem.evaluate() < loss


@given(
    st.floats(0.1, 50),
    st.floats(0.5, 20),
    st.floats(0.01, 30),
    st.sampled_from(["parabola", "quartic", "cosh", "wave"]),
)
def test_the_line_search_finds_wolfe_points(minimum: float, width: float, first: float, shape: str) -> None:
    def line(step: float) -> Point:
        z = (step - minimum) / width
        if shape == "parabola":
            return Point(step, z**2, 2 * z / width)
        if shape == "quartic":
            return Point(step, z**4, 4 * z**3 / width)
        if shape == "cosh":
            z = min(z, 300.0)  # cosh overflows beyond
            return Point(step, math.cosh(z), math.sinh(z) / width)
        return Point(step, z**2 - math.cos(3 * z) / 4, (2 * z + 0.75 * math.sin(3 * z)) / width)

    start = line(0.0)
    if not start.slope < -1e-6 * max(1, abs(start.loss)):
        return
    point = strong_wolfe(line, start, first, noise=0.0, most=60)
    assert point.loss <= start.loss + SUFFICIENT * point.step * start.slope
    assert abs(point.slope) <= CURVATURE * abs(start.slope)


def test_the_line_search_steps_back_from_infinity() -> None:
    def line(step: float) -> Point:
        if step >= 1:
            return Point(step, math.inf, math.nan)
        return Point(step, -math.log1p(-step) - 3 * step, 1 / (1 - step) - 3)

    point = strong_wolfe(line, line(0.0), 5.0, noise=0.0, most=40)
    assert 0 < point.step < 1
    assert point.loss < 0


def test_the_line_search_gives_up_where_nothing_falls() -> None:
    point = strong_wolfe(lambda t: Point(t, abs(t), -1.0), Point(0.0, 0.0, -1.0), 1.0, noise=0.0, most=2000)
    assert point.step == 0


def test_the_line_search_returns_the_last_point_when_evaluations_run_out() -> None:
    point = strong_wolfe(lambda t: Point(t, -t, -1.0), Point(0.0, 0.0, -1.0), 1.0, noise=0.0, most=3)
    assert point.step > 1


@pytest.mark.parametrize(("centre", "height", "first"), [(3.6, 5.4, 10.1), (1.7, 3.1, 8.2), (5.1, 4.5, 8.5)])
def test_the_line_search_finds_its_way_over_hills(centre: float, height: float, first: float) -> None:
    def line(step: float) -> Point:
        wave = height * math.cos(3 * step)
        return Point(step, (step - centre) ** 2 - wave, 2 * (step - centre) + 3 * height * math.sin(3 * step))

    point = strong_wolfe(line, line(0.0), first, noise=0.0, most=30)
    assert point.loss <= line(0.0).loss + SUFFICIENT * point.step * line(0.0).slope
    assert abs(point.slope) <= CURVATURE * abs(line(0.0).slope)


def test_the_line_search_keeps_the_best_point_when_evaluations_run_out_in_a_bracket() -> None:
    def line(step: float) -> Point:
        return Point(step, (step - 1e-3) ** 2, 2 * (step - 1e-3))

    point = strong_wolfe(lambda step: Point(step, 1.0 + step, 1.0), line(0.0), 1.0, noise=0.0, most=3)
    assert point == line(0.0)


def test_where_no_step_helps_the_weights_stay() -> None:
    class Stubborn(Problem):
        """Its gradient points downhill, but every other place is higher."""

        def evaluate(self) -> float:
            self.gradient.fill_(1.0)
            return 0.0 if torch.equal(self.weights, torch.zeros(2)) else 1.0

    problem = Stubborn(torch.zeros(2), None)
    assert problem.minimise(LBFGS()) == 1
    assert problem.weights.tolist() == [0.0, 0.0]
