"""Wrong labels: the network learns the rule first, then the wrong labels by heart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator, torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.digits import CLASSES, PIXELS, digits

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

TEST_ROWS: Final = 400
RATE: Final = 0.01
MEMORISED: Final = 0.95
COSTS: Final = 0.05
"""Of accuracy: more than twice the standard error of 400 digits."""


@dataclass(frozen=True, kw_only=True)
class LabelNoise(Experiment):
    """Replace the labels of some digits by wrong ones, and watch right and wrong rows apart.

    Example:
        >>> result = LabelNoise().run()
        >>> bool(result["wrong as labelled"][-1] > 0.9)
        True
    """

    name: ClassVar[str] = "label_noise"
    aliases: ClassVar[tuple[str, ...]] = ("wrong labels", "memorisation")
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "wrong labels are learnt by heart"
    question: ClassVar[str] = "What does a network do with rows whose label is wrong?"
    formula: ClassVar[str] = "label = truth with probability 1 - q, else one of the k - 1 others"
    latex: ClassVar[str] = (
        r"\tilde y = \begin{cases} y & \mathrm{with\ probability}\ 1 - q \\ \mathrm{another\ class} & "
        r"\mathrm{else} \end{cases}"
    )
    look_for: ClassVar[str] = (
        "Early on the network says the truth for many rows that are labelled wrong: then their loss is large, and "
        "this is "
        "how wrong labels are found. Later it says the wrong label, and the accuracy on other digits falls: stop early."
    )
    source: ClassVar[str] = "C. Zhang et al., Understanding deep learning requires rethinking generalization, 2017."

    share: float = parameter(0.3, "of the labels that are wrong", low=0.05, high=0.8)
    rows: int = parameter(200, "training digits", low=50, high=1000)
    width: int = parameter(64, "hidden units", low=4, high=256)
    epochs: int = parameter(150, "training steps on all rows", low=10, high=2000)
    seed: int = parameter(0, "of the digits, the wrong labels and the first weights")

    def run(self) -> Result:
        """Return, for each epoch, shares of the wrong rows said as labelled and as they are, and test accuracy."""
        (inputs, truth), (others, labels) = digits(self.seed, self.rows, TEST_ROWS)
        generator = numpy_generator(self.seed, "noise")
        wrong = generator.uniform(size=self.rows) < self.share
        given = np.where(wrong, (truth + generator.integers(1, CLASSES, self.rows)) % CLASSES, truth)
        on_rows, on_others = self._train(inputs, given, others)
        as_labelled = (on_rows == given)[:, wrong].mean(axis=1)
        as_truth = (on_rows == truth)[:, wrong].mean(axis=1)
        accuracy = (on_others == labels).mean(axis=1)
        best = int(accuracy.argmax())
        return Result(
            experiment=self,
            values={"wrong as labelled": as_labelled, "wrong as they are": as_truth, "accuracy": accuracy},
            claims=(
                Claim(
                    sentence="in the end the wrong labels are memorised",
                    holds=bool(as_labelled[-1] > MEMORISED),
                    measured=f"{as_labelled[-1]:.0%} of {int(wrong.sum())} wrongly labelled rows get their wrong label",
                ),
                Claim(
                    sentence="at the best epoch, most wrongly labelled rows get their true class instead",
                    holds=bool(as_truth[best] > 1 / 2),
                    measured=f"{as_truth[best]:.0%} at epoch {best + 1}, {as_truth[-1]:.0%} at epoch {self.epochs}",
                ),
                Claim(
                    sentence="memorising costs accuracy on other digits",
                    holds=bool(accuracy[-1] < accuracy[best] - COSTS),
                    measured=f"{accuracy[best]:.1%} at epoch {best + 1}, {accuracy[-1]:.1%} at epoch {self.epochs}",
                ),
            ),
            picture=self._picture(as_labelled, as_truth, accuracy),
        )

    def _train(self, pictures: Floats, given: Whole, other_pictures: Floats) -> tuple[Whole, Whole]:
        """Return what is said after each epoch about the training rows and about others: (epochs, n) each."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.concepts.optimizers.rules.adam import Adam
        from pellucid.laboratory.training.dense import Training, dense

        inputs, labels, others = (torch.from_numpy(one) for one in (pictures, given, other_pictures))
        network = dense((PIXELS, self.width, CLASSES), torch.relu, torch_generator(self.seed, "weights"))
        training = Training(network.parameters, RATE, optimizer=Adam())
        on_rows, on_others = [], []
        for _ in range(self.epochs):
            training.step(cross_entropy(network(inputs), labels))
            with torch.no_grad():
                on_rows.append(network(inputs).argmax(dim=1))
                on_others.append(network(others).argmax(dim=1))
        return np.asarray(torch.stack(on_rows)), np.asarray(torch.stack(on_others))

    def _picture(self, as_labelled: Floats, as_truth: Floats, accuracy: Floats) -> Picture:
        epochs = np.arange(1, self.epochs + 1)
        return Picture(
            alt=f"With {self.share:.0%} wrong labels, accuracy on other digits peaks at {accuracy.max():.0%} and "
            f"ends at "
            f"{accuracy[-1]:.0%}; {as_labelled[-1]:.0%} of the wrong labels are learnt by heart.",
            panels=(
                Plot(
                    title="share of rows",
                    x_title="epoch",
                    y_range=(0.0, 1.0),
                    series=(
                        Series(name="other digits right", x=epochs, y=accuracy),
                        Series(name="wrong rows: said as labelled", x=epochs, y=as_labelled, role="other"),
                        Series(name="wrong rows: said as they are", x=epochs, y=as_truth, role="third"),
                    ),
                ),
            ),
        )
