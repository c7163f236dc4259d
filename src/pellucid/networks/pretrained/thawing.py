"""Features that have learnt before: frozen while a new last layer begins to learn, then free."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.networks.family import ParameterGroup


class Thawing(nn.Module):
    """Keeps `features` as they are until so many examples were seen in training.

    While they are frozen, they neither learn nor renew the means of their batch norms, and nothing is dropped out. How
    many examples were seen is a buffer, so that a resumed training thaws at the same example.

    Args:
        features: the module that has learnt before.
        thaws: examples after which it learns too.
        rate_factor: multiplies the learning rate of the features.
    """

    def __init__(self, features: nn.Module, thaws: int, rate_factor: float) -> None:
        super().__init__()
        self.features, self.thaws, self.rate_factor = features, thaws, rate_factor
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def features_of(self, inputs: Tensor) -> Tensor:
        """Return what the features make of a batch, and count its examples when training."""
        seen = self.get_buffer("seen")
        frozen = self.training and int(seen) < self.thaws
        if self.training:
            seen.add_(len(inputs))
        self.features.train(self.training and not frozen)
        with torch.set_grad_enabled(torch.is_grad_enabled() and not frozen):
            found: Tensor = self.features(inputs)
        return found

    def parameter_groups(self) -> list[ParameterGroup]:
        """Return the features: they learn slowly, and are not drawn towards 0, where they did not come from."""
        parameters = tuple(self.features.parameters())
        return [ParameterGroup(parameters=parameters, rate_factor=self.rate_factor, decay_factor=0.0)]
