"""What a fit says aloud, in the terminal or a notebook: data, decisions, network, scores. Rich is imported late."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pellucid.foundation.records import Column, Decision
from pellucid.runs.listing import RunLine, format_difference, format_interval, format_score
from pellucid.runs.records import NetworkRecord

if TYPE_CHECKING:
    from rich.console import Console

    from pellucid.diagnosis.diagnosis import Diagnosis
    from pellucid.diagnosis.finding import Finding
    from pellucid.evaluation.records import Evaluation, Score, TargetReport
    from pellucid.runs.comparing import RunComparison

SHOWN_COLUMNS: Final = 40  # a longer schema table scrolls what matters out of sight; the report holds all
SHOWN_SCORES: Final = 5
SHOWN_PROBLEMS: Final = 5
UNSEEN_WIDTH: Final = 140  # of output that goes to a file or a pipe, where lines need not fit a screen


class Narrator:
    """Says things; `quiet=True` says nothing, so that callers never have to ask."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet

    @property
    def console(self) -> Console:
        """Where it is said."""
        from rich.console import Console

        console = Console(quiet=self.quiet, highlight=False)
        if not console.is_terminal:
            console.width = max(console.width, UNSEEN_WIDTH)
        return console

    def say(self, text: str) -> None:
        """Say one line; the text is shown as it is, brackets included."""
        self.console.print(text, markup=False, soft_wrap=True)

    def data(self, name: str, rows: int, columns: Sequence[Column], nouns: str = "rows") -> None:
        """Show what the data are: a line for each column; `nouns` is what the examples are called."""
        console = self.console
        console.print(f"\n[bold]{_plain(name)}[/]  {rows:,} {nouns}")
        if not columns:
            return
        table = _table("column", "kind", "role", "missing", "distinct", "values")
        for column in columns[:SHOWN_COLUMNS]:
            style = "dim" if column.role == "unused" else "bold" if column.role == "target" else ""
            missing = f"{column.missing / max(rows, 1):.1%}" if column.missing else ""
            cells = (column.name, column.kind, column.role, missing, f"{column.distinct:,}", column.summary)
            table.add_row(*map(_plain, cells), style=style)
        console.print(table)
        if len(columns) > SHOWN_COLUMNS:
            console.print(f"[dim]… and {len(columns) - SHOWN_COLUMNS} more columns: see the report[/]")

    def decisions(self, decisions: Sequence[Decision]) -> None:
        """Say what was decided and why; what to look at comes first."""
        for decision in sorted(decisions, key=lambda decision: not decision.warning):
            mark = "[yellow]![/]" if decision.warning else "[green]·[/]"
            overrule = f" [dim]({_plain(decision.overrule)})[/]" if decision.overrule else ""
            self.console.print(
                f"{mark} [bold]{_plain(decision.topic)}[/]: {_plain(decision.choice)}, "
                f"because {_plain(decision.reason)}{overrule}"
            )

    def problems(self, sentences: Sequence[str], rest: str) -> None:
        """Name the first rows that cannot be read; `rest` says where the others are."""
        for sentence in sentences[:SHOWN_PROBLEMS]:
            self.say(f"! {sentence}")
        if len(sentences) > SHOWN_PROBLEMS:
            self.say(f"! … and {len(sentences) - SHOWN_PROBLEMS} more: {rest}")

    def network(self, network: NetworkRecord) -> None:
        """Say which network is trained."""
        self.console.print(f"\n[bold]{_plain(network.title)}[/]  {network.parameters:,} parameters")

    def diagnosis(self, diagnosis: Diagnosis, said: Sequence[Finding] = ()) -> None:
        """Say what came out of the diagnosis; findings that were said before training are not said again."""
        self.console.print(f"\n[bold]diagnosis[/]: {_plain(diagnosis.sentence)}")
        known = {finding.cause for finding in said}
        self.findings([finding for finding in diagnosis.findings if finding.cause not in known])

    def findings(self, findings: Sequence[Finding]) -> None:
        """Say what is wrong, why, and what to do; root causes first."""
        console = self.console
        for finding in findings:
            mark = {"error": "[red]✗[/]", "warning": "[yellow]![/]", "hint": "[blue]·[/]"}[finding.severity]
            console.print(f"\n{mark} [bold]{_plain(finding.title)}[/]: {_plain(finding.measured)}")
            lines = [("why", finding.reason), ("do", finding.flag or finding.remedy), ("tried", finding.proof)]
            lines += [("so", f"{one.title}: {one.measured}") for one in finding.consequences]
            lines += [("see", ", ".join(f"pellucid {name}" for name in finding.see))]
            table = _table("", "")
            table.show_header, table.box = False, None
            for name, text in lines:
                if text:
                    table.add_row(f"    [dim]{name}[/]", _plain(text))
            console.print(table)

    def scores(self, evaluation: Evaluation) -> None:
        """Show the network beside the baselines, for each target."""
        for report in evaluation.targets:
            self._target(report, evaluation)

    def _target(self, report: TargetReport, evaluation: Evaluation) -> None:
        """Show one target's table and its sentence."""
        main, *others = _shown_scores(report)
        headings = (main.title, f"{evaluation.confidence:.0%} interval", *(score.title for score in others))
        table = _table(f"{evaluation.part}, {report.rows:,} examples", *headings, right_from=1)
        for contender in report.contenders:
            own = contender.score(main.name)
            cells = [format_score(own), format_interval(own)]
            cells += [format_score(contender.score(score.name)) for score in others]
            note = f"  [dim]{_plain(contender.note)}[/]" if contender.note and not contender.scores else ""
            style = "bold" if contender.kind == "network" else ""
            table.add_row(_plain(contender.name) + note, *cells, style=style)
        self.console.print()
        if len(evaluation.targets) > 1:
            self.console.print(f"[bold]{_plain(report.target)}[/]: {report.title}")
        self.console.print(table)
        self.console.print(report.sentence, markup=False)

    def saved(self, folder: Path, *, report: bool) -> None:
        """Say where everything is and what can be done next."""
        lines = [f"\nrun      {folder}"]
        if report:
            lines.append(f"report   {folder / 'report.html'}")
        lines.append(f"predict  pellucid predict {folder} NEW_DATA")
        self.say("\n".join(lines))

    def runs(self, lines: Sequence[RunLine], folder: Path) -> None:
        """List runs."""
        if not lines:
            self.say(f"no runs in {folder}: `pellucid fit SOURCE` makes one, --out names another folder")
            return
        table = _table("run", "status", "data", "task", "network", "score", "seconds")
        for column in table.columns:
            column.no_wrap = True
        for line in lines:
            cells = (line.name, line.status, line.data, line.task, line.network, line.score, line.seconds)
            table.add_row(*map(_plain, cells))
        self.console.print(table)

    def comparison(self, comparison: RunComparison) -> None:
        """Show two runs side by side: what differs, the scores, and a sentence for each target."""
        scores = comparison.scores
        table = _table("set or chosen differently", scores.first, scores.second)
        for row in comparison.settings:
            table.add_row(*map(_plain, row))
        self.console.print(table)
        for target in scores.targets:
            table = _table(target.target, scores.first, scores.second, "difference", right_from=1)
            for pair in target.pairs:
                difference = "" if pair.difference is None else format_difference(pair.first, pair.difference)
                table.add_row(pair.first.title, format_score(pair.first), format_score(pair.second), difference)
            self.console.print(table)
            self.say(target.sentence)
        for note in scores.notes:
            self.say(note)


def _shown_scores(report: TargetReport) -> list[Score]:
    """Return the main score and the next few, in the network's order."""
    scores = sorted(report.network.scores, key=lambda score: score.name != report.main_score)
    return scores[:SHOWN_SCORES]


def _table(*headings: str, right_from: int = 99) -> Any:
    """Return an empty table in the one style that all tables share."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, 1))
    for place, heading in enumerate(headings):
        table.add_column(_plain(heading), justify="right" if place >= right_from else "left")
    return table


def _plain(text: Any) -> str:
    """Return text from the data with Rich's markup switched off."""
    from rich.markup import escape

    return escape(str(text))
