"""Causes that many faults bring about when they hold: what a rule says that it explains. Plain names, no torch."""

from __future__ import annotations

from typing import Final

RESULT: Final = (
    "under_trained",
    "capacity_too_small",
    "overfitting",
    "class_imbalance",
    "label_noise",
    "labels_misaligned",
)
"""What the end of a spoilt training looks like."""

SIGNAL: Final = ("vanishing_gradient", "exploding_gradient", "saturation", "dead_relu")
"""What a spoilt training looks like inside the network."""

RATE: Final = (
    "lr_too_low", "lr_too_high", "scheduler_kills_lr", "batch_too_large", "adam_eps_too_small", "weight_decay_too_high",
    "dropout_too_high", "grad_clip_too_small",
)  # fmt: skip
"""Settings that seem wrong where something else keeps the loss from falling."""

TRAINING: Final = RATE + SIGNAL + RESULT
