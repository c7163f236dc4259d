"""Listening to torch: every torch function that some code calls, with its numbers and tensors. Needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode, _get_current_function_mode_stack, _pop_mode, _push_mode

SILENT: Final = frozenset(
    {
        "__get__", "__set__", "dim", "size", "is_complex", "is_floating_point", "_set_grad_enabled", "numel",
        "_record_function_enter_new", "_RecordFunction", "requires_grad_", "stride", "is_contiguous", "type",
        "__len__", "__hash__", "data_ptr", "element_size", "__bool__", "get_device",
        "_record_function_exit", "_record_function_exit._RecordFunction", "__getitem__", "stack",
    }
)  # fmt: skip
"""What torch and its loaders call for themselves, and looks at tensors that compute nothing."""


def name_of(function: Any) -> str:
    """Return the plain name of a torch function: "relu" for torch.nn.functional.relu, torch.relu and Tensor.relu_.

    Example:
        >>> import torch
        >>> name_of(torch.nn.functional.relu), name_of(torch.Tensor.add_)
        ('relu', 'add')
    """
    name: str = getattr(function, "__name__", "") or type(function).__name__
    return name if name.startswith("__") else name.rstrip("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One torch function that was called."""

    name: str
    """The plain name: "linear", "softmax", "cross_entropy", "view"."""
    module: str
    """The dotted name of the module inside whose forward it was called; "" for the network itself."""
    kind: str
    """The class name of that module; "loss" within the loss function."""
    options: Mapping[str, Any]
    """Arguments that are no tensors: by name, or by position as "0", "1" (0 is the first of all arguments)."""
    inputs: tuple[Tensor, ...]
    """The tensors among the positional arguments, detached."""
    output: Tensor | None
    """The result, detached; the first tensor of it where it is a tuple."""


Heard = Callable[[str, tuple[Any, ...], dict[str, Any], Any], None]


class Listener(TorchFunctionMode):
    """Hands every torch function, once it is done, to `heard(name, args, kwargs, result)`; to nobody if None."""

    def __init__(self, heard: Heard | None, before_backward: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.heard, self.before_backward = heard, before_backward
        self.calls = 0

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call the function and tell of it."""
        kwargs = kwargs or {}
        self.calls += 1
        if self.heard is None:
            return func(*args, **kwargs)
        name = name_of(func)
        if name == "backward" and self.before_backward is not None:
            self.before_backward()
        result = func(*args, **kwargs)
        if name not in SILENT and self.heard is not None:  # a hook inside may have stopped the listening
            self.heard(name, args, kwargs, result)
        return result


def attach(listener: Listener) -> None:
    """Begin to listen, below whatever modes the program has entered: it leaves those in its own order."""
    above = _emptied()
    _push_mode(listener)  # type: ignore[no-untyped-call]
    for mode in above:
        _push_mode(mode)  # type: ignore[no-untyped-call]


def detach(listener: Listener) -> bool:
    """Stop listening; False where that is impossible now, in the middle of a function that is being listened to."""
    listener.heard = None
    if not any(mode is listener for mode in _get_current_function_mode_stack()):  # type: ignore[no-untyped-call]
        return False
    for mode in _emptied():
        if mode is not listener:
            _push_mode(mode)  # type: ignore[no-untyped-call]
    return True


def _emptied() -> list[Any]:
    """Take all modes off the stack and return them, the lowest first."""
    found = list(_get_current_function_mode_stack())  # type: ignore[no-untyped-call]
    for _ in found:
        _pop_mode()  # type: ignore[no-untyped-call]
    return found


class Tracer:
    """Records the calls of a network's forward pass, each with the module that it belongs to."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.outputs: list[Tensor | None] = []
        """The results themselves, in the graph, beside `calls`."""
        self.path: list[tuple[str, str]] = [("", "")]

    @contextmanager
    def listening(self, network: nn.Module) -> Iterator[None]:
        """Within the context, what the network calls is recorded."""
        handles = []
        for name, module in network.named_modules():
            handles.append(module.register_forward_pre_hook(self._enter(name, type(module).__name__)))
            handles.append(module.register_forward_hook(self._leave, always_call=True))
        try:
            with Listener(self.heard):
                yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, name: str, kind: str) -> Callable[[nn.Module, Any], None]:
        def enter(_: nn.Module, __: Any) -> None:
            self.path.append((name, kind))

        return enter

    def _leave(self, _: nn.Module, __: Any, ___: Any) -> None:
        self.path.pop()

    def heard(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """Record a call."""
        module, kind = self.path[-1]
        options = {str(place): value for place, value in enumerate(args) if not isinstance(value, Tensor)}
        options |= {key: value for key, value in kwargs.items() if not isinstance(value, Tensor)}
        output = first_tensor(result)
        self.outputs.append(output)
        self.calls.append(
            Call(
                name=name,
                module=module,
                kind=kind,
                options=options,
                inputs=tuple(one.detach() for one in args if isinstance(one, Tensor)),
                output=None if output is None else output.detach(),
            )
        )


def first_tensor(result: Any) -> Tensor | None:
    """Return the first tensor of a result: of a recurrent layer, its outputs."""
    if isinstance(result, Tensor):
        return result
    if isinstance(result, (tuple, list)):
        return next((found for one in result if (found := first_tensor(one)) is not None), None)
    return None
