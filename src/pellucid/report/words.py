"""The sentences of the report that depend on the run: plain functions from records to text, placed by the templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pellucid.drawing.numbers import decimals_for, duration, number, percent, score, whole

if TYPE_CHECKING:
    from pellucid.evaluation.records import TargetReport, ThresholdChoice
    from pellucid.report.view import ReportView
    from pellucid.runs.records import RunRecord

PARTS: Final = {"train": "to learn from", "validation": "to choose by", "test": "to judge by"}
MOST_IN_TITLE: Final = 3
STOPPED: Final = {
    "finished": "all the epochs that were planned",
    "patience": "stopped early, since nothing improved on the validation part any more",
    "converged": "stopped at the minimum of the loss, where more steps change nothing",
    "interrupted": "interrupted by hand",
    "diverged": "broken off, since the loss was no longer a number",
}


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def capital(text: str) -> str:
    """Return text with its first letter large and the others as they are.

    Example:
        >>> capital("ROC AUC"), capital("accuracy")
        ('ROC AUC', 'Accuracy')
    """
    return text[:1].upper() + text[1:]


def stopped(text: str) -> str:
    """Return text as a sentence that ends.

    Example:
        >>> stopped("did not converge"), stopped("Why?")
        ('did not converge.', 'Why?')
    """
    return text if text.endswith((".", "!", "?")) else text + "."


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Example:
        >>> plural(1, "row"), plural(2000, "row"), plural(2, "class", "classes")
        ('1 row', '2,000 rows', '2 classes')
    """
    return f"{whole(count)} {one if count == 1 else many or one + 's'}"


def targets(run: RunRecord) -> list[str]:
    """Return the names of the targets."""
    named = [column.name for column in run.columns if column.role == "target"]
    return named or list(run.settings.run.target)


def title(run: RunRecord) -> str:
    """Return the targets as they stand in the title: the first few, and how many more."""
    names = targets(run) or [run.source.name]
    more = len(names) - MOST_IN_TITLE
    return listed([*names[:MOST_IN_TITLE], plural(more, "more", "more")] if more > 0 else names)


def forecasts(run: RunRecord) -> bool:
    """Say whether the next values of a series are predicted."""
    return run.task is not None and run.task["kind"] == "forecast"


def unit(run: RunRecord) -> str:
    """Return what one example of the data is called."""
    if forecasts(run):
        return "forecast"
    from pellucid.data.modalities.catalogue import BY_KIND

    return BY_KIND[run.source.kind].noun


def units(run: RunRecord) -> str:
    """Return what several examples of the data are called."""
    if forecasts(run):
        return "forecasts"
    from pellucid.data.modalities.catalogue import BY_KIND

    return BY_KIND[run.source.kind].nouns


def data(run: RunRecord) -> str:
    """Say what the data are and what is learnt from."""
    source, predicted = run.source, targets(run)
    if forecasts(run) and run.spec:
        ahead, back = plural(run.spec.future[1], "step"), plural(run.spec.shape[1], "step")
        return (
            f"{source.name} holds {plural(source.rows, 'step')}. From {back} at a time the network forecasts the next "
            f"{ahead} of {listed(predicted)}."
        )
    if source.kind not in ("table", "mixed"):
        size = f", given to the network as {_shape(run)}" if run.spec and run.spec.shape else ""
        examples = plural(source.rows, unit(run), units(run))
        return f"{source.name} holds {examples}{size}; predicted is {listed(predicted)}."
    features = sum(column.role == "feature" for column in run.columns)
    aside = sum(column.role == "unused" for column in run.columns)
    rest = f"; {plural(aside, 'column is', 'columns are')} set aside" if aside else ""
    return (
        f"{source.name} holds {plural(source.rows, unit(run))} and {plural(len(run.columns), 'column')}. "
        f"From {plural(features, 'column')} the network predicts {listed(predicted)}{rest}."
    )


def _shape(run: RunRecord) -> str:
    """Say the size of what the network is given of one example."""
    spec = run.spec
    if spec is None:
        return ""
    if spec.kind == "text":
        return f"up to {plural(spec.shape[0], 'token')} out of a vocabulary of {whole(spec.vocabulary)}"
    channels, *sizes = spec.shape
    if spec.kind in ("sound", "series"):
        time = f" at {whole(spec.rate)} a second" if spec.rate else ""
        what = ("sample", None) if spec.kind == "sound" else ("step", None)
        return f"{plural(sizes[0], *what)}{time} of {plural(channels, 'channel')}"
    frames = f"{plural(sizes.pop(0), 'frame')} of " if spec.kind == "video" else ""
    unit_of_sizes = "voxels" if spec.kind == "volume" else "pixels"
    shades = {1: "grey", 3: "colour"}.get(channels, f"{channels} channels")
    return f"{frames}{' × '.join(map(str, sizes))} {unit_of_sizes} in {shades}"


def parts(run: RunRecord) -> str:
    """Say how the examples are divided, and what for."""
    one = unit(run)
    given = {name: rows for name, rows in run.parts.items() if rows}
    said = []
    if "train" in given:
        said.append(f"The network learns from {plural(given['train'], one, units(run))}.")
    if "validation" in given:
        said.append(f"{capital(whole(given['validation']))} more watch over it, and it never learns from them.")
    else:
        said.append(f"No {units(run)} are kept for validation, so the weights of the last epoch count.")
    if "test" in given:
        said.append(
            f"The scores below come from {plural(given['test'], one, units(run))} that it meets only at the very end."
        )
    return " ".join(said)


def varied(run: RunRecord) -> str:
    """Explain the grid of varied examples."""
    middle = {"video": "; shown is the frame in the middle", "volume": "; shown is the slice in the middle"}
    return (
        f"Each time the network sees a training {unit(run)}, it is varied anew, so that it learns what stays the same. "
        f"Every row begins with a {unit(run)} as it is; the others are versions of it"
        f"{middle.get(run.source.kind, '')}. Validation and test {units(run)} are never varied."
    )


def network(run: RunRecord) -> str:
    """Say which network was built."""
    if run.network is None:
        return ""
    layers = plural(len(run.network.layers), "layer")
    return f"{capital(run.network.title)}: {layers} with {plural(run.network.parameters, 'parameter')} to learn."


def training(view: ReportView) -> str:
    """Say how long training went on, why it ended, and which weights were kept."""
    trained, seconds = view.run.trained, view.run.seconds.get("train")
    if trained is None:
        return f"Training has not ended; {plural(len(view.history), 'epoch')} are recorded so far."
    time = f" in {duration(seconds)}" if seconds is not None else ""
    validated = bool(view.run.parts.get("validation"))
    last = view.run.resolved is not None and view.run.resolved.select == "last"
    if trained.best_epoch == 0:
        kept = "No epoch was better than the start, so the weights are those from before training."
    elif validated and not last:
        kept = f"It did best on the validation part after epoch {trained.best_epoch}; those weights were kept."
    elif validated:
        kept = f"The last weights were kept: those of epoch {trained.best_epoch}."
    else:
        kept = "Without a validation part there is no best epoch to go back to: the last weights were kept."
    rates = {epoch.rate for epoch in view.history}
    if len(rates) == 1:
        kept += f" The learning rate was {number(rates.pop())} throughout."
    if len(view.history) == 1:
        kept += f" The training loss was {number(view.history[0].train_loss)}."
    ended = STOPPED.get(trained.stopped, trained.stopped)
    return f"{capital(plural(trained.epochs, 'epoch'))}{time}: {ended}. {kept}"


def judged(view: ReportView) -> str:
    """Say on what the network was judged; empty when it was not."""
    evaluation, many = view.evaluation, units(view.run)
    if evaluation is None:
        return ""
    part = {"test": f"test {many}, which it never saw", "validation": f"validation {many}", "train": f"training {many}"}
    where = part.get(evaluation.part, f"{many} of {evaluation.part}")
    caution = {
        "validation": " The training was watched by them too, so these scores may be a little too good.",
        "train": " It has learnt from these very examples, so the scores say how well it remembers, not predicts.",
    }
    return f"Judged on {whole(evaluation.rows)} {where}.{caution.get(evaluation.part, '')}"


def intervals(view: ReportView) -> str:
    """Explain the intervals, once; empty when there are none."""
    evaluation, many = view.evaluation, units(view.run)
    if evaluation is None or not evaluation.bootstrap:
        return ""
    return (
        f"How to read the intervals: other {many} of the same kind would have given somewhat different scores. "
        f"To see how different, the {many} were drawn anew {whole(evaluation.bootstrap)} times from those at hand "
        f"(the bootstrap), and each time the scores were computed again. An interval holds the middle "
        f"{percent(evaluation.confidence, 0)} of what came out: the wider it is, the less the score should be trusted."
    )


def notices(view: ReportView) -> list[str]:
    """Return what a reader must know before trusting the scores: how the run ended, and what is missing."""
    said, trained, evaluation = [], view.run.trained, view.evaluation
    if trained is not None and trained.stopped == "interrupted":
        said.append(
            f"Training was interrupted after {plural(trained.epochs, 'epoch')}; the network may not be at its best. "
            f"`pellucid resume {view.run.name}` goes on from there."
        )
    if trained is not None and trained.stopped == "diverged":
        said.append(
            f"Training diverged after {plural(trained.epochs, 'epoch')}: the loss was no longer a number. "
            "A smaller --learning-rate or --clip-norm 1 helps most often."
        )
    if evaluation is None:
        said.append(f"This run is not finished: it has no scores yet. `pellucid resume {view.run.name}` goes on.")
    elif any(len(report.contenders) == 1 for report in evaluation.targets):
        said.append("No baselines were judged beside the network, so nobody knows whether a simple model does as well.")
    return said


def mistakes(run: RunRecord, report: TargetReport) -> str:
    """Say how the mistakes were chosen."""
    if report.mistakes and report.mistakes[0].confidence is None:
        return f"The {units(run)} on which the network is furthest off, worst first. Some may be mistakes of the data."
    return f"The {units(run)} on which the network was sure and wrong, worst first. Some may be mistakes of the data."


def rule(choice: ThresholdChoice) -> str:
    """Return the short name of a rule, the same that the figure uses."""
    from pellucid.pictures.thresholds import RULES

    return capital(RULES[choice.rule])


def value(found: str | float) -> str:
    """Return a true or predicted value."""
    return found if isinstance(found, str) else number(found, 4)


def reproduce(run: RunRecord) -> str:
    """Say what gives the same run again."""
    handed = "" if run.source.location else f" `data` stands for what was handed over in Python: {run.source.name}."
    return f"The same seed on the same machine gives the same network, digit by digit.{handed}"


def headline_score(report: TargetReport) -> tuple[str, str, str] | None:
    """Return title, value and interval of the network's main score; None where it does not exist."""
    main = report.main
    if main is None or main.value is None:
        return None
    decimals = decimals_for(main.low, main.high, main.value)
    shown = score(main.value, share=main.percent, decimals=decimals)
    return capital(main.title), shown, _interval(main.low, main.high, main.percent, decimals)


def _interval(low: float | None, high: float | None, share: bool, decimals: int) -> str:
    if low is None or high is None:
        return ""
    return f"{score(low, share=share, decimals=decimals)} to {score(high, share=share, decimals=decimals)}"
