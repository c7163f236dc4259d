"""The settings of the task. Neither torch nor NumPy here: the command line imports this at start-up."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.foundation.settings import check_choices, check_setting, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettings:
    """What is predicted, and with which loss."""

    task: str | None = setting(
        None,
        "binary, multiclass, multilabel, regression, poisson, negative_binomial or forecast; or only classification or "
        "count [from the target's values]",
    )
    positive: str | None = setting(
        None, "of two classes, the one counted as positive [1, true, yes, … or the second in order]"
    )
    class_weights: str = setting(
        "none", "balanced: every class weighs the same in the loss, however rare", choices=("none", "balanced")
    )
    loss: str | None = setting(
        None, "loss of a regression: squared, absolute or huber [squared]", choices=("squared", "absolute", "huber")
    )
    label_smoothing: float | None = setting(None, "share of each label spread evenly over the classes, 0 to 1 [0]")

    def __post_init__(self) -> None:
        """Check choices and range.

        Raises:
            UnknownNameError: class_weights or loss is none of its choices.
            RangeError: label_smoothing lies outside 0…1.
        """
        check_choices(self)
        smoothing = self.label_smoothing
        check_setting("label_smoothing", smoothing, "at least 0 and below 1", smoothing is None or 0 <= smoothing < 1)
