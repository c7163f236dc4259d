"""The table of a run: on the screen, as Markdown, and as JSON with the commit and the whole configuration."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import torch

RESULTS = Path(__file__).parent.parent / "results"
TIE = 1.3  # machines drift: a ratio nearer to 1 than this is a tie


@dataclass(frozen=True)
class Row:
    """One workload's medians."""

    name: str
    title: str
    epochs: int
    examples: int
    seconds: dict[str, float]
    losses: dict[str, float]
    required: float

    @property
    def ratio(self) -> float:
        """How many times as fast as the idiomatic loop Pellucid is."""
        return self.seconds["idiomatic"] / self.seconds["pellucid"]

    @property
    def against_tuned(self) -> float:
        """How many times as fast as the tuned loop Pellucid is."""
        return self.seconds["tuned"] / self.seconds["pellucid"]

    def line(self) -> str:
        """Return the row in Markdown."""
        cells = [self.name, self.title, *(f"{self.seconds[name]:.3g}" for name in ("pellucid", "idiomatic", "tuned"))]
        verdict = "yes" if self.ratio >= self.required else "no"
        cells += [f"{self.ratio:.2f}", f"{self.required:g}", verdict, f"{self.against_tuned:.2f}"]
        return "| " + " | ".join(cells) + " |"


HEAD = (
    "| | workload | pellucid, s | idiomatic, s | tuned, s "
    "| idiomatic / pellucid | required | reached | tuned / pellucid |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def row_of(name: str, title: str, epochs: int, examples: int, required: float, runs: dict[str, list[Any]]) -> Row:
    """Return the medians of the runs."""
    seconds = {contestant: median(run.seconds for run in outcomes) for contestant, outcomes in runs.items()}
    losses = {contestant: outcomes[-1].loss for contestant, outcomes in runs.items()}
    return Row(name, title, epochs, examples, seconds, losses, required)


def write(rows: list[Row], configuration: dict[str, Any]) -> list[Path]:
    """Write the run as JSON and Markdown, named by what, machine and date; return the paths."""
    about = {
        "date": date.today().isoformat(),
        "commit": _commit(),
        "machine": _machine(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "configuration": configuration,
    }
    machine = re.sub(r"[^A-Za-z0-9]+", "-", _machine()).strip("-").lower()
    stem = f"speed_{machine}_{about['date']}"
    RESULTS.mkdir(exist_ok=True)
    as_json, as_markdown = RESULTS / f"{stem}.json", RESULTS / f"{stem}.md"
    records = [{**asdict(row), "ratio": row.ratio, "against_tuned": row.against_tuned} for row in rows]
    as_json.write_text(json.dumps({**about, "rows": records}, indent=2) + "\n")
    lines = [f"- {name}: {value}" for name, value in about.items()]
    lines += ["", "Medians of one interleaved run; ratios below 1.3 are ties.", "", HEAD, *(row.line() for row in rows)]
    as_markdown.write_text("\n".join(["# Speed of training", "", *lines]) + "\n")
    return [as_json, as_markdown]


def _commit() -> str:
    finished = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return finished.stdout.strip() or "unknown"


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text())
        model = found[1] if found else model
    return f"{model} {torch.get_num_threads()} threads"
