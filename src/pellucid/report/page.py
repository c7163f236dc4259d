"""What stands on the page, in order: the records of a run put into the form in which the templates show them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from pellucid.drawing.numbers import duration, number, whole
from pellucid.foundation.records import Column, Decision
from pellucid.report import drawings, reproduce, words
from pellucid.report.drawings import Drawing
from pellucid.report.thumbnails import LARGEST_SIDE_PX, thumbnail
from pellucid.report.view import ReportView
from pellucid.report.weighing import ColouredTexts, coloured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pellucid.concepts.losses.loss import Loss
    from pellucid.evaluation.records import TargetReport
    from pellucid.runs.records import RunRecord

MOST_COLUMNS: Final = 40
MOST_LAYERS: Final = 24
MOST_CLASSES: Final = 30
MOST_FEATURES: Final = 12
WIDE_SIDE_PX: Final = 640  # of strips: frames or slices side by side
STRIP: Final = 2  # times as wide as high: then it needs the room of several pictures
SMALL_SIDE_PX: Final = 96  # of varied pictures, of which there are many
ROLES: Final = ("target", "exposure", "group", "time", "feature", "unused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entry of the navigation."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One large number at the top."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the rows."""

    name: str
    purpose: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A list of names and values."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """What the last layer and the loss of one task are."""

    targets: str
    title: str
    last_layer: str
    loss: Loss
    dispersion: float | None
    """Of negative binomial counts, learnt beside the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPart:
    """Everything about one target."""

    id: str
    report: TargetReport
    comparison: Drawing | None
    drawings: tuple[Drawing, ...]
    features: tuple[str, ...]
    """Columns that the table of mistakes shows."""
    features_left_out: int
    thumbnails: Mapping[int, str]
    wide: bool
    """Whether what is shown is a strip: frames or slices side by side."""
    texts: ColouredTexts | None
    """Texts with coloured words, in place of the table of mistakes."""

    @property
    def sure(self) -> bool:
        """Whether the mistakes come with a confidence."""
        return any(mistake.confidence is not None for mistake in self.report.mistakes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page; `most_…` say how much of a long list is shown at once."""

    sections: tuple[Section, ...]
    title: str
    kicker: str
    facts: tuple[Fact, ...]
    notices: tuple[str, ...]
    warnings: tuple[Decision, ...]
    decisions: tuple[Decision, ...]
    columns: tuple[Column, ...]
    rows: int
    parts: tuple[Part, ...]
    tasks: tuple[TaskFacts, ...]
    varied: tuple[tuple[str, ...], ...]
    """Some training examples, each beside varied versions of it."""
    training: tuple[Drawing, ...]
    targets: tuple[TargetPart, ...]
    command: str | None
    call: str
    groups: tuple[Group, ...]
    most_columns: int = MOST_COLUMNS
    most_layers: int = MOST_LAYERS
    most_classes: int = MOST_CLASSES


def page_of(view: ReportView) -> Page:
    """Return the page of a run."""
    run = view.run
    targets = tuple(_target(view, report, place) for place, report in enumerate(_reports(view)))
    return Page(
        sections=_sections(view, targets),
        title=words.title(run),
        kicker=f"{run.source.name} · {run.name} · {run.created[:16].replace('T', ', ')}",
        facts=tuple(_facts(view)),
        notices=tuple(words.notices(view)),
        warnings=tuple(decision for decision in run.decisions if decision.warning),
        decisions=tuple(sorted(run.decisions, key=lambda decision: not decision.warning)),
        columns=tuple(sorted(run.columns, key=lambda column: ROLES.index(column.role))),
        rows=max(run.source.rows, 1),
        parts=tuple(Part(name=n, purpose=words.PARTS[n], rows=run.parts[n]) for n in words.PARTS if run.parts.get(n)),
        tasks=_tasks(run),
        varied=_varied(view),
        training=drawings.of_training(view),
        targets=targets,
        command=reproduce.command(run),
        call=reproduce.call(run),
        groups=tuple(group for group in _groups(run) if group.pairs),
    )


def _varied(view: ReportView) -> tuple[tuple[str, ...], ...]:
    """Return small pictures of training examples and of varied versions of them."""
    if view.varied is None:
        return ()
    return tuple(tuple(thumbnail(picture, SMALL_SIDE_PX) for picture in row) for row in view.varied)


def _reports(view: ReportView) -> tuple[TargetReport, ...]:
    return view.evaluation.targets if view.evaluation else ()


def _sections(view: ReportView, targets: tuple[TargetPart, ...]) -> tuple[Section, ...]:
    several = len(targets) > 1
    named = [
        ("data", "The data", True),
        ("decisions", "What was decided", bool(view.run.decisions)),
        ("network", "The network", view.run.network is not None),
        ("training", "How training went", bool(view.history)),
        ("diagnosis", "What is wrong", view.diagnosis is not None),
        ("results", "How good it is", bool(targets)),
        *((part.id, part.report.target, several) for part in targets),
        *(
            (f"{part.id}-mistakes", "The worst mistakes", not several and bool(part.report.mistakes))
            for part in targets
        ),
        ("reproduce", "To do it again", True),
    ]
    return tuple(Section(id=identity, title=title) for identity, title, shown in named if shown)


def _facts(view: ReportView) -> list[Fact]:
    """Return the few numbers that stand at the top."""
    run, facts = view.run, []
    for report in _reports(view)[:1] if len(_reports(view)) == 1 else ():
        found = words.headline_score(report)
        if found:
            facts.append(Fact(name=found[0], value=found[1], note=found[2]))
    examples = "steps" if words.forecasts(run) else words.units(run)
    facts.append(Fact(name=words.capital(examples), value=whole(run.source.rows)))
    if run.network:
        facts.append(Fact(name="Parameters", value=whole(run.network.parameters)))
    if run.trained:
        facts.append(Fact(name="Epochs", value=whole(run.trained.epochs), note=f"best: {run.trained.best_epoch}"))
    if run.seconds:
        facts.append(Fact(name="Time, all in all", value=duration(sum(run.seconds.values()))))
    return facts


def _tasks(run: RunRecord) -> tuple[TaskFacts, ...]:
    if run.task is None:
        return ()
    from pellucid.concepts.losses.catalogue import loss_called
    from pellucid.tasks.catalogue import task_from_json
    from pellucid.tasks.negative_binomial import NegativeBinomial

    return tuple(
        TaskFacts(
            targets=words.listed(part.targets),
            title=part.title,
            last_layer=part.last_layer,
            loss=loss_called(part.loss),
            dispersion=part.dispersion if isinstance(part, NegativeBinomial) else None,
        )
        for part in task_from_json(run.task).parts
    )


def _target(view: ReportView, report: TargetReport, place: int) -> TargetPart:
    identity = f"target-{place}"
    names = tuple(dict.fromkeys(name for mistake in report.mistakes for name in mistake.features))
    shown = {mistake.row for mistake in report.mistakes}
    pictures = {row: picture for row, picture in view.pictures.items() if row in shown}
    wide = any(picture.shape[-1] >= STRIP * picture.shape[-2] for picture in pictures.values())
    side = WIDE_SIDE_PX if wide else LARGEST_SIDE_PX
    return TargetPart(
        id=identity,
        report=report,
        comparison=drawings.comparison(report, identity),
        drawings=drawings.of_target(report, identity),
        features=names[:MOST_FEATURES],
        features_left_out=len(names[MOST_FEATURES:]),
        thumbnails={row: thumbnail(picture, side) for row, picture in pictures.items()},
        wide=wide,
        texts=next((coloured(one) for one in view.words if one.target == report.target), None),
    )


def _groups(run: RunRecord) -> list[Group]:
    """Return the small print: settings as they were resolved, versions, machine, times."""
    resolved = run.resolved
    options = [(f.name, getattr(resolved, f.name)) for f in fields(resolved)] if resolved else []
    times = [(stage, duration(seconds)) for stage, seconds in run.seconds.items()]
    return [
        Group(title="Training settings, as used", pairs=_pairs(options)),
        Group(title="Data", pairs=_pairs([("source", run.source.location), ("fingerprint", run.source.fingerprint)])),
        Group(title="Versions", pairs=_pairs(run.versions.items())),
        Group(title="Machine", pairs=_pairs([*run.machine.items(), ("seed", run.settings.run.seed)])),
        Group(title="Time", pairs=_pairs(times)),
    ]


def _pairs(items: Any) -> tuple[tuple[str, str], ...]:
    """Return names and values as text; what is not set is left out."""
    return tuple((name.replace("_", " "), _text(value)) for name, value in items if value is not None)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)
