"""`python -m benchmarks.resume`: kill fits with SIGKILL at random moments, resume them, and compare every bit.

Each scenario is fitted once undisturbed. Then it is started again and again, killed after a random part of that time
(some are killed a second time while they are being resumed), and finished with `pellucid resume`. Weights, history and
scores must be bit-equal to the undisturbed run; only times may differ.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

PELLUCID: Final = (sys.executable, "-c", "from pellucid.surfaces.command_line import main; main()")
SCENARIOS: Final = {
    "table": (
        "fit", "breast-cancer", "--network", "dense(dropout=0.2)", "--schedule", "one-cycle", "--patience", "40",
        "--epochs", "150", "--batch-size", "8", "--optimizer", "adamw",
    ),
    "pictures": (
        "fit", "digits", "--network", "separable(dropout=0.2)", "--schedule", "one-cycle", "--patience", "6",
        "--epochs", "16", "--batch-size", "32",
    ),
}  # fmt: skip
COMMON: Final = ("--checkpoint-seconds", "0.2", "--bootstrap", "200", "--no-report", "--quiet", "--threads", "1")
TIMES: Final = ("seconds",)  # what may differ, at any depth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30, help="over all scenarios")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--to", type=Path, help="a Markdown file for the result")
    options = parser.parse_args()
    moments = random.Random(options.seed)
    lines = ["| scenario | killed after | undisturbed | then | bit-equal |", "|---|---|---|---|---|"]
    equal = done = 0
    with tempfile.TemporaryDirectory() as place:
        for name, command in SCENARIOS.items():
            whole, seconds = undisturbed(name, command, Path(place))
            for number in range(options.kills // len(SCENARIOS)):
                row, same = one(f"{name}-{number}", command, Path(place), whole, seconds, moments)
                lines.append(f"| {name} | {row} | {'yes' if same else '**no**'} |")
                print(lines[-1], flush=True)
                equal, done = equal + same, done + 1
    lines.append(f"\n{equal} of {done} bit-equal in weights, history and scores.")
    print(lines[-1])
    if options.to:
        options.to.write_text("\n".join(["# Killed and resumed", "", (__doc__ or "").split("\n\n", 1)[1], *lines, ""]))
    sys.exit(equal != done)


def undisturbed(name: str, command: tuple[str, ...], place: Path) -> tuple[dict[str, Any], float]:
    """Return what an undisturbed run leaves, and how long it took."""
    started = time.perf_counter()
    subprocess.run([*PELLUCID, *command, *COMMON, "--out", str(place), "--name", name], check=True)
    return contents(place / name), time.perf_counter() - started


def one(
    name: str, command: tuple[str, ...], place: Path, whole: dict[str, Any], seconds: float, moments: random.Random
) -> tuple[str, bool]:
    """Kill one run at a random moment, or at two, finish it, and compare."""
    fit = [*PELLUCID, *command, *COMMON, "--out", str(place), "--name", name]
    resume = [*PELLUCID, "resume", str(place / name)]
    delays = [moments.uniform(1.0, 0.9 * seconds) for _ in range(moments.choice((1, 1, 2)))]
    how = []
    for delay in delays:
        run = resume if (place / name / "run.json").exists() else fit
        process = subprocess.Popen(run, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        how.append(stage(place / name) if process.poll() is None else "had finished")
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = resume if (place / name / "run.json").exists() else fit
    subprocess.run(last, check=True, stdout=subprocess.DEVNULL)
    shown = " and ".join(f"{delay:.1f} s" for delay in delays)
    return f"{shown} | {seconds:.1f} s | {', '.join(how)}", contents(place / name) == whole


def stage(folder: Path) -> str:
    """Say how far a run has come."""
    if not (folder / "run.json").exists():
        return "before the folder"
    if not any((folder / "checkpoints").glob("*")):
        return "before the first checkpoint"
    status = json.loads((folder / "run.json").read_bytes())["status"]
    return {"started": "training", "trained": "judging", "finished": "finished"}[status]


def contents(folder: Path) -> dict[str, Any]:
    """Return everything of a run that must be equal: weights as bytes, history and scores without their times."""
    return {
        "weights": (folder / "network.safetensors").read_bytes(),
        "history": [timeless(json.loads(line)) for line in (folder / "history.jsonl").read_text().splitlines()],
        "scores": timeless(json.loads((folder / "scores.json").read_bytes())),
    }


def timeless(record: Any) -> Any:
    """Return JSON without the times in it."""
    if isinstance(record, dict):
        return {name: timeless(value) for name, value in record.items() if name not in TIMES}
    return [timeless(value) for value in record] if isinstance(record, list) else record


if __name__ == "__main__":
    main()
