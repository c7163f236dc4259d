"""Bag-of-words text with a dense 16-16-1 network: the validation loss turns after a few epochs (made text)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator, torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

HIDDEN: Final = 16
VALIDATION_ROWS: Final = 400
TELLING: Final = 0.1
"""Of the words: those whose frequency depends on the class, like `wonderful` or `dull`."""
STRENGTH: Final = 0.3
"""Standard deviation of a telling word's log-odds between the classes."""
RATE: Final = 0.01
HARDLY: Final = 0.06
"""Of accuracy: three standard errors of 400 documents."""


@dataclass(frozen=True, kw_only=True)
class BagOfWords(Experiment):
    """Draw documents as multi-hot rows of words, positive and negative, and train the classic 16-16-1 network.

    Example:
        >>> result = BagOfWords().run()
        >>> bool(result["best epoch"] < result["epochs"] // 2)
        True
    """

    name: ClassVar[str] = "bag_of_words"
    aliases: ClassVar[tuple[str, ...]] = ("multi-hot text",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "bag of words, 16-16-1"
    question: ClassVar[str] = "After how many epochs does a dense network on multi-hot text begin to overfit?"
    formula: ClassVar[str] = "x_j = 1 if word j occurs; logit = W3 relu(W2 relu(W1 x))"
    latex: ClassVar[str] = (
        r"x_j = 1\ \mathrm{if\ word}\ j\ \mathrm{occurs}, \qquad z = W_3\, \mathrm{relu}\left(W_2\, "
        r"\mathrm{relu}(W_1 x)"
        r"\right)"
    )
    look_for: ClassVar[str] = (
        "The pattern of the 25,000 film reviews with 10,000 words in small: the training loss goes on to 0, the "
        "validation "
        "loss turns after a few epochs, and accuracy stays where it was: what grows is the confidence in mistakes. "
        "Most "
        "words say nothing, and the first layer has a weight for each of them."
    )
    source: ClassVar[str] = "F. Chollet, Deep Learning with Python, 2017, section 3.4; here with made documents."

    documents: int = parameter(700, "training documents", low=50, high=5000)
    words: int = parameter(600, "in the vocabulary", low=50, high=5000)
    batch: int = parameter(512, "documents in each batch", low=8, high=5000)
    epochs: int = parameter(20, "passes over all documents", low=2, high=200)
    seed: int = parameter(0, "of the documents, the first weights and the order")

    def run(self) -> Result:
        """Return training and validation losses and the accuracy on validation: (epochs,) each."""
        training, validation, accuracy = self._train(*self._documents())
        best = int(validation.argmin())
        return Result(
            experiment=self,
            values={
                "training": training,
                "validation": validation,
                "accuracy": accuracy,
                "best epoch": best + 1,
                "epochs": self.epochs,
            },
            claims=(
                Claim(
                    sentence="the validation loss turns before half of the epochs are over",
                    holds=bool(2 * (best + 1) <= self.epochs and validation[-1] > 1.2 * validation[best]),
                    measured=f"lowest after epoch {best + 1} ({validation[best]:.3f}), {validation[-1]:.3f} after "
                    f"epoch "
                    f"{self.epochs}",
                ),
                Claim(
                    sentence="the training loss falls on all the same",
                    holds=bool(training[-1] < training[best] / 4),
                    measured=f"{training[best]:.3f} after epoch {best + 1}, {training[-1]:.4f} after epoch "
                    f"{self.epochs}",
                ),
                Claim(
                    sentence="the accuracy hardly moves while the validation loss climbs",
                    holds=bool(validation[-1] > validation[best] and abs(accuracy[-1] - accuracy[best]) < HARDLY),
                    measured=f"{accuracy[best]:.1%} after epoch {best + 1}, {accuracy[-1]:.1%} after epoch "
                    f"{self.epochs}",
                ),
            ),
            picture=self._picture(training, validation, accuracy, best),
        )

    def _documents(self) -> tuple[Floats, Floats]:
        """Return multi-hot rows (n, words) and classes (n,), the training rows first; word frequencies follow Zipf."""
        generator = numpy_generator(self.seed, "documents")
        n = self.documents + VALIDATION_ROWS
        classes = (np.arange(n) % 2).astype(np.float64)
        log_odds = -np.log(np.arange(self.words) / 8 + 1) - 1 / 2
        telling = generator.uniform(size=self.words) < TELLING
        tone = np.where(telling, generator.choice((-1.0, 1.0), self.words), 0.0) * 2 * STRENGTH
        logits = log_odds + np.outer(2 * classes - 1, tone)
        return (generator.uniform(size=logits.shape) < 1 / (1 + np.exp(-logits))).astype(np.float64), classes

    def _train(self, documents: Floats, classes: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the losses on both parts and the accuracy on validation after each epoch."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits as loss_of

        from pellucid.concepts.optimizers.rules.adam import Adam
        from pellucid.laboratory.training.dense import Training, dense

        first, rest = slice(self.documents), slice(self.documents, None)
        inputs, targets = torch.from_numpy(documents), torch.from_numpy(classes)
        sizes = (self.words, HIDDEN, HIDDEN, 1)
        network = dense(sizes, torch.relu, torch_generator(self.seed, "weights"), spread="xavier")
        training = Training(network.parameters, RATE, optimizer=Adam())
        generator = torch_generator(self.seed, "order")
        seen = []
        for _ in range(self.epochs):
            for rows in torch.split(torch.randperm(self.documents, generator=generator), self.batch):
                training.step(loss_of(network(inputs[rows])[:, 0], targets[rows]))
            with torch.no_grad():
                logits = network(inputs)[:, 0]
            losses = [loss_of(logits[part], targets[part]).item() for part in (first, rest)]
            seen.append([*losses, ((logits[rest] > 0) == (targets[rest] > 0)).double().mean().item()])
        on_training, on_validation, accuracy = np.array(seen).T
        return on_training, on_validation, accuracy

    def _picture(self, training: Floats, validation: Floats, accuracy: Floats, best: int) -> Picture:
        epochs = np.arange(1, self.epochs + 1)
        return Picture(
            alt=f"{self.documents} made documents: validation loss lowest after epoch {best + 1}, then it climbs from "
            f"{validation[best]:.3f} to {validation[-1]:.3f} while the training loss falls to {training[-1]:.4f}.",
            panels=(
                Plot(
                    title="loss",
                    x_title="epoch",
                    series=(
                        Series(name="validation", x=epochs, y=validation, kind="line and dots"),
                        Series(name="training", x=epochs, y=training, kind="line and dots", role="other"),
                        Series(name="best epoch", x=epochs[[best]], y=validation[[best]], kind="dots", role="mark"),
                    ),
                ),
                Plot(
                    title="accuracy on validation",
                    x_title="epoch",
                    y_range=(0.4, 1.0),
                    series=(Series(name="validation", x=epochs, y=accuracy, kind="line and dots"),),
                ),
            ),
        )
