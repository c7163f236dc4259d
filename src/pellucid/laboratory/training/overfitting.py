"""A network that learns the noise of few rows, and what helps: early stopping, weight decay, dropout, more data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.foundation.seeds import numpy_generator, torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

NOTHING: Final = "no remedy"
DECAY: Final = "weight decay"
DROPOUT: Final = "dropout"
MORE: Final = "more data"
FEATURES: Final = 20
"""Two of them decide the class; the others are there to be learnt by heart."""
NOISE: Final = 0.7
HIDDEN: Final = 32
VALIDATION_ROWS: Final = 500
RATE: Final = 0.01


@dataclass(frozen=True, kw_only=True)
class Overfitting(Experiment):
    """Train on few noisy rows, watch the validation loss turn, and try each remedy from the same start.

    Example:
        >>> result = Overfitting().run()
        >>> bool(result["validation"]["no remedy"][-1] > 1.2 * result["validation"]["no remedy"].min())
        True
    """

    name: ClassVar[str] = "overfitting"
    aliases: ClassVar[tuple[str, ...]] = ("early stopping", "overfitting and its remedies")
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "overfitting and its remedies"
    question: ClassVar[str] = "How does one see overfitting, and what helps against it?"
    formula: ClassVar[str] = "best epoch = argmin validation loss; stop when it has not fallen for `patience` epochs"
    latex: ClassVar[str] = r"t^{*} = \mathrm{arg\,min}_t\; L_{\mathrm{validation}}(w_t)"
    look_for: ClassVar[str] = (
        "Without a remedy the training loss goes to 0 while the validation loss turns: from there on the network "
        "learns "
        "these rows, not the rule. Weight decay and dropout hold the validation loss down, early stopping takes the "
        "weights of the lowest point, and more data help most. Raise `rows`: the turn comes later and is weaker."
    )
    source: ClassVar[str] = "L. Prechelt, Early stopping - but when?, 1998; N. Srivastava et al., Dropout, 2014."

    rows: int = parameter(80, "training rows", low=10, high=1000)
    times: int = parameter(10, "how many times as many rows are more data", low=2, high=20)
    decay: float = parameter(0.03, "weight decay", low=0, high=1)
    dropout: float = parameter(0.7, "share of hidden units that are dropped at each step", low=0, high=0.95)
    patience: int = parameter(20, "epochs without a new lowest validation loss before stopping", low=1, high=200)
    epochs: int = parameter(120, "training steps on all rows", low=10, high=1000)
    seed: int = parameter(0, "of the data, the first weights and the dropped units")

    def run(self) -> Result:
        """Return training and validation losses (epochs,) for each remedy, the best epoch and where patience stops."""
        runs = {
            NOTHING: self._train(self.rows),
            DECAY: self._train(self.rows, decay=self.decay),
            DROPOUT: self._train(self.rows, dropout=self.dropout),
            MORE: self._train(self.rows * self.times),
        }
        training = {name: one[0] for name, one in runs.items()}
        validation = {name: one[1] for name, one in runs.items()}
        best = int(validation[NOTHING].argmin())
        stopped = stop(validation[NOTHING], self.patience)
        kept = float(validation[NOTHING][: stopped + 1].min())
        return Result(
            experiment=self,
            values={"training": training, "validation": validation, "best epoch": best, "stopped": stopped},
            claims=self._claims(training[NOTHING], validation, best, stopped, kept),
            picture=self._picture(training, validation, best),
            tables=(self._table(training, validation, kept),),
        )

    def _train(self, rows: int, *, decay: float = 0.0, dropout: float = 0.0) -> tuple[Floats, Floats]:
        """Return the training and the validation loss after each epoch."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits as loss_of

        from pellucid.concepts.optimizers.rules.adam import Adam
        from pellucid.laboratory.training.dense import Training, dense

        inputs, targets = (torch.from_numpy(one) for one in self._data("training", rows))
        others, truths = (torch.from_numpy(one) for one in self._data("validation", VALIDATION_ROWS))
        network = dense((FEATURES, HIDDEN, 1), torch.relu, torch_generator(self.seed, "weights"))
        (W1, W2), (b1, b2) = network.weights, network.biases
        training = Training(network.parameters, RATE, optimizer=Adam(), decay=decay)
        generator = torch_generator(self.seed, "dropout")
        losses = []
        for _ in range(self.epochs):
            kept = torch.rand((rows, HIDDEN), generator=generator, dtype=torch.float64) >= dropout
            h = (inputs @ W1 + b1).relu() * kept / (1 - dropout)
            training.step(loss_of((h @ W2 + b2)[:, 0], targets))
            with torch.no_grad():  # and without dropout
                pairs = ((inputs, targets), (others, truths))
                losses.append([loss_of(network(x)[:, 0], y).item() for x, y in pairs])
        on_training, on_validation = np.array(losses).T
        return on_training, on_validation

    def _data(self, part: str, rows: int) -> tuple[Floats, Floats]:
        generator = numpy_generator(self.seed, part)
        inputs = generator.normal(0, 1, (rows, FEATURES))
        return inputs, (inputs[:, 0] + inputs[:, 1] + generator.normal(0, NOISE, rows) > 0).astype(np.float64)

    def _claims(
        self, training: Floats, validation: dict[str, Floats], best: int, stopped: int, kept: float
    ) -> tuple[Claim, ...]:
        plain = validation[NOTHING]
        return (
            Claim(
                sentence="training keeps improving while validation turns",
                holds=bool(training[-1] < training[best] / 2 and plain[-1] > 1.1 * plain[best]),
                measured=f"from epoch {best + 1} to {self.epochs}: training loss {training[best]:.3f} to "
                f"{training[-1]:.3f}, "
                f"validation loss {plain[best]:.3f} to {plain[-1]:.3f}",
            ),
            Claim(
                sentence="early stopping keeps weights that are better than the last ones, for fewer epochs",
                holds=bool(kept < plain[-1] and stopped + 1 < self.epochs),
                measured=f"patience {self.patience} stops after epoch {stopped + 1} with {kept:.3f}, the last epoch "
                f"has "
                f"{plain[-1]:.3f}",
            ),
            *(
                Claim(
                    sentence=f"{name} ends with a lower validation loss than {NOTHING}",
                    holds=bool(validation[name][-1] < plain[-1]),
                    measured=f"{validation[name][-1]:.3f} against {plain[-1]:.3f}",
                )
                for name in (DECAY, DROPOUT, MORE)
            ),
        )

    def _picture(self, training: dict[str, Floats], validation: dict[str, Floats], best: int) -> Picture:
        epochs = np.arange(1, self.epochs + 1)
        plain = validation[NOTHING]
        return Picture(
            alt=f"Without a remedy the validation loss is lowest at epoch {best + 1} ({plain[best]:.3f}) and ends at "
            f"{plain[-1]:.3f}, while the training loss ends at {training[NOTHING][-1]:.3f}.",
            panels=(
                Plot(
                    title=f"{NOTHING}: training and validation loss",
                    x_title="epoch",
                    series=(
                        Series(name="validation", x=epochs, y=plain),
                        Series(name="training", x=epochs, y=training[NOTHING], role="other"),
                        Series(name="best epoch", x=epochs[[best]], y=plain[[best]], kind="dots", role="mark"),
                    ),
                ),
                Plot(
                    title="validation loss by remedy",
                    x_title="epoch",
                    series=tuple(
                        Series(name=name, x=epochs, y=one, role=role)
                        for (name, one), role in zip(validation.items(), (ROLES[0], *ROLES[2:]), strict=False)
                    ),
                ),
            ),
        )

    def _table(self, training: dict[str, Floats], validation: dict[str, Floats], kept: float) -> Table:
        rows = [(name, *(f"{one[-1]:.3f}" for one in (training[name], validation[name]))) for name in validation]
        return Table(
            title="Losses at the end",
            columns=("remedy", "training", "validation"),
            rows=(*rows, ("early stopping", "", f"{kept:.3f}")),
        )


def stop(losses: Floats, patience: int) -> int:
    """Return the epoch at which patience ends: that many epochs after the lowest loss so far; else the last one.

    Example:
        >>> stop(np.array([3.0, 2.0, 2.5, 2.4, 1.0]), 2), stop(np.array([3.0, 2.0, 1.0]), 2)
        (3, 2)
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch
    return len(losses) - 1
