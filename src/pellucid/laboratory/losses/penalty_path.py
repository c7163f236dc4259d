"""Loss, cost and objective; and how the weights shrink as the penalty grows: L1 to exact zeros, L2 never."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

WEIGHTS: Final = (3.0, -2.0, 1.5, 0.0, 0.0, 0.0)  # that the targets are made with: three features do nothing
STRENGTHS: Final = 30
WEAKEST, STRONGEST = 1e-3, 10.0
SWEEPS: Final = 100  # over all coordinates: beyond it nothing changes
AGREE: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class PenaltyPath(Experiment):
    """Fit a linear model for thirty strengths of an L1 and an L2 penalty.

    Example:
        >>> result = PenaltyPath().run()
        >>> result["l1"].shape, result["l2"].shape
        ((30, 6), (30, 6))
    """

    name: ClassVar[str] = "penalty_path"
    aliases: ClassVar[tuple[str, ...]] = ("objective", "lasso and ridge", "loss cost objective")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "loss, cost, objective, and the path of the weights"
    question: ClassVar[str] = "What do L1 and L2 penalties do to the weights as they grow?"
    formula: ClassVar[str] = (
        "loss_i = (y_i - x_i w)^2 / 2; cost = mean of the losses; objective = cost + alpha ||w||_1 or + alpha "
        "||w||^2 / 2"
    )
    latex: ClassVar[str] = (
        r"J(w) = \underbrace{\frac{1}{n}\sum_{i=1}^{n} \overbrace{\frac{1}{2}(y_i - x_i "
        r"w)^2}^{\text{loss}}}_{\text{cost}}"
        r" + \alpha \|w\|_1 \;\text{ or }\; + \frac{\alpha}{2}\|w\|_2^2"
    )
    look_for: ClassVar[str] = (
        "Left, the weights of the three features that do nothing reach 0 and stay there, one after the other; "
        "right, they "
        "only shrink. The price: the useful weights are too small as well. Choose alpha on validation rows."
    )
    source: ClassVar[str] = "A. E. Hoerl & R. W. Kennard, Ridge regression, 1970; R. Tibshirani, the lasso, 1996."

    n: int = parameter(60, "examples", low=10, high=1000)
    noise: float = parameter(0.5, "standard deviation of the noise", low=0, high=10)
    alpha: float = parameter(0.3, "the strength whose numbers are shown in the table", low=1e-3, high=10)
    seed: int = parameter(0, "of the data", low=0)

    def run(self) -> Result:
        """Return strengths (30,), the paths l1 and l2 (30, 6), and loss, cost and objective at alpha."""
        generator = np.random.default_rng(self.seed)
        X = generator.normal(size=(self.n, len(WEIGHTS)))
        y = X @ np.array(WEIGHTS) + generator.normal(scale=self.noise, size=self.n)
        alphas = np.geomspace(WEAKEST, STRONGEST, STRENGTHS)
        l1, l2 = (np.array([fit(X, y, alpha) for alpha in alphas]) for fit in (_lasso, _ridge))
        lasso, ridge = _of_scikit_learn(X, y, alphas)
        gap_1, gap_2 = float(np.abs(l1 - lasso).max()), float(np.abs(l2 - ridge).max())
        zeros_1, zeros_2 = int((l1 == 0).sum()), int((l2 == 0).sum())
        true, chosen = np.array(WEIGHTS), _lasso(X, y, self.alpha)
        idle, kept = true == 0, (true != 0) & (chosen != 0)
        claims = (
            Claim(
                sentence="these are the paths of scikit-learn's Lasso and Ridge",
                holds=max(gap_1, gap_2) < AGREE,
                measured=f"largest difference {gap_1:.1e} to Lasso, {gap_2:.1e} to Ridge",
            ),
            Claim(
                sentence="L1 makes weights exactly 0, L2 none",
                holds=zeros_1 > 0 and zeros_2 == 0,
                measured=f"exact zeros among {l1.size} weights: {zeros_1} with L1, {zeros_2} with L2",
            ),
            Claim(
                sentence=f"at alpha = {self.alpha:g}, L1 drops the features that do nothing and keeps the others",
                holds=bool((chosen[idle] == 0).all() and (chosen[~idle] != 0).all()),
                measured=f"weights {np.round(chosen, 3).tolist()}",
            ),
            Claim(
                sentence="the price is a bias: the weights that are kept are too small",
                holds=bool(kept.any() and (np.abs(chosen[kept]) < np.abs(true[kept])).all()),
                measured=f"they are {np.round(np.abs(chosen[kept]), 2).tolist()}, true {np.abs(true[kept]).tolist()}"
                if kept.any()
                else f"0 of {int((~idle).sum())} useful weights are kept",
            ),
        )
        values = {"alphas": alphas, "l1": l1, "l2": l2, "weights": chosen}
        tables = (self._table(X, y, chosen),)
        return Result(experiment=self, values=values, claims=claims, picture=_picture(alphas, l1, l2), tables=tables)

    def _table(self, X: Floats, y: Floats, w: Floats) -> Table:
        losses = (y - X @ w) ** 2 / 2
        cost, penalty = float(losses.mean()), float(self.alpha * np.abs(w).sum())
        rows = (
            ("loss of the first example", float(losses[0])),
            (f"cost: the mean of {self.n} losses", cost),
            ("penalty: alpha times the sum of |w|", penalty),
            ("objective: cost + penalty", cost + penalty),
        )
        return Table(title=f"three names, at alpha = {self.alpha:g} with L1", columns=("what", "number"), rows=rows)


def _lasso(X: Floats, y: Floats, alpha: float) -> Floats:
    """Return the weights by coordinate descent: each in turn is moved to its own best value, which may be 0."""
    n, d = X.shape
    G, c = X.T @ X / n, X.T @ y / n
    w = np.zeros(d)
    for _ in range(SWEEPS):
        for j in range(d):
            rest = c[j] - G[j] @ w + G[j, j] * w[j]
            w[j] = np.sign(rest) * max(abs(rest) - alpha, 0.0) / G[j, j]
    return w


def _ridge(X: Floats, y: Floats, alpha: float) -> Floats:
    n, d = X.shape
    return np.asarray(np.linalg.solve(X.T @ X / n + alpha * np.eye(d), X.T @ y / n))


def _of_scikit_learn(X: Floats, y: Floats, alphas: Floats) -> tuple[Floats, Floats]:
    from sklearn.linear_model import Lasso, Ridge

    # with its own random state, since it would draw from NumPy's global generator
    lasso = [Lasso(alpha=a, fit_intercept=False, tol=1e-12, random_state=0).fit(X, y).coef_ for a in alphas]
    ridge = [Ridge(alpha=a * len(y), fit_intercept=False).fit(X, y).coef_ for a in alphas]
    return np.array(lasso), np.array(ridge)


def _picture(alphas: Floats, l1: Floats, l2: Floats) -> Picture:
    def panel(title: str, path: Floats) -> Plot:
        series = tuple(
            Series(name=f"w{j + 1} (made with {WEIGHTS[j]:g})", x=alphas, y=path[:, j], role=ROLES[j])
            for j in range(path.shape[1])
        )
        return Plot(title=title, x_title="alpha", series=series, x_log=True)

    first = [f"{alphas[np.argmax(one)]:.2g}" if (one := l1[:, j] == 0).any() else "none" for j in range(l1.shape[1])]
    return Picture(
        alt="Weights over the strength of the penalty: with L1 they reach 0 at "
        f"{', '.join(first)}; with L2 they never do.",
        panels=(panel("L1 (lasso)", l1), panel("L2 (ridge)", l2)),
    )
