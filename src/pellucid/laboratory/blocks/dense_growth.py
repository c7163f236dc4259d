"""A dense block counted: how channels and weights grow with its layers, and what the transition brings back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.layers.blocks.dense_block import dense_block_reference
from pellucid.concepts.layers.blocks.transition import transition_reference
from pellucid.drawing.records import Edge, Frame, Graph, Node, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]
KERNEL: Final = 3  # cells along each side
SIZE: Final = 8  # of the picture


@dataclass(frozen=True, kw_only=True)
class DenseGrowth(Experiment):
    """Send a picture through a dense block and a transition, and count the channels after each layer.

    Example:
        >>> DenseGrowth().run()["channels"]
        array([ 3, 11, 19, 27])
    """

    name: ClassVar[str] = "dense_growth"
    aliases: ClassVar[tuple[str, ...]] = ("dense block channels",)
    theme: ClassVar[str] = "blocks"
    title: ClassVar[str] = "the channels of a dense block"
    question: ClassVar[str] = "How many channels come out of a dense block?"
    formula: ClassVar[str] = "channels = in + layers growth"
    latex: ClassVar[str] = r"c_{\mathrm{out}} = c_{\mathrm{in}} + i \cdot g"
    look_for: ClassVar[str] = (
        "Each layer sees everything before it and adds the same number of channels, so that channels grow as a "
        "line and weights as a parabola. The transition after the block halves the channels and the sides of the "
        "picture."
    )
    source: ClassVar[str] = "G. Huang et al., 2017; the numbers 3 + 3·8 = 27 are those of Dive into Deep Learning, 8.7."

    channels: int = parameter(3, "of the input", low=1, high=64)
    layers: int = parameter(3, "convolutions in the block", low=1, high=12)
    growth: int = parameter(8, "channels that each adds", low=1, high=64)

    def run(self) -> Result:
        """Return the channels after 0 … layers layers, the weights of each layer, and the shapes."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=(1, self.channels, SIZE, SIZE))
        w = rng.normal(size=(self.layers, self.growth, self.channels + (self.layers - 1) * self.growth, KERNEL, KERNEL))
        outputs = [x]
        for i in range(1, self.layers + 1):
            outputs.append(dense_block_reference(x, w[:i, :, : self.channels + (i - 1) * self.growth]))
        channels = np.array([one.shape[1] for one in outputs])
        weights = channels[:-1] * self.growth * KERNEL**2
        out = outputs[-1]
        half = max(1, out.shape[1] // 2)
        after = transition_reference(out, rng.normal(size=(half, out.shape[1])))
        plain = int(channels[-1]) ** 2 * KERNEL**2 * self.layers
        return Result(
            experiment=self,
            values={"channels": channels, "weights": weights, "output": out, "after transition": after},
            claims=self._claims(x, out, after, int(weights.sum()), plain),
            picture=self._picture(channels),
            tables=(
                Table(
                    title="Layer by layer",
                    columns=("layer", "sees", "adds", "weights"),
                    rows=tuple((i + 1, int(channels[i]), self.growth, int(weights[i])) for i in range(self.layers)),
                ),
            ),
        )

    def _claims(self, x: Floats, out: Floats, after: Floats, weights: int, plain: int) -> tuple[Claim, ...]:
        return (
            Claim(
                sentence=f"{self.channels} + {self.layers}·{self.growth} channels come out",
                holds=out.shape[1] == self.channels + self.layers * self.growth,
                measured=f"the output has {out.shape[1]} channels",
            ),
            Claim(
                sentence="the input is still there, untouched",
                holds=bool((out[:, : self.channels] == x).all()),
                measured=(
                    f"the first {self.channels} channels differ by {np.abs(out[:, : self.channels] - x).max():g}"
                ),
            ),
            Claim(
                sentence="the transition halves channels, height and width",
                holds=after.shape == (1, max(1, out.shape[1] // 2), SIZE // 2, SIZE // 2),
                measured=f"{out.shape[1]} x {SIZE} x {SIZE} becomes {' x '.join(map(str, after.shape[1:]))}",
            ),
            Claim(
                sentence="it has fewer weights than as many convolutions of its full width",
                holds=weights < plain,
                measured=f"{weights:,} against {plain:,}",
            ),
        )

    def _picture(self, channels: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Picture:
        frames = []
        for now in range(1, self.layers + 1):
            nodes = [Node(name="0", x=0, y=0, text=f"x\n{self.channels}", role="other")]
            edges = []
            for layer in range(1, self.layers + 1):
                reached = layer <= now
                text = f"y{layer}\n+{self.growth}" if reached else f"y{layer}"
                nodes.append(
                    Node(
                        name=str(layer), x=layer, y=0.4 * (layer % 2), text=text, role="subject" if reached else "quiet"
                    )
                )
                edges += [
                    Edge(start=str(before), end=str(layer), role="mark" if layer == now else "quiet")
                    for before in range(layer)
                ]
            shown = channels[: now + 1]
            count = Series(name="channels", x=np.arange(now + 1), y=shown, kind="line and dots")
            frames.append(
                Frame(
                    label=f"layer {now}",
                    note=f"layer {now} sees {channels[now - 1]} channels and adds {self.growth}: {channels[now]}",
                    panels=(
                        Graph(nodes=tuple(nodes), edges=tuple(edges)),
                        Plot(
                            x_title="layers",
                            y_title="channels",
                            series=(count,),
                            x_range=(-0.2, self.layers + 0.2),
                            y_range=(0, float(channels[-1]) * 1.1),
                        ),
                    ),
                )
            )
        return Picture(
            alt=f"A dense block: {self.channels} channels go in, each of {self.layers} layers adds {self.growth}, "
            f"{channels[-1]} come out.",
            frames=tuple(frames),
        )
