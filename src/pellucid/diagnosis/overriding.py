"""Other functions in the place of those that a copy calls, as modules or as functions. Needs torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.overrides import TorchFunctionMode

from pellucid.diagnosis.trace import name_of

Replace = Callable[[str, Any, tuple[Any, ...], dict[str, Any]], Any]
"""Takes the plain name, the function, its arguments by position and by name; returns the result."""


class Replacing(TorchFunctionMode):
    """Within the context every torch function goes through `replace`."""

    def __init__(self, replace: Replace) -> None:
        super().__init__()
        self.replace = replace

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call the replacement."""
        return self.replace(name_of(func), func, args, kwargs or {})


def replacing(make: Callable[[], Replace]) -> Callable[[nn.Module], None]:
    """Return a change for `Probes.trial`: `make()` gives the replacement anew for every forward pass.

    Example:
        >>> import torch
        >>> def make():
        ...     return lambda name, func, args, kwargs: args[0] if name == "relu" else func(*args, **kwargs)
        >>> network = nn.Sequential(nn.ReLU())
        >>> replacing(make)(network)
        >>> float(network(torch.tensor(-2.0)))
        -2.0
    """

    def change(network: nn.Module) -> None:
        forward = network.forward

        def replaced(*inputs: Any, **named: Any) -> Any:
            with Replacing(make()):
                return forward(*inputs, **named)

        network.forward = replaced

    return change
