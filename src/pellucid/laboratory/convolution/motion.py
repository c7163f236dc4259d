"""A single frame does not know where a thing is going: one frame, and a kernel that also looks along time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Cells, Frame, Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator, torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]

SIDE: Final = 10  # pixels of the square world, whose edges are joined
MAPS: Final = 8
JUDGED: Final = 100
CHANCE: Final = 0.68  # a share of 100 coins lies above it once in thousands of times
LEARNT: Final = 0.9


@dataclass(frozen=True, kw_only=True)
class Motion(Experiment):
    """Tell whether a dot moves to the left or to the right, from one frame and from several.

    Example:
        >>> sorted(Motion(steps=2).run().values)
        ['clip', 'one frame', 'three frames']
    """

    name: ClassVar[str] = "motion"
    aliases: ClassVar[tuple[str, ...]] = ("3d convolution", "frame or clip")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "seeing motion"
    question: ClassVar[str] = "Why does a kernel for clips need an axis of time?"
    formula: ClassVar[str] = "y[z, h, w] = sum_(i, j, k) x[z + i, h + j, w + k] w[i, j, k]"
    latex: ClassVar[str] = r"y_{z,h,w} = \sum_{i,j,k} x_{z+i,\,h+j,\,w+k} \, w_{i,j,k}"
    look_for: ClassVar[str] = (
        "Any frame of a clip to the left is also a frame of a clip to the right, so that a network that sees one frame "
        "can only guess. A kernel of three frames learns a streak that leans to one side. The same network with the "
        "mean over frames, instead of kernels over them, would guess too."
    )
    source: ClassVar[str] = "D. Tran et al., Learning spatiotemporal features with 3D convolutional networks, 2015."

    frames: int = parameter(4, "of a clip", low=3, high=8)
    rows: int = parameter(100, "clips to learn from; 100 more are judged", low=20, high=200)
    noise: float = parameter(0.1, "standard deviation of the noise of each pixel; the dot is 1", low=0, high=1)
    rate: float = parameter(0.02, "learning rate of Adam", low=0.0001, high=0.5)
    steps: int = parameter(50, "training steps on all clips", low=1, high=300)
    seed: int = parameter(0, "of the clips and the first weights", low=0)

    def run(self) -> Result:
        """Return the accuracy on other clips after each step (steps,), of one frame and of three; a clip (z, h, w)."""
        clips, labels = self._clips()
        accuracies = {
            name: self._train(depth, clips, labels) for name, depth in (("three frames", 3), ("one frame", 1))
        }
        three, one = (float(accuracy[-1]) for accuracy in accuracies.values())
        claims = (
            Claim(
                sentence="a kernel that sees one frame does no better than a coin",
                holds=one < CHANCE,
                measured=f"{one:.0%} of {JUDGED} clips that it had not seen",
            ),
            Claim(
                sentence="a kernel that sees three frames tells the direction",
                holds=three >= LEARNT,
                measured=f"{three:.0%} of the same after {self.steps} steps",
            ),
        )
        steps = np.arange(1, self.steps + 1)
        curves = Plot(
            title="accuracy on clips that were not learnt from",
            x_title="step",
            y_range=(0.0, 1.02),
            series=tuple(
                Series(name=name, x=steps, y=accuracy, role=role)
                for (name, accuracy), role in zip(accuracies.items(), ROLES, strict=False)
            ),
        )
        frames = tuple(
            Frame(label=f"frame {z + 1} of {self.frames}", panels=(curves, Cells(values=frame, numbers=False)))
            for z, frame in enumerate(clips[0])
        )
        alt = f"Accuracy over {self.steps} steps: from one frame {one:.0%}, from three {three:.0%}; and a clip."
        return Result(
            experiment=self,
            values={**accuracies, "clip": clips[0]},
            claims=claims,
            picture=Picture(alt=alt, frames=frames),
        )

    def _clips(self) -> tuple[Floats, Floats]:
        """Return clips (rows + judged, z, h, w) of a dot that moves by one pixel a frame, and whether to the right."""
        rng = numpy_generator(self.seed, "clips")
        count = self.rows + JUDGED
        clips = rng.normal(0, self.noise, (count, self.frames, SIDE, SIDE))
        right = rng.integers(0, 2, count)
        heights, starts = rng.integers(0, SIDE, (2, count))
        every = np.arange(count)
        for z in range(self.frames):
            clips[every, z, heights, (starts + z * (2 * right - 1)) % SIDE] += 1.0
        return clips, right.astype(np.float64)

    def _train(self, depth: int, clips: Floats, labels: Floats) -> Floats:
        """Return the accuracy on the judged clips after each step, of kernels that see so many frames."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        from pellucid.concepts.optimizers.rules.adam import Adam
        from pellucid.laboratory.training.dense import Training

        inputs = torch.from_numpy(clips.astype(np.float32))[:, None]  # (n, 1, z, h, w)
        wanted = torch.from_numpy(labels.astype(np.float32))
        learnt, judged = slice(None, self.rows), slice(self.rows, None)
        generator = torch_generator(self.seed, "weights", depth)
        kernel = torch.randn((MAPS, 1, depth, 3, 3), generator=generator) * (2 / (9 * depth)) ** 0.5
        parameters = [kernel, torch.zeros(MAPS), torch.randn((MAPS,), generator=generator) * 0.1, torch.zeros(())]
        training = Training([one.requires_grad_() for one in parameters], self.rate, optimizer=Adam())
        accuracies = []
        for _ in range(self.steps):
            training.step(binary_cross_entropy_with_logits(_logits(inputs[learnt], parameters), wanted[learnt]))
            with torch.no_grad():
                right = (_logits(inputs[judged], parameters) > 0) == (wanted[judged] > 0)
            accuracies.append(float(right.float().mean()))
        return np.array(accuracies)


def _logits(clips: Tensor, parameters: list[Tensor]) -> Tensor:
    """Return the logits (n,): a convolution, a rectifier, the greatest value of each map, a linear layer."""
    from torch.nn.functional import conv3d

    kernel, bias, last, shift = parameters
    maps = conv3d(clips, kernel, bias, padding=(0, 1, 1)).relu()
    return maps.amax(dim=(2, 3, 4)) @ last + shift
