"""Batch, stochastic, mini-batch and online descent on one problem: noise, cost of a step, passes, time to a target."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats

FEATURES: Final = 5
NOISE: Final = 0.5  # standard deviation of the targets around the line
RATE: Final = 0.5  # of the whole batch; inputs have variance 1, so that the limit is about 2
HALF: Final = 20.0  # batch size at half of that rate: small batches are noisy and need smaller steps
DRAWS: Final = 400  # batches drawn to measure the noise of the gradient
CLOSE: Final = 1.33  # factor by which that noise may miss its law: it is estimated from so many draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one way of batching went."""

    seen: Floats
    """Examples seen before each measurement, in passes over the data."""
    excess: Floats
    """Cost above the least possible one, at those times."""
    seconds: float
    """Of the steps alone, per step."""
    steps_per_pass: int


@dataclass(frozen=True, kw_only=True)
class Batches(Experiment):
    """Fit one linear model with batches of 1, 10, 100 and all examples, and online.

    Example:
        >>> result = Batches().run()
        >>> result["passes"]["10"] < result["passes"]["100"] < result["passes"]["all"]
        True
    """

    name: ClassVar[str] = "batches"
    aliases: ClassVar[tuple[str, ...]] = ("batch size", "stochastic gradient descent", "mini-batch", "online learning")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "batch, mini-batch, stochastic and online descent"
    question: ClassVar[str] = "How many examples should one step look at?"
    formula: ClassVar[str] = (
        "w <- w - rate (1/b) sum over the batch of (w x - y) x; noise of the gradient ~ 1 / sqrt(b)"
    )
    latex: ClassVar[str] = (
        r"\mathbf{w} \leftarrow \mathbf{w} - \frac{\eta}{b} \sum_{i \in B} (\mathbf{w}^\top \mathbf{x}_i - y_i)\, "
        r"\mathbf{x}_i"
    )
    look_for: ClassVar[str] = (
        "Counted in passes over the data, small batches win at first: the gradient of ten examples is nearly as "
        "good as that of a thousand, and costs a hundredth. Then the curves of small batches stop falling: at a "
        "constant rate their noise keeps them above the minimum. Counted in seconds, batches of one lose: a step over "
        "100 examples hardly costs more than a step over one. Mini-batches are the compromise."
    )
    source: ClassVar[str] = "H. Robbins & S. Monro, 1951; L. Bottou & O. Bousquet, 2008; Dive into Deep Learning, 12.5."

    examples: int = parameter(1000, "how many examples there are", low=200, high=10_000)
    passes: int = parameter(12, "how many passes over the data", low=5, high=50)
    target: float = parameter(0.05, "the excess cost that counts as arrived", low=1e-3, high=1)
    seed: int = parameter(0, "of the data and of the order of the examples", low=0)

    def run(self) -> Result:
        """Return for each batch size passes, steps and seconds to the target, noise of the gradient, final excess."""
        draw = numpy_generator(self.seed, "batches")
        X = draw.normal(size=(self.examples, FEATURES))
        y = X @ np.array([2.0, -3.0, 1.0, 0.5, -1.5]) + NOISE * draw.normal(size=self.examples)
        sizes = {"1": 1, "10": 10, "100": 100, "all": self.examples}
        courses = {name: self._descend(X, y, self._order(size)) for name, size in sizes.items()}
        courses["online"] = self._descend(X, y, (np.array([i]) for i in range(self.examples)))
        noise = {name: _noise(X, y, size, draw) for name, size in sizes.items() if name != "all"} | {"all": 0.0}
        passes = {name: _arrival(one, self.target) for name, one in courses.items()}
        steps = {name: passes[name] * one.steps_per_pass for name, one in courses.items()}
        values = {
            "passes": passes,
            "steps": steps,
            "seconds_per_step": {name: one.seconds for name, one in courses.items()},
            "seconds": {name: steps[name] * one.seconds for name, one in courses.items()},
            "noise": noise,
            "final_excess": {name: float(np.median(one.excess[-5:])) for name, one in courses.items()},
        }
        return Result(
            experiment=self,
            values=values,
            claims=self._claims(values),
            picture=self._picture(courses, sizes, noise),
            tables=(_table(values),),
        )

    def _order(self, size: int) -> Iterator[NDArray[np.intp]]:
        draw = numpy_generator(self.seed, "order", size)
        for _ in range(self.passes):
            order = draw.permutation(self.examples)
            yield from (order[start : start + size] for start in range(0, self.examples, size))

    def _descend(self, X: Floats, y: Floats, batches: Iterator[NDArray[np.intp]]) -> Course:
        best, H = np.linalg.lstsq(X, y)[0], X.T @ X / len(y)
        w, seen, steps, spent = np.zeros(FEATURES), 0, 0, []
        times, excess = [0.0], [float(best @ H @ best) / 2]
        for batch in batches:
            started = time.perf_counter()
            Xb, yb = X[batch], y[batch]
            b = len(batch)
            w = w - RATE * b / (b + HALF) * (Xb.T @ (Xb @ w - yb)) / b
            spent.append(time.perf_counter() - started)
            seen, steps = seen + b, steps + 1
            if steps % max(1, 10 // b) == 0:
                times.append(seen / len(y))
                excess.append(float((w - best) @ H @ (w - best)) / 2)
        return Course(
            seen=np.array(times),
            excess=np.array(excess),
            seconds=float(np.median(spent)),  # of a step; single ones are disturbed by whatever else runs
            steps_per_pass=round(steps * len(y) / seen),
        )

    def _claims(self, values: dict[str, dict[str, float]]) -> tuple[Claim, ...]:
        passes, noise, final, seconds = (values[key] for key in ("passes", "noise", "final_excess", "seconds_per_step"))
        return (
            Claim(
                sentence="small batches reach the target in fewer passes over the data",
                holds=bool(max(passes["1"], passes["10"]) < passes["100"] < passes["all"]),
                measured=", ".join(
                    f"batch {name}: {passes[name]:.2f}" if np.isfinite(passes[name]) else f"batch {name}: not reached"
                    for name in ("1", "10", "100", "all")
                ),
            ),
            Claim(
                sentence="the noise of the gradient falls with the root of the batch size",
                holds=all(
                    1 / CLOSE <= noise["1"] / noise[name] / np.sqrt(int(name)) <= CLOSE for name in ("10", "100")
                ),
                measured=f"noise {noise['1']:.3g}, {noise['10']:.3g}, {noise['100']:.3g} for 1, 10, 100 examples",
            ),
            Claim(
                sentence="at a constant rate small batches stay above the minimum, the whole batch does not",
                holds=bool(final["1"] > 10 * final["all"] and final["10"] > 10 * final["all"]),
                measured=f"excess at the end: batch 1 {final['1']:.1e}, 10 {final['10']:.1e}, all {final['all']:.1e}",
            ),
            Claim(
                sentence="a step over 100 examples costs less than 20 times a step over one",
                holds=seconds["100"] < 20 * seconds["1"],
                measured=f"{1e6 * seconds['100']:.1f} against {1e6 * seconds['1']:.1f} microseconds",
            ),
            Claim(
                sentence="online, each example seen once and forgotten, the target is reached within one pass",
                holds=bool(passes["online"] <= 1),
                measured=f"after {passes['online'] * self.examples:.0f} of {self.examples} examples"
                if np.isfinite(passes["online"])
                else f"not reached by the end of {self.examples} examples",
            ),
        )

    def _picture(self, courses: dict[str, Course], sizes: dict[str, int], noise: dict[str, float]) -> Picture:
        cost = Plot(
            title="Passes",
            x_title="passes over the data",
            y_title="excess cost",
            y_log=True,
            series=tuple(
                Series(name=f"batch {name}" if name in sizes else name, x=one.seen, y=one.excess, role=ROLES[k])
                for k, (name, one) in enumerate(courses.items())
            ),
        )
        b = np.array([1.0, 10.0, 100.0])
        measured = np.array([noise[name] for name in ("1", "10", "100")])
        law = Series(name="1 / root of b", x=b, y=measured[0] / np.sqrt(b), role="quiet", dashed=True)
        dots = Series(name="noise", x=b, y=measured, kind="dots", role="mark")
        spread = Plot(
            title="Noise", x_title="batch size b", y_title="of the gradient", x_log=True, y_log=True, series=(law, dots)
        )
        least = ", ".join(f"{name}: {one.excess[-1]:.1e}" for name, one in courses.items())
        return Picture(
            alt=f"Excess cost over passes for five ways of batching; at the end {least}.", panels=(cost, spread)
        )


def _noise(X: Floats, y: Floats, size: int, draw: np.random.Generator) -> float:
    """Return the root mean square distance of a batch's gradient from the whole one, at w = 0."""
    whole = -X.T @ y / len(y)
    batches = draw.integers(len(y), size=(DRAWS, size))
    gradients = -np.einsum("rbd,rb->rd", X[batches], y[batches]) / size
    return float(np.sqrt(((gradients - whole) ** 2).sum(axis=1).mean()))


def _arrival(course: Course, target: float) -> float:
    reached = course.excess <= target
    return float(course.seen[np.argmax(reached)]) if reached.any() else float("inf")


def _table(values: dict[str, dict[str, float]]) -> Table:
    rows = tuple(
        (
            name,
            values["passes"][name],
            values["steps"][name],
            1e6 * values["seconds_per_step"][name],
            1e3 * values["seconds"][name],
            values["final_excess"][name],
        )
        for name in values["passes"]
    )
    columns = ("batch", "passes to target", "steps to target", "µs per step", "ms to target", "excess at the end")
    return Table(title="To the target", columns=columns, rows=rows)
