"""The commands. Each imports what it needs when it runs: `pellucid --help` must not wait for torch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from pellucid.surfaces.command_line.looking_up import concept, experiment
from pellucid.surfaces.command_line.mistakes import Commands
from pellucid.surfaces.command_line.options import given_options, with_fit_options

application: Final = typer.Typer(
    name="pellucid",
    help="Give it data. It builds the network that fits, trains it, says how good it is, and opens up.",
    cls=Commands,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunPath = Annotated[str, typer.Argument(help="run folder, its name, or `last`", metavar="RUN")]
RunsFolder = Annotated[str, typer.Option("--out", help="folder that holds the run folders")]
Labels = Annotated[str | None, typer.Option("--labels", help="the table of labels of a folder of pictures")]
SkipBadRows = Annotated[bool, typer.Option("--skip-bad-rows", help="leave out rows and pictures that cannot be read")]


@application.command()
@with_fit_options
def fit(source: str, **options: Any) -> None:
    """Read SOURCE, choose task and network, train, judge, and write a run folder with a report."""
    from pellucid.workbench.fit import fit as fit_source

    fit_source(source, **given_options(options))


@application.command()
def resume(
    run: RunPath,
    out: RunsFolder = "runs",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say nothing while running")] = False,
) -> None:
    """Go on with a run that was stopped or killed, bit for bit as if it had not been."""
    from pellucid.runs.listing import find_run
    from pellucid.workbench.fit import resume as resume_run

    resume_run(find_run(run, Path(out)), quiet=quiet)


@application.command()
def predict(
    run: RunPath,
    source: Annotated[str, typer.Argument(help="file or folder with the same features")],
    to: Annotated[
        str | None, typer.Option("--to", help="CSV or Parquet file to write [SOURCE-predictions.csv, in this folder]")
    ] = None,
    labels: Labels = None,
    skip_bad_rows: SkipBadRows = False,
    out: RunsFolder = "runs",
) -> None:
    """Predict for new data; rows that cannot be read are named and kept."""
    from pellucid.runs.listing import find_run
    from pellucid.workbench.predicting import predict_to_file

    place = find_run(run, Path(out))
    predict_to_file(place, source, None if to is None else Path(to), labels=labels, skip_bad_rows=skip_bad_rows)


@application.command()
def evaluate(
    run: RunPath,
    source: Annotated[str, typer.Argument(help="file or folder with the same features and the targets")],
    labels: Labels = None,
    skip_bad_rows: SkipBadRows = False,
    out: RunsFolder = "runs",
) -> None:
    """Judge a trained network on new data whose answers are known."""
    from pellucid.runs.listing import find_run
    from pellucid.workbench.judging import evaluate as evaluate_run
    from pellucid.workbench.narrator import Narrator
    from pellucid.workbench.run import load

    narrator = Narrator()
    trained = load(find_run(run, Path(out)))
    narrator.scores(evaluate_run(trained, source, narrator, labels=labels, skip_bad_rows=skip_bad_rows))


@application.command()
def report(
    run: RunPath,
    open_it: Annotated[bool, typer.Option("--open", help="open it in the browser")] = False,
    out: RunsFolder = "runs",
) -> None:
    """Write the report of a run again, and say where it is."""
    from pellucid.report.write import write_report
    from pellucid.runs.folder import RunFolder
    from pellucid.runs.listing import find_run

    path = write_report(RunFolder(find_run(run, Path(out))))
    typer.echo(str(path))
    if open_it:
        typer.launch(str(path))


@application.command()
def runs(out: RunsFolder = "runs") -> None:
    """List the runs, newest first."""
    from pellucid.runs.listing import list_runs
    from pellucid.workbench.narrator import Narrator

    Narrator().runs(list_runs(Path(out)), Path(out))


@application.command()
def compare(
    first: RunPath,
    second: Annotated[str, typer.Argument(help="the other run", metavar="RUN")],
    out: RunsFolder = "runs",
) -> None:
    """Put two runs side by side: what was set differently, and which is better by more than chance."""
    from pellucid.runs.comparing import compare as compare_runs
    from pellucid.runs.listing import find_run
    from pellucid.workbench.narrator import Narrator

    Narrator().comparison(compare_runs(find_run(first, Path(out)), find_run(second, Path(out))))


@application.command()
@with_fit_options
def check(source: str, **options: Any) -> None:
    """Look for what is wrong before any training: data, labels, parts, network and loss. Writes nothing."""
    from pellucid.workbench.checking import check as check_source

    _exit(1 if check_source(source, **given_options(options)) else 0)


@application.command()
def diagnose(run: RunPath, out: RunsFolder = "runs") -> None:
    """Say what was wrong with a training, why, and what to do."""
    from pellucid.runs.listing import find_run
    from pellucid.workbench.checking import diagnose as diagnose_run

    diagnose_run(find_run(run, Path(out)))


application.command()(concept)
application.command()(experiment)


def _exit(code: int) -> None:
    """End with an exit code, for programs that ask."""
    raise typer.Exit(code)


@application.callback(invoke_without_command=True)
def _version(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="say the version and stop")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"pellucid {installed('pellucid')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), nl=False)
