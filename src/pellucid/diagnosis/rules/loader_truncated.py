"""Most of the training rows are never drawn: the loop leaves the loader early, or the loader is empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.marks import fingerprint, row_marks
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.using_up import used_up

STEPS: Final = 6  # watched, with as many different batches expected
REPEATED: Final = 2  # how often the shortest cycle of batches must be seen again
SHARE: Final = 0.7  # of the batches of an epoch: a loop that drops only the last ones is no fault
FEW: Final = 0.5  # of the rows that a dataset holds: less than that is no part that was set aside for validation
MET_AGAIN: Final = 5  # rows
SURE: Final = 5.0  # rows that would come again within a block if they were drawn at random: none by chance e^-5
HARMLESS: Final = 8.0  # epochs' worth of steps: by then every row was drawn, wherever the loop left the loader
SOON: Final = 3.0  # the same where the loader is begun anew every step: rows are then drawn at random
MOST: Final = 48  # steps of which the rows are compared with one another
SHORT: Final = 60  # steps: a pass over an iterator that is meant to be the only one is longer
AGAIN: Final = 2  # evaluations of the same rows after the last step
VISITS: Final = 5  # evaluations after as many steps each time, before the loader was gone through once


def measure_before(evidence: Evidence) -> Verdict | None:
    """Find a loader that gives no batch at all, or only few of the rows that its dataset holds."""
    data = evidence.data
    if data.rows_held and data.train_rows and data.train_rows < FEW * data.rows_held:
        return Verdict(
            measured=f"an epoch draws {data.train_rows:,} rows, always the same ones, of the {data.rows_held:,} that "
            "the dataset holds",
            confidence=0.9,
            remedy="look at the sampler and at __len__ of the dataset: it must return the number of rows, len(self.x)",
        )
    if data.batches_in_epoch != 0:
        return None
    return Verdict(
        measured=f"len(train_loader) is 0{f' with {data.train_rows} rows' if data.train_rows else ''}: no step is "
        "taken",
        confidence=0.97,
        remedy="drop_last=False, or a batch size below the number of rows",
    )


def measure_during(evidence: Evidence) -> Verdict | None:
    """Find batches that come round again before the loader can have been gone through."""
    batches = evidence.data.batches_in_epoch
    if not batches or batches < 2:  # noqa: PLR2004
        return None
    return (
        _cycle(evidence, batches)
        or _restarts(evidence, batches)
        or _visits(evidence, batches)
        or _too_early(evidence, batches)
    )


def _cycle(evidence: Evidence, batches: int) -> Verdict | None:
    """Find the same inputs after fewer steps than the loader has batches."""
    marks = {one.step: one.fingerprint for one in evidence.steps if one.fingerprint is not None and one.backwards < 2}  # noqa: PLR2004
    if len(marks) < STEPS or _copies_expected(evidence):
        return None
    steps = sorted(marks)
    for cycle in range(1, int(SHARE * batches) + 1):
        pairs = [(one, one + cycle) for one in steps if one + cycle in marks]
        if len(pairs) >= REPEATED * cycle and all(marks[a] == marks[b] for a, b in pairs):
            rows = (
                f", {cycle * len(evidence.data.batches[0])} rows of {evidence.data.train_rows}"
                if evidence.data.train_rows and evidence.data.batches
                else ""
            )
            return Verdict(
                measured=f"only {cycle} of the {batches} batches are drawn{rows}: the same inputs come round every "
                f"{'step' if cycle == 1 else f'{cycle} steps'}",
                confidence=0.96,
            )
    return None


def _restarts(evidence: Evidence, batches: int) -> Verdict | None:
    """Find, in a loader of fixed order, its first batches at steps where a loop over all of it would be elsewhere."""
    first, again = (
        [fingerprint(one.inputs[0]) for one in part] for part in (evidence.data.batches, evidence.data.again)
    )
    steps = [one for one in evidence.steps if one.fingerprint is not None]
    if first != again or len(set(first)) < len(first) or any(one.backwards > 1 for one in steps):
        return None
    places = {one.step - 1: first.index(one.fingerprint) if one.fingerprint in first else None for one in steps}
    fitting = [cycle for cycle in range(2, batches + 1) if _fits(places, cycle, len(first))]
    if not fitting or fitting[-1] > SHARE * batches:
        return None
    cycle = fitting[-1]
    if sum(place is not None and step >= cycle for step, place in places.items()) < STEPS:
        return None
    return Verdict(
        measured=f"only the first {cycle} of the {batches} batches are drawn: the loader is begun anew every {cycle} "
        "steps",
        confidence=0.95,
    )


def _fits(places: dict[int, int | None], cycle: int, known: int) -> bool:
    """Return whether the first batches were met exactly where a loop over `cycle` batches meets them."""
    return all(
        step % cycle == place if place is not None else step % cycle >= min(known, cycle)
        for step, place in places.items()
    )


def _copies_expected(evidence: Evidence) -> bool:
    """Return whether the loader itself gives equal batches: of a set of few rows repeated."""
    firsts = [one.inputs[0] for one in evidence.data.batches]
    return any(a.shape == b.shape and bool((a == b).all()) for a, b in pairwise(firsts))


def _visits(evidence: Evidence, batches: int) -> Verdict | None:
    """Find evaluations after ever the same few steps in a training that ended before its first epoch did."""
    places = sorted({one.step for one in evidence.passes if not one.gradients and one.step})
    taken = evidence.steps_taken
    if not evidence.ended or len(places) < VISITS or taken >= SHARE * batches:
        return None
    gaps = {after - before for before, after in pairwise(places)}
    shortest = min(gaps)
    if any(gap % shortest for gap in gaps) or shortest > batches / VISITS:
        return None
    return Verdict(
        measured=f"the training ended after {taken} steps, with an evaluation every {shortest}, while the loader has "
        f"{batches} batches",
        confidence=0.7,
    )


def _too_early(evidence: Evidence, batches: int) -> Verdict | None:
    """Find rows of a shuffled loader that come again before all others came once: it was begun anew after few steps."""
    steps = [one for one in evidence.steps if one.rows]
    whole = batches / (max((one.backwards for one in steps), default=1) or 1)
    steps = [one for one in steps if one.step <= SHARE * whole][:MOST]
    again = {(a.step, b.step): len({*a.rows} & {*b.rows}) for a, b in combinations(steps, 2)}
    if sum(again.values()) < MET_AGAIN or _repeats(evidence) or (evidence.epochs or 0) > HARMLESS:
        return None
    cycle = _block(again, int(SHARE * whole))
    begun_each_step = _evaluated_every_step(evidence) and evidence.steps_taken < SOON * whole
    if cycle == 1 and not begun_each_step and (not evidence.ended or evidence.steps_taken >= whole):
        return None
    rows = sum(again.values())
    return Verdict(
        measured=f"{rows} rows came a second time within {steps[-1].step} steps, though the loader has {batches} "
        f"batches: it was begun anew every {f'{cycle} steps' if cycle > 1 else 'step'}",
        confidence=0.93,
    )


def _evaluated_every_step(evidence: Evidence) -> bool:
    """Return whether validation rows were judged after steps that follow one another."""
    marks = evidence.data.validation_marks
    places = sorted({one.step for one in evidence.passes if one.fingerprint in marks and one.step})
    return len(places) >= VISITS and any(after - before == 1 for before, after in pairwise(places))


def _block(again: dict[tuple[int, int], int], most: int) -> int:
    """Return after how many steps the loader is begun anew: the most within which no row came twice; 1 for none."""
    mean = sum(again.values()) / max(1, len(again))
    for cycle in range(most, 1, -1):
        inside = [count for (a, b), count in again.items() if (a - 1) // cycle == (b - 1) // cycle]
        across = [count for (a, b), count in again.items() if (a - 1) // cycle != (b - 1) // cycle]
        if not any(inside) and len(inside) * mean > SURE and sum(across) >= MET_AGAIN:
            return cycle
    return 1


def _repeats(evidence: Evidence) -> bool:
    """Return whether the loader itself gives rows twice: it draws with replacement, or the data have copies."""
    seen = [mark for batch in evidence.data.batches for mark in row_marks(batch.inputs[0])]
    return len(set(seen)) < len(seen) - 1


def measure_after(evidence: Evidence) -> Verdict | None:
    """Find an iterator that was used up in the first epoch: the epochs after it had no batch."""
    taken = evidence.steps_taken
    if evidence.data.once is None or not taken or not used_up(evidence.data.once):
        return None
    rows = [mark for one in evidence.steps for mark in one.rows]
    late = Counter(one.fingerprint for one in evidence.passes if one.step == taken and not one.gradients)
    evaluated = max(late.values(), default=0)
    if evaluated < AGAIN and (taken > SHORT or len(set(rows)) < len(rows) or not rows):
        return None
    return Verdict(
        measured=f"the training loader is an iterator ({type(evidence.data.once).__name__}), which gives its batches "
        f"once; it was used up after {taken} steps"
        + (f", and {evaluated} evaluations followed without a step" if evaluated >= AGAIN else ""),
        confidence=0.9 if evaluated >= AGAIN else 0.65,
        remedy="a list of the batches, or a DataLoader: for an iterator, `for batch in batches` has nothing to do from "
        "the second epoch on",
    )


def _rule(measure: Callable[[Evidence], Verdict | None], phases: tuple[Phase, ...], title: str, threshold: str) -> Rule:
    return Rule(
        cause="loader_truncated",
        title=title,
        stage=Stage.LABELS,
        phases=phases,
        measure=measure,
        measures="after how many steps the same inputs, or single rows of them, come again, against the number of "
        "batches of the loader; and how many rows the dataset holds",
        threshold=threshold,
        origin="closed form: a loop over the whole loader sees every batch once before it sees one again",
        reason="A break, a return or an islice in the loop leaves the loader after a few batches; a sampler or a wrong "
        "__len__ leaves most rows out. An epoch is then only a few steps, and where the order is fixed the network "
        "learns these rows by heart and never meets the others.",
        remedy="go through the whole loader: no break inside `for inputs, targets in train_loader`",
        see=("experiment overfitting", "experiment batches_on_digits"),
        explains=(
            "overfitting",
            "under_trained",
            "lr_too_low",
            "lr_too_high",
            "unshuffled",
            "class_imbalance",
            "capacity_too_small",
            "batch_too_large",
            "labels_constant",
        ),
        cases=("B23",),
    )


RULES: Final = (
    _rule(
        measure_before,
        ("before",),
        "The loader gives few rows or none",
        f"0 batches; or less than {FEW:.0%} of the rows that the dataset holds",
    ),
    _rule(
        measure_during,
        ("during",),
        "Most batches are never drawn",
        f"a cycle of less than {SHARE:.0%} of the batches, seen {REPEATED} times; or {MET_AGAIN} rows of a shuffled "
        f"loader that come again within {SHARE:.0%} of an epoch",
    ),
    _rule(
        measure_after,
        ("after",),
        "The batches are used up after one epoch",
        f"an iterator with nothing left, and {AGAIN} evaluations of the same rows after the last step, or at most "
        f"{SHORT} steps",
    ),
)
