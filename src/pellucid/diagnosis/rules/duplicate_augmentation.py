"""Random variation that is not random: every worker, or every epoch, draws the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

PAIRS: Final = 3  # of watched steps, whole epochs apart
FEWEST: Final = 2  # batches in an epoch


def measure(evidence: Evidence) -> Verdict | None:
    """Read rows as two workers and as two epochs would, and compare; see whether reading resets a generator."""
    variation = evidence.data.variation
    if variation is None:
        return None
    if variation.reseeds:
        return Verdict(
            measured=f"reading a row leaves the global generator of {variation.reseeds} in the same state every time: "
            "it is seeded inside the dataset",
            confidence=0.93,
            remedy="seed once, before the training, and not in __getitem__ or in a transform",
        )
    if variation.one_seed:
        return Verdict(
            measured=f"for each row a new generator is made with the seed {variation.one_seed}: every row is varied in "
            "the same way, in every epoch",
            confidence=0.9,
            remedy="make the generator once, in __init__, and draw from it; or draw from torch's own",
        )
    if not (variation.same_in_workers or variation.same_in_epochs):
        return None
    where = [
        *(["two workers"] if variation.same_in_workers else []),
        *(["two epochs"] if variation.same_in_epochs else []),
    ]
    return Verdict(
        measured=f"rows are varied at random, but {' and '.join(where)} of the loader vary them in the same way",
        confidence=0.95,
    )


def measure_during(evidence: Evidence) -> Verdict | None:
    """Find varied batches that come again to the last bit in the next epochs: the loop itself seeds the generators."""
    variation, batches = evidence.data.variation, evidence.data.batches_in_epoch
    if variation is None or not variation.varies or not batches or batches < FEWEST:
        return None
    steps = [one for one in evidence.steps if one.fingerprint is not None and one.backwards < 2]  # noqa: PLR2004
    pairs = [(a, b) for a, b in combinations(steps, 2) if (b.step - a.step) % batches == 0]
    same = [(a, b) for a, b in pairs if a.fingerprint == b.fingerprint]
    if len(same) < PAIRS or len(same) < len(pairs):
        return None
    return Verdict(
        measured=f"rows are varied at random, but {len(same)} pairs of batches that lie one or more epochs of "
        f"{batches} steps apart are equal to the last bit, the first at the steps {same[0][0].step} and "
        f"{same[0][1].step}: the generators are seeded anew for each epoch",
        confidence=0.95,
        remedy="torch.manual_seed(...) and np.random.seed(...) once, before the first epoch",
        step=same[0][1].step,
    )


BEFORE: Final = Rule(
    cause="duplicate_augmentation",
    title="The same random variation again and again",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="rows read as the loader's workers read them, in two workers and in two epochs; and the seeds of "
    "generators that are made while a row is read",
    threshold="equal to the last bit; one seed for all rows",
    origin="closed form: independent draws of continuous numbers are never equal",
    reason="Workers are copies of one process: a generator of NumPy's that the dataset holds, or a seed set in "
    "worker_init_fn, is the same in each of them and in every epoch. The network sees the few variations again and "
    "again and learns them by heart.",
    remedy="worker_init_fn=lambda worker: np.random.seed(torch.initial_seed() % 2**32), and generators of the "
    "dataset made anew there; or draw from torch's generator",
    see=("experiment overfitting",),
    explains=("overfitting", "unshuffled", "preprocessing_mismatch", "augmentation_too_strong", "overconfident",
              "split_biased"),
    cost="a few dozen rows read, at most 0.3 s",
    cases=("B17",),
)  # fmt: skip

DURING: Final = replace(
    BEFORE,
    title="The same variation in every epoch",
    phases=("during",),
    measure=measure_during,
    measures="whether batches that lie a whole epoch apart are equal, where rows are varied at random",
    threshold=f"{PAIRS} pairs of batches, all of them equal to the last bit",
    reason="A seed that is set at the start of each epoch gives the same order and the same variation every time: the "
    "network sees one variation of each row again and again, and learns it by heart.",
    cost="free",
)

RULES: Final = (BEFORE, DURING)
