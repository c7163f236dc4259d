"""The user's own network: a module, a class or a function, passed as an object or named by its import path."""

from __future__ import annotations

import copy
import importlib
import inspect
import os
import sys
from typing import Any, Final

import torch
from torch import nn

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import Call
from pellucid.networks.family import Recommendation
from pellucid.networks.probe import probe, zero_inputs

OWN_RECOMMENDATION: Final = Recommendation(
    settings={"optimizer": "adam", "learning_rate": 1e-3, "schedule": "constant"},
    reason="nothing is known of your own network, and Adam at 0.001 trains most",
)


def describe_own(own: Any) -> str:
    """Return what to call an object of the user's: the name of its class, or its own."""
    return type(own).__name__ if isinstance(own, nn.Module) else str(getattr(own, "__name__", repr(own)))


def build_own(own: Any, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    """Return the user's network, checked on a batch of zeros.

    A module is copied, so that the user's object keeps its weights; a function or a class is called with
    `(spec, outputs)` when it takes two arguments, and without arguments otherwise.

    Args:
        own: a module, a class, a function, or an import path `module:name` (options in brackets are passed on).
        spec: of the input.
        outputs: units that the last layer must have (o).
        seed: from which the weights of functions and classes are drawn.

    Raises:
        UnknownNameError: the import path leads nowhere.
        RangeError: what was given, or returned, is no module; or the function raised.
        ShapeError: the network does not take the inputs, or returns logits of another shape.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if isinstance(own, str):
            call = Call.parse(own)
            network = _made(_imported(call.name), spec, outputs, call.arguments, dict(call.options))
        else:
            network = _made(own, spec, outputs, (), {})
        probe(network, zero_inputs(spec), outputs)
    return network


def _imported(path: str) -> Any:
    """Return the object behind `module:name`; modules in the current folder are found too."""
    module_name, _, name = path.partition(":")
    folder = os.getcwd()
    added = folder not in sys.path
    if added:
        sys.path.insert(0, folder)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise UnknownNameError(
            f"fit expected network={path!r} to name an importable module, got {error}: "
            "run from the folder that holds the file, or install the package"
        ) from None
    finally:
        if added:
            sys.path.remove(folder)
    if not hasattr(module, name):
        raise unknown_name("fit", f"a name of module {module_name}", name, [n for n in vars(module) if n[0] != "_"])
    return getattr(module, name)


def _made(own: Any, spec: InputSpec, outputs: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> nn.Module:
    """Return a module from a module, a class or a function."""
    if isinstance(own, nn.Module):
        return copy.deepcopy(own)
    if not callable(own):
        raise RangeError(
            f"fit expected network to be a name, a torch.nn.Module or a function that returns one, got {own!r}: "
            "pass network='dense' or a module"
        )
    given = (spec, outputs, *arguments) if _takes_two(own) else arguments
    try:
        network = own(*given, **options)
    except Exception as error:  # the user's own code: whatever it raises is a mistake there, not here
        raise RangeError(
            f"fit expected {describe_own(own)} to return a torch.nn.Module when it is called with "
            f"{'(spec, outputs)' if _takes_two(own) else 'its own arguments'}, got {type(error).__name__} ({error}): "
            "mend the function, or pass a network that is made already"
        ) from error
    if not isinstance(network, nn.Module):
        raise RangeError(
            f"fit expected {describe_own(own)}(spec, outputs) to return a torch.nn.Module, got {network!r}: "
            "return the network"
        )
    return network


def _takes_two(function: Any) -> bool:
    """Say whether the function must be given two arguments or more without a default: `(spec, outputs)`."""
    required = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return sum(p.kind in required and p.default is p.empty for p in parameters) >= len(("spec", "outputs"))
