"""Rows sorted by class: each batch teaches one class and overwrites the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Cells, Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator, torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.digits import CLASSES, PIXELS, digits

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

SHUFFLED: Final = "shuffled"
SORTED: Final = "sorted by class"
TEST_ROWS: Final = 500
EVERY: Final = 5
"""Steps between two looks at the accuracy."""


@dataclass(frozen=True, kw_only=True)
class Unshuffled(Experiment):
    """Train on the same digits twice: in a new random order each epoch, and sorted by class.

    Example:
        >>> result = Unshuffled().run()
        >>> bool(result["accuracy shuffled"][-1] > 2 * result["accuracy sorted by class"][-1])
        True
    """

    name: ClassVar[str] = "unshuffled"
    aliases: ClassVar[tuple[str, ...]] = ("unshuffled data", "shuffling")
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "training on rows sorted by class"
    question: ClassVar[str] = "What happens when the rows come sorted by class and nobody shuffles them?"
    formula: ClassVar[str] = "E[gradient of a batch] = gradient of all rows, only if every row can be in every batch"
    latex: ClassVar[str] = r"\mathrm{E}\left[\nabla L_B\right] = \nabla L \quad \mathrm{only\ for\ random\ batches}\ B"
    look_for: ClassVar[str] = (
        "The sorted network is not slow, it is wrong: after an epoch it says the last classes for nearly everything, "
        "because the last batches held nothing else. Its accuracy goes round and round as the classes pass. The data "
        "are "
        "the same, and so are the network, the rate and the number of steps."
    )
    source: ClassVar[str] = (
        "L. Bottou, Stochastic gradient descent tricks, 2012; forgetting: M. McCloskey & N. Cohen, 1989."
    )

    rows: int = parameter(500, "digits to learn", low=100, high=1200)
    batch: int = parameter(10, "rows in each batch", low=1, high=100)
    rate: float = parameter(0.1, "learning rate", low=0.001, high=5)
    epochs: int = parameter(3, "passes over all rows", low=1, high=50)
    seed: int = parameter(0, "of the digits, the weights and the order")

    def run(self) -> Result:
        """Return the test accuracy after every few steps for both orders, and the last predictions."""
        train, test = digits(self.seed, self.rows, TEST_ROWS)
        accuracy, said = {}, {}
        for order in (SHUFFLED, SORTED):
            accuracy[order], said[order] = self._train(order, *train, *test)
        last = {order: one[-1] for order, one in accuracy.items()}
        late = float((said[SORTED] >= CLASSES - 2).mean())
        return Result(
            experiment=self,
            values={**{f"accuracy {order}": one for order, one in accuracy.items()}, "said": said},
            claims=(
                Claim(
                    sentence="shuffled rows give more than twice the accuracy of sorted rows after the same steps",
                    holds=bool(last[SHUFFLED] > 2 * last[SORTED]),
                    measured=f"{last[SHUFFLED]:.1%} against {last[SORTED]:.1%} on {TEST_ROWS} other digits",
                ),
                Claim(
                    sentence="the network that saw sorted rows says one of the last two classes for most digits",
                    holds=late > 1 / 2,
                    measured=f"8 or 9 for {late:.0%} of all digits; {np.mean(test[1] >= CLASSES - 2):.0%} are",
                ),
            ),
            picture=self._picture(accuracy, said, test[1]),
        )

    def _train(
        self, order: str, pictures: Floats, labels: Whole, test_pictures: Floats, test_labels: Whole
    ) -> tuple[Floats, Whole]:
        """Return the accuracy after every fifth step, and the predictions at the end."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.laboratory.training.dense import Training, dense

        inputs, targets, others = (torch.from_numpy(one) for one in (pictures, labels, test_pictures))
        network = dense((PIXELS, 32, CLASSES), torch.relu, torch_generator(self.seed, "weights"))
        training = Training(network.parameters, self.rate)
        generator = numpy_generator(self.seed, "order")
        accuracy = []
        for _ in range(self.epochs):
            rows = np.argsort(labels, kind="stable") if order == SORTED else generator.permutation(self.rows)
            for step, start in enumerate(range(0, self.rows, self.batch)):
                now = torch.from_numpy(rows[start : start + self.batch])
                training.step(cross_entropy(network(inputs[now]), targets[now]))
                if step % EVERY == EVERY - 1:
                    accuracy.append(np.mean(network(others).argmax(dim=1).numpy() == test_labels))
        said = network(others).argmax(dim=1).numpy()
        return np.array([*accuracy, np.mean(said == test_labels)]), said

    def _picture(self, accuracy: dict[str, Floats], said: dict[str, Whole], truth: Whole) -> Picture:
        names = tuple(str(digit) for digit in range(CLASSES))
        counts = {order: np.zeros((CLASSES, CLASSES)) for order in said}
        for order, one in said.items():
            np.add.at(counts[order], (truth, one), 1)
        return Picture(
            alt=f"Accuracy over the steps: {accuracy[SHUFFLED][-1]:.0%} with shuffled rows, "
            f"{accuracy[SORTED][-1]:.0%} with sorted ones, which end up as the last classes.",
            panels=(
                Plot(
                    title="accuracy on other digits",
                    x_title="step",
                    y_range=(0.0, 1.0),
                    series=(
                        *(
                            Series(name=order, x=EVERY * np.arange(1, len(one) + 1), y=one, role=role)
                            for (order, one), role in zip(accuracy.items(), ROLES, strict=False)
                        ),
                    ),
                ),
                Cells(
                    title="sorted: true digit (row), said (column)",
                    values=counts[SORTED],
                    row_names=names,
                    column_names=names,
                ),
            ),
        )
