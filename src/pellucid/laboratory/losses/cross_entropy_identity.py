"""Cross-entropy, entropy and relative entropy: H(P, Q) = KL(P, Q) + H(P), and KL is not symmetric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Frame, Picture, Plot, Series
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

STEPS: Final = 21
ROUNDING: Final = 1e-12


@dataclass(frozen=True, kw_only=True)
class CrossEntropyIdentity(Experiment):
    """Move a guess Q towards the truth P, and watch what is paid: in nats.

    Example:
        >>> result = CrossEntropyIdentity(p=(0.5, 0.5), q=(0.9, 0.1)).run()
        >>> round(result["kl_pq"], 4), round(result["kl_qp"], 4)
        (0.5108, 0.3681)
    """

    name: ClassVar[str] = "cross_entropy_identity"
    aliases: ClassVar[tuple[str, ...]] = ("relative entropy", "kl divergence")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "cross-entropy = relative entropy + entropy"
    question: ClassVar[str] = "What part of the cross-entropy can training remove, and what part stays?"
    formula: ClassVar[str] = "H(P, Q) = - sum p log q = sum p log(p / q) - sum p log p = KL(P, Q) + H(P)"
    latex: ClassVar[str] = r"H(P, Q) = -\sum_i p_i \log q_i = \mathrm{KL}(P, Q) + H(P)"
    look_for: ClassVar[str] = (
        "The gap between the two lines is KL: it closes when Q reaches P, and what remains is the entropy of P, "
        "which no "
        "model can remove. Swap p and q: KL is another number, because it weighs by the first of the two."
    )
    source: ClassVar[str] = "C. E. Shannon, 1948; S. Kullback & R. A. Leibler, On information and sufficiency, 1951."

    p: tuple[float, ...] = parameter((0.6, 0.3, 0.1), "the truth P", low=0, high=1)
    q: tuple[float, ...] = parameter((0.1, 0.2, 0.7), "the guess Q", low=0, high=1)

    def __post_init__(self) -> None:
        """Check that both are distributions over the same things, and that KL is finite both ways."""
        super().__post_init__()
        sums = np.sum(self.p), np.sum(self.q)
        if len(self.p) != len(self.q) or not np.allclose(sums, 1) or min(*self.p, *self.q) == 0:
            raise RangeError(
                f"cross_entropy_identity expected p and q of one length, above 0, each summing to 1, got {self.p} and "
                f"{self.q}: where one is 0 and the other not, KL is infinite"
            )

    def run(self) -> Result:
        """Return H(P, Q), KL both ways, H(P), and H(P, Q) and KL on the way from Q to P (21,)."""
        p, q = np.array(self.p), np.array(self.q)
        cross, entropy = float(-(p * np.log(q)).sum()), float(-(p * np.log(p)).sum())
        kl_pq, kl_qp = _kl(p, q), _kl(q, p)
        part = np.linspace(0, 1, STEPS)
        way = [q + t * (p - q) for t in part]
        kls = np.array([_kl(p, one) for one in way])
        crosses = np.array([-(p * np.log(one)).sum() for one in way])
        claims = (
            Claim(
                sentence="H(P, Q) = KL(P, Q) + H(P)",
                holds=bool(np.isclose(cross, kl_pq + entropy)),
                measured=f"{cross:.4f} = {kl_pq:.4f} + {entropy:.4f}",
            ),
            Claim(
                sentence="KL is not symmetric",
                holds=not np.isclose(kl_pq, kl_qp),
                measured=f"KL(P, Q) = {kl_pq:.4f}, KL(Q, P) = {kl_qp:.4f}",
            ),
            Claim(
                sentence="KL is never negative, and 0 only where Q is P",
                holds=bool((kls >= -ROUNDING).all() and abs(kls[-1]) < ROUNDING and (kls[:-1] > 0).all()),
                measured=f"on the way from Q to P it falls from {kls[0]:.4f} to {kls[-1]:.4f}",
            ),
            Claim(
                sentence="minimizing cross-entropy and minimizing KL choose the same Q",
                holds=bool(np.argmin(crosses) == np.argmin(kls) and np.allclose(crosses - kls, entropy)),
                measured=f"their difference is {entropy:.4f} all the way",
            ),
        )
        values = {"cross_entropy": cross, "entropy": entropy, "kl_pq": kl_pq, "kl_qp": kl_qp, "kls": kls}
        picture = _picture(p, part, way, crosses, entropy)
        return Result(experiment=self, values=values, claims=claims, picture=picture)


def _kl(p: Floats, q: Floats) -> float:
    return float((p * np.log(p / q)).sum())


def _picture(p: Floats, part: Floats, way: list[Floats], crosses: Floats, entropy: float) -> Picture:
    names = np.array([f"{place + 1}" for place in range(len(p))])
    frames = []
    for step, q in enumerate(way):
        bars = (
            Series(name="truth P", x=names, y=p, kind="bars"),
            Series(name="guess Q", x=names, y=q, kind="bars", role="other"),
        )
        lines = (
            Series(name="cross-entropy H(P, Q)", x=part, y=crosses, role="other"),
            Series(name="entropy H(P)", x=part, y=np.full(STEPS, entropy)),
            Series(name="now", x=part[[step]], y=crosses[[step]], kind="dots", role="mark"),
        )
        panels = (
            Plot(title="two distributions", series=bars, y_range=(0, 1)),
            Plot(title="nats", x_title="part of the way from Q to P", series=lines),
        )
        note = f"H(P, Q) {crosses[step]:.3f} = KL {crosses[step] - entropy:.3f} + H(P) {entropy:.3f}"
        frames.append(Frame(label=f"{part[step]:.2f}", note=note, panels=panels))
    return Picture(
        alt=f"A guess moves to the truth: cross-entropy falls from {crosses[0]:.3f} to the entropy {entropy:.3f}.",
        frames=tuple(frames),
    )
