"""Finding runs: by folder, by name, or the last one; and a line about each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pellucid.drawing import numbers
from pellucid.foundation.errors import RunFolderError
from pellucid.foundation.names import nearest
from pellucid.runs.folder import RunFolder

if TYPE_CHECKING:
    from pellucid.evaluation.records import Difference, Score

LAST: Final = "last"
ABSENT: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """What `pellucid runs` says about one run."""

    name: str
    status: str
    data: str
    task: str
    network: str
    score: str
    seconds: str


def find_run(run: str | Path, out: Path) -> Path:
    """Return the folder of a run given by path, by name inside `out`, or as `last`.

    Raises:
        RunFolderError: there is none; the nearest name is offered.
    """
    for path in (Path(run), out / run):
        if RunFolder(path).exists():
            return path
    folders = _folders(out)
    if str(run) == LAST and folders:
        return folders[0]
    suggestion = nearest(Path(run).name, [folder.name for folder in folders])
    advice = f"did you mean {suggestion}?" if suggestion else "`pellucid runs` lists them, --out names their folder"
    raise RunFolderError(f"pellucid expected a run folder or the name of a run in {out}, got {str(run)!r}: {advice}")


def list_runs(out: Path) -> list[RunLine]:
    """Return a line for each run in `out`, newest first; a damaged one is listed as damaged, not hidden."""
    return [_line(folder) for folder in _folders(out)]


def format_score(score: Score | None) -> str:
    """Return a score with as many digits as its interval leaves it; `–` where it does not exist."""
    if score is None or score.value is None:
        return ABSENT
    return numbers.score(score.value, share=score.percent, decimals=_decimals(score, score.value))


def format_interval(score: Score | None) -> str:
    """Return the interval of a score, with the digits of `format_score`; `–` where there is none."""
    if score is None or score.value is None or score.low is None or score.high is None:
        return ABSENT
    decimals = _decimals(score, score.value)
    low, high = (numbers.score(end, share=score.percent, decimals=decimals) for end in (score.low, score.high))
    return f"{low} … {high}"


def format_difference(score: Score, difference: Difference) -> str:
    """Return a difference of two scores with its interval, and a mark where it is more than chance."""
    decimals = numbers.decimals_for(difference.low, difference.high, difference.value)
    ends = [end for end in (difference.low, difference.high) if end is not None]
    shown = [numbers.score(value, share=score.percent, decimals=decimals) for value in (difference.value, *ends)]
    mark = "" if difference.verdict == "noise" else f" {difference.verdict}"
    return shown[0] + (f" ({shown[1]} … {shown[2]})" if len(shown) > 1 else "") + mark


def _decimals(score: Score, value: float) -> int:
    return numbers.decimals_for(score.low, score.high, value)


def _folders(out: Path) -> list[Path]:
    """Return the run folders in `out`, newest first."""
    if not out.is_dir():
        return []
    folders = [path for path in out.iterdir() if RunFolder(path).exists()]
    return sorted(folders, key=lambda path: ((path / "run.json").stat().st_mtime_ns, path.name), reverse=True)


def _line(path: Path) -> RunLine:
    """Return the line of one run."""
    folder = RunFolder(path)
    try:
        record = folder.read_record()
        reports = folder.read_scores().targets if record.status == "finished" else ()
    except RunFolderError:
        return RunLine(name=path.name, status="damaged", data="", task="", network="", score="", seconds="")
    stopped = record.trained.stopped if record.trained else ""
    return RunLine(
        name=path.name,
        status=stopped if record.status == "finished" and stopped in ("interrupted", "diverged") else record.status,
        data=record.source.name,
        task=str(record.task["kind"]) if record.task else "",
        network=record.network.family if record.network else "",
        score=", ".join(f"{report.main_score} {format_score(report.main)}" for report in reports),
        seconds=f"{sum(record.seconds.values()):.3g}",
    )
