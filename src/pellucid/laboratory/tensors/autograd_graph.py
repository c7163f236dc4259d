"""The graph that autograd records: values forward, gradients backward, leaves, and what leaves it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import Edge, Frame, Graph, Node, Picture, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor

PLACES: Final = {
    "w": (0.0, 2.0),
    "x": (0.0, 0.0),
    "u": (1.5, 1.0),
    "b": (1.5, -0.7),
    "z": (3.0, 0.5),
    "y": (3.0, -1.0),
    "e": (4.5, 0.0),
    "L": (6.0, 0.0),
}
RULES: Final = {"u": "u = w x", "z": "z = u + b", "e": "e = z − y", "L": "L = e²"}
EDGES: Final = (("w", "u"), ("x", "u"), ("u", "z"), ("b", "z"), ("z", "e"), ("y", "e"), ("e", "L"))
ORDER: Final = ("u", "z", "e", "L")


@dataclass(frozen=True, kw_only=True)
class AutogradGraph(Experiment):
    """Compute L = (w x + b - y)² forward and backward, one node at a time.

    Example:
        >>> result = AutogradGraph(w=2.0, b=1.0, x=3.0, y=5.0).run()
        >>> result["values"]["L"], result["gradients"]["w"]
        (4.0, 12.0)
    """

    name: ClassVar[str] = "autograd_graph"
    aliases: ClassVar[tuple[str, ...]] = ("computational graph", "autograd")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "the autograd graph"
    question: ClassVar[str] = "What does PyTorch record, which tensors keep a gradient, and what takes one out of it?"
    formula: ClassVar[str] = (
        "L = (w x + b - y)^2: dL/de = 2 e, dL/dz = dL/de, dL/du = dL/dz, dL/dw = dL/du x, dL/db = dL/dz"
    )
    latex: ClassVar[str] = (
        r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial e}\frac{\partial e}{\partial z}"
        r"\frac{\partial z}{\partial u}\frac{\partial u}{\partial w} = 2(wx + b - y)\,x"
    )
    look_for: ClassVar[str] = (
        "First the values run to the right, then the gradients to the left, each the one behind it times a local "
        "derivative. x and y have no gradient: nobody asked for it. u, z and e have one only while it passes through."
    )
    source: ClassVar[str] = "PyTorch documentation, Autograd mechanics; S. Linnainmaa, 1970, for the method."

    w: float = parameter(2.0, "weight", low=-10, high=10)
    b: float = parameter(1.0, "bias", low=-10, high=10)
    x: float = parameter(3.0, "input", low=-10, high=10)
    y: float = parameter(5.0, "target", low=-10, high=10)

    def run(self) -> Result:
        """Return values and gradients by name, by autograd, and the operation that each came from."""
        import torch

        w, b = (torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in (self.w, self.b))
        u = w * self.x
        z = u + b
        e = z - self.y
        L = e**2
        for one in (u, z, e, L):
            one.retain_grad()
        torch.autograd.backward(L)
        tensors = {"w": w, "b": b, "u": u, "z": z, "e": e, "L": L}
        numbers = {name: one.item() for name, one in tensors.items()} | {"x": self.x, "y": self.y}
        gradients = {name: float(one.grad) for name, one in tensors.items() if one.grad is not None}
        operations = {name: "leaf" if one.grad_fn is None else one.grad_fn.name() for name, one in tensors.items()}
        rows = tuple((name, numbers[name], gradients[name], operations[name]) for name in tensors)
        return Result(
            experiment=self,
            values={"values": numbers, "gradients": gradients, "operations": operations},
            claims=self._claims(gradients),
            picture=_picture(numbers, gradients),
            tables=(Table(title="tensors", columns=("name", "value", "gradient", "made by"), rows=rows),),
        )

    def _loss(self, *, cut: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """Return w, b and L; with w x taken out of the graph where `cut`."""
        import torch

        w = torch.tensor(self.w, dtype=torch.float64, requires_grad=True)
        b = torch.tensor(self.b, dtype=torch.float64, requires_grad=True)
        u = (w * self.x).detach() if cut else w * self.x
        return w, b, (u + b - self.y) ** 2

    def _claims(self, gradients: dict[str, float]) -> tuple[Claim, ...]:
        return (*self._claims_of_backward(gradients), *self._claims_of_cuts(gradients))

    def _claims_of_backward(self, gradients: dict[str, float]) -> tuple[Claim, ...]:
        import torch

        by_hand = 2 * (self.w * self.x + self.b - self.y) * self.x
        w, _, L = self._loss()
        torch.autograd.backward(L, retain_graph=True)
        once = _gradient(w)
        torch.autograd.backward(L)
        twice = _gradient(w)
        return (
            Claim(
                sentence="autograd gives the gradient that the chain rule gives by hand",
                holds=bool(np.isclose(gradients["w"], by_hand)),
                measured=f"dL/dw = {gradients['w']:.6g}, by hand 2 (w x + b − y) x = {by_hand:.6g}",
            ),
            Claim(
                sentence="gradients add up when they are not cleared: a second backward doubles them",
                holds=bool(np.isclose(twice, 2 * once)),
                measured=f"w.grad was {once:.6g}, then {twice:.6g}",
            ),
            Claim(
                sentence="only leaves keep their gradient; what is computed keeps it after retain_grad alone",
                holds=not L.is_leaf and not L.retains_grad and w.is_leaf and w.grad is not None,
                measured=f"w is a leaf with gradient {twice:.6g}; L, made by "
                f"{L.grad_fn.name() if L.grad_fn else 0}, keeps 0",
            ),
        )

    def _claims_of_cuts(self, gradients: dict[str, float]) -> tuple[Claim, ...]:
        import torch

        with torch.no_grad():
            unrecorded = self._loss()[2]
        cut_w, cut_b, cut = self._loss(cut=True)
        torch.autograd.backward(cut)
        b_grad = _gradient(cut_b)
        return (
            Claim(
                sentence="under no_grad nothing is recorded",
                holds=not unrecorded.requires_grad,
                measured=f"L = {unrecorded.item():.6g} has requires_grad {unrecorded.requires_grad}",
            ),
            Claim(
                sentence="detach cuts the graph: no gradient passes, the value stays",
                holds=cut_w.grad is None and bool(np.isclose(b_grad, gradients["b"])),
                measured=f"with u detached w.grad is {cut_w.grad}, b.grad still {b_grad:.6g}",
            ),
        )


def _gradient(leaf: Tensor) -> float:
    """Return the gradient that a leaf holds; NaN: none."""
    return np.nan if leaf.grad is None else float(leaf.grad)


def _picture(numbers: dict[str, float], gradients: dict[str, float]) -> Picture:
    steps: list[tuple[str, str, set[str], set[str]]] = []
    known, told = {"w", "x", "b", "y"}, set[str]()
    steps.append(("start", "w and b are leaves that want a gradient; x and y are data", set(known), set()))
    for name in ORDER:
        known = known | {name}
        steps.append((f"forward {name}", f"{RULES[name]} = {numbers[name]:.4g}", known, set()))
    for name in ("L", "e", "z", "u", "b", "w"):
        told = told | {name}
        steps.append((f"backward {name}", f"dL/d{name} = {gradients[name]:.4g}", known, told))
    frames = []
    for label, note, shown, behind in steps:
        now = label.rpartition(" ")[2]
        nodes = tuple(
            Node(
                name=name,
                x=x,
                y=y,
                text=f"{name} {numbers[name]:.3g}" + (f"\n∂ {gradients[name]:.3g}" if name in behind else "")
                if name in shown
                else name,
                role="other" if name == now and behind else "subject" if name == now or name in "wb" else "quiet",
            )
            for name, (x, y) in PLACES.items()
        )
        edges = tuple(Edge(start=a, end=b, role="other" if a in behind and b in behind else "quiet") for a, b in EDGES)
        frames.append(Frame(label=label, note=note, panels=(Graph(nodes=nodes, edges=edges),)))
    return Picture(
        alt=f"The graph of L = (w x + b − y)²: forward L = {numbers['L']:.4g}, backward dL/dw = "
        f"{gradients['w']:.4g} and "
        f"dL/db = {gradients['b']:.4g}.",
        frames=tuple(frames),
    )
