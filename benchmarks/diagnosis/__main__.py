"""`python -m benchmarks.diagnosis`: every faulty program and its healthy twin, watched, over five seeds.

python -m benchmarks.diagnosis                      all sets, five seeds: the tables that are committed
python -m benchmarks.diagnosis --set known A01 D03a --seeds 1 --details

The sets: `known`, by those who wrote the rules; `first` and `second`, by people who had not seen the rules, opened
after examinations; `third`, kept aside from those who tune the rules.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.diagnosis.case import Case

SEEDS = 5
SETS = ("known", "first", "second", "third")
RESULTS = Path(__file__).parents[1] / "results"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the diagnosis said of one run of one program."""

    set: str
    case: str
    seed: int
    healthy: bool
    causes: tuple[str, ...]
    """Root causes in order, hints included."""
    consequences: tuple[str, ...]
    hints: tuple[str, ...]
    step: int
    """When the first finding was made."""
    steps: int
    score: float
    seconds: float
    text: str
    error: str = ""


def cases_of(name: str) -> Sequence[Case]:
    """Return the cases of a set."""
    module = importlib.import_module(f"benchmarks.diagnosis.{name}")
    cases: Sequence[Case] = getattr(module, name.upper())
    return cases


def run(set_name: str, case_id: str, seed: int, healthy: bool) -> Outcome:
    """Run one program once, watched."""
    import torch

    from pellucid.diagnosis.doctor import Doctor
    from pellucid.diagnosis.watch import watch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    case = next(case for case in cases_of(set_name) if case.id == case_id)
    doctors: list[Doctor] = []

    class Capturing(watch):
        def __enter__(self) -> Doctor:
            doctors.append(super().__enter__())
            return doctors[-1]

    began, error, score = time.perf_counter(), "", float("nan")
    try:
        score = float(case.program(seed, healthy, Capturing))
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    findings: Sequence[Any] = doctors[-1].findings if doctors else ()
    return Outcome(
        set=set_name,
        case=case_id,
        seed=seed,
        healthy=healthy,
        causes=tuple(one.cause for one in findings),
        consequences=tuple(below.cause for one in findings for below in one.consequences),
        hints=tuple(one.cause for one in findings if one.severity == "hint"),
        step=min((one.step or 0 for one in findings), default=0),
        steps=doctors[-1].evidence.steps_taken if doctors else 0,
        score=score,
        seconds=time.perf_counter() - began,
        text=str(doctors[-1]) if doctors else "",
        error=error or "; ".join(note for note in (doctors[-1].notes if doctors else ()) if "failed" in note),
    )


def main() -> None:
    """Run what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", help="cases; all where none is named")
    parser.add_argument("--set", choices=[*SETS, "all"], default="all")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--details", action="store_true", help="print every finding")
    parser.add_argument("--out", type=Path, help="write the table there too")
    chosen = parser.parse_args()
    sets = SETS if chosen.set == "all" else (chosen.set,)
    cases = {(name, case.id): case for name in sets for case in cases_of(name) if _wanted(case.id, chosen.ids)}
    jobs = [
        (name, case_id, seed, healthy)
        for (name, case_id), case in cases.items()
        for seed in range(chosen.seeds)
        for healthy in ((False, True) if case.cause else (True,))
    ]
    outcomes = []
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for future in as_completed([pool.submit(run, *job) for job in jobs]):
            outcomes.append(future.result())
            print(f"\r{len(outcomes)}/{len(jobs)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    table = "\n\n".join(table_of(name, cases, [one for one in outcomes if one.set == name]) for name in sets)
    print(table)
    if chosen.details:
        for one in sorted(outcomes, key=lambda one: (one.set, one.case, one.healthy, one.seed)):
            print(f"\n=== {one.case} seed {one.seed} {'healthy' if one.healthy else 'faulty'} score {one.score:.3f} "
                  f"{one.seconds:.1f} s, {one.steps} steps {one.error}\n{one.text}")  # fmt: skip
    if chosen.out is not None:
        chosen.out.write_text(table + "\n")


def _wanted(case_id: str, ids: Sequence[str]) -> bool:
    return not ids or any(
        case_id == wanted or (wanted.endswith("*") and case_id.startswith(wanted[:-1])) for wanted in ids
    )


def table_of(set_name: str, cases: dict[tuple[str, str], Case], outcomes: Sequence[Outcome]) -> str:
    """Return the table of one set in Markdown."""
    rows = [
        f"## {set_name}",
        "",
        "| case | cause | first | among three | twin silent | step of the verdict | said instead / on the twin |",
        "|---|---|---|---|---|---|---|",
    ]
    for (name, case_id), case in cases.items():
        if name == set_name:
            rows.append(_row(case, [one for one in outcomes if one.case == case_id]))
    return "\n".join([*rows, "", *_totals(cases, outcomes)])


def _row(case: Case, outcomes: Sequence[Outcome]) -> str:
    faulty = [one for one in outcomes if not one.healthy]
    healthy = [one for one in outcomes if one.healthy]
    first = sum(is_first(case, one) for one in faulty)
    three = sum(is_among(case, one) for one in faulty)
    silent = sum(not one.causes for one in healthy)
    wrong = sorted({one.causes[0] if one.causes else "nothing" for one in faulty if not is_first(case, one)})
    alarms = sorted({cause for one in healthy for cause in one.causes})
    errors = sorted(
        {one.error.split(":")[0] for one in outcomes if one.error and ("failed" in one.error or not one.causes)}
    )
    steps = sorted(one.step for one in faulty if is_first(case, one))
    said = "; ".join([*wrong, *(f"twin: {alarm}" for alarm in alarms), *errors])
    counts = f"{first}/{len(faulty)} | {three}/{len(faulty)}" if faulty else "– | –"
    when = str(steps[len(steps) // 2]) if steps else ""
    return f"| {case.id} | {case.cause or 'healthy'} | {counts} | {silent}/{len(healthy)} | {when} | {said} |"


def is_first(case: Case, outcome: Outcome) -> bool:
    """Return whether the right cause was named first."""
    return bool(outcome.causes) and outcome.causes[0] in (case.cause, *case.also)


def is_among(case: Case, outcome: Outcome) -> bool:
    """Return whether the right cause was among the first three, roots or consequences."""
    return bool({case.cause, *case.also} & {*outcome.causes[:3], *outcome.consequences[: 3 - len(outcome.causes[:3])]})


def _totals(cases: dict[tuple[str, str], Case], outcomes: Sequence[Outcome]) -> Iterable[str]:
    faulty = [one for one in outcomes if not one.healthy]
    healthy = [one for one in outcomes if one.healthy]
    right = sum(is_first(cases[one.set, one.case], one) for one in faulty)
    three = sum(is_among(cases[one.set, one.case], one) for one in faulty)
    alarms = sum(bool(one.causes) for one in healthy)
    hinted = sum(bool(one.hints) for one in healthy)
    if faulty:
        yield f"- right cause first: {right} of {len(faulty)} ({right / len(faulty):.1%})"
        yield f"- among the first three: {three} of {len(faulty)} ({three / len(faulty):.1%})"
    if healthy:
        yield f"- false alarms: {alarms} of {len(healthy)} healthy runs ({alarms / len(healthy):.1%}); hints on "
        f"{hinted}"
    yield f"- median seconds a run: {sorted(one.seconds for one in outcomes)[len(outcomes) // 2]:.2f}"


if __name__ == "__main__":
    main()
