"""From prepared data to a trained network, saved in the run folder."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from torch import nn

from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.data.modalities.saving import transform_to_json
from pellucid.foundation.batches import BatchSource
from pellucid.foundation.records import Decision
from pellucid.networks.choose import build
from pellucid.networks.summary import summarise
from pellucid.runs.folder import RunFolder
from pellucid.runs.records import NetworkRecord, RunRecord, TrainedRecord
from pellucid.runs.settings import RunSettings, Settings
from pellucid.tasks.catalogue import task_to_json
from pellucid.tasks.task import Task
from pellucid.training.devices import choose_device, thread_count, uses_channels_last
from pellucid.training.events import Observer
from pellucid.training.loop import train
from pellucid.training.progress import Progress
from pellucid.training.records import Trained
from pellucid.training.settings import TrainingSettings
from pellucid.workbench.diagnosing import Pairs, Physician
from pellucid.workbench.machine import machine
from pellucid.workbench.narrator import Narrator
from pellucid.workbench.preparing import PARTS, Prepared
from pellucid.workbench.transforms import whole_batch
from pellucid.workbench.weights import weights_of

SMALL_STEP: Final = 10_000_000  # multiply-adds forward: a fifth of a millisecond for one thread
RECOMMENDED: Final = (
    "epochs",
    "batch_size",
    "optimizer",
    "learning_rate",
    "schedule",
)  # worth a word; the rest is saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A trained network and what its loss has learnt."""

    network: nn.Module
    task: Task
    """With what its objective learnt beside the network: the dispersion of counts."""
    resolved: TrainingSettings


def learn(prepared: Prepared, record: RunRecord, folder: RunFolder, narrator: Narrator) -> tuple[RunRecord, Learned]:
    """Build the network, train it (or go on where a checkpoint is), and save weights, history and record."""
    started = time.perf_counter()
    network, objective = _built(prepared, record.settings.run.seed)
    record, resolved = _begun(prepared, network, record, folder, narrator)
    build_seconds = time.perf_counter() - started
    run = record.settings.run
    physician = None if run.diagnose == "off" else _physician(prepared, network, objective, resolved, run)
    before = None if physician is None else physician.diagnosis()
    if before is not None:
        narrator.findings(before.findings)
    trained = _trained(prepared, network, objective, resolved, record, folder, physician)
    task, said = prepared.finished(prepared.task.learnt(objective), network)
    folder.write_weights(weights_of(network))
    folder.write_history(trained.history)
    news = (*(decision for decision in trained.decisions if decision.topic != "device"), *said)  # the device: above
    record = replace(
        record,
        status="trained",
        task=task_to_json(task),
        decisions=(*record.decisions, *news),
        trained=TrainedRecord(epochs=trained.epochs_done, best_epoch=trained.best_epoch, stopped=trained.stopped),
        seconds={**prepared.seconds, "build": build_seconds, "train": trained.seconds},
    )
    folder.write_record(record)
    narrator.decisions([decision for decision in news if decision.warning])
    if physician is not None and before is not None and trained.stopped != "interrupted":
        folder.write_diagnosis(physician.diagnosis())
        narrator.diagnosis(physician.diagnosis(), said=before.findings)
    return record, Learned(network=network, task=task, resolved=resolved)


def _begun(
    prepared: Prepared, network: nn.Module, record: RunRecord, folder: RunFolder, narrator: Narrator
) -> tuple[RunRecord, TrainingSettings]:
    """Record and say what will be trained, and how."""
    described = _described(prepared, network)
    resolved, decisions = _resolved(prepared, record, described)
    record = replace(
        record,
        machine=machine(str(resolved.device), resolved.threads or torch.get_num_threads()),
        decisions=(*prepared.decisions, *decisions),
        task=task_to_json(prepared.task),
        categories=prepared.choice.categories,
        transform=transform_to_json(prepared.transform),
        spec=prepared.spec,
        parts={part: len(prepared.rows(part)) for part in PARTS},
        network=described,
        resolved=resolved,
    )
    folder.write_record(record)
    folder.write_split({part: prepared.rows(part) for part in PARTS})
    _write_varied(prepared, folder)
    narrator.decisions(record.decisions)
    narrator.network(described)
    return record, resolved


def _write_varied(prepared: Prepared, folder: RunFolder) -> None:
    """Write how training examples are varied, for the report."""
    vary = prepared.modality.vary
    if vary is None:
        return
    train = prepared.dataset.take(prepared.split.train)
    shown = vary(train, prepared.transform, prepared.fitting.seed)
    if shown is not None:
        folder.write_varied(shown)


def _resolved(
    prepared: Prepared, record: RunRecord, described: NetworkRecord
) -> tuple[TrainingSettings, tuple[Decision, ...]]:
    """Return the training settings with what was left open filled in, and what is to be said about it."""
    given = record.settings.training
    resolved = given.filled(prepared.recommendation.settings)
    device, about_device = choose_device(resolved.device, resolved.precision)
    batch = min(resolved.batch_size or len(prepared.split.train), len(prepared.split.train))
    threads, about_threads = _threads(resolved, record, batch * sum(row.multiply_adds for row in described.layers))
    resolved = replace(resolved, device=str(device), threads=threads)
    return resolved, (about_device, *about_threads, *_said(prepared, given, resolved))


def _threads(resolved: TrainingSettings, record: RunRecord, work: int) -> tuple[int, tuple[Decision, ...]]:
    """Return the processor threads: those of the interrupted run, the user's, one for small steps, or all."""
    if "threads" in record.machine:
        return int(record.machine["threads"]), ()
    if resolved.threads is not None or work > SMALL_STEP:
        return resolved.threads or torch.get_num_threads(), ()
    reason = f"a step has {work / 1e6:.0f} million multiply-adds, and waking more threads would cost more than it saves"
    said = Decision(topic="threads", choice="1 processor thread", reason=reason, overrule="--threads N")
    return 1, (said,)


def _said(prepared: Prepared, given: TrainingSettings, resolved: TrainingSettings) -> tuple[Decision, ...]:
    """Say the recommended settings, those that the user did not give."""
    chosen = {name: getattr(resolved, name) for name in RECOMMENDED if getattr(given, name) is None}
    smoothing = getattr(prepared.task, "label_smoothing", 0.0)
    if smoothing and smoothing == prepared.recommendation.settings.get("label_smoothing"):
        chosen["label_smoothing"] = smoothing
    if not chosen:
        return ()
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())
    overrule = " ".join(f"--{name.replace('_', '-')}" for name in chosen)
    return (Decision(topic="training", choice=said, reason=_reason(prepared, given), overrule=overrule),)


def _reason(prepared: Prepared, given: TrainingSettings) -> str:
    """Return why, and where the user gave other settings than the recommended ones, that the reason tells of those."""
    recommended = prepared.recommendation
    others = [name for name, value in recommended.settings.items() if getattr(given, name, None) not in (None, value)]
    if not others:
        return recommended.reason
    named = " and ".join(name.replace("_", " ") for name in others)
    return f"you gave your own {named}; the recommendation as a whole is: {recommended.reason}"


def _built(prepared: Prepared, seed: int) -> tuple[nn.Module, nn.Module]:
    """Return the network and the objective, untrained."""
    rows = prepared.telling
    offset = None if prepared.offset is None else prepared.offset[rows]
    initial = prepared.task.initial_logits(prepared.targets[rows], offset)
    return build(prepared.choice, prepared.spec, prepared.task, initial, seed), prepared.task.objective()


def _described(prepared: Prepared, network: nn.Module) -> NetworkRecord:
    """Return what is said and saved of the network."""
    choice = prepared.choice.to_json()
    return NetworkRecord(
        family=choice["family"],
        options=choice["options"],
        path=choice["path"],
        title=prepared.choice.title,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        layers=summarise(network, prepared.spec),
    )


def _trained(
    prepared: Prepared,
    network: nn.Module,
    objective: nn.Module,
    resolved: TrainingSettings,
    record: RunRecord,
    folder: RunFolder,
    physician: Physician | None,
) -> Trained:
    """Train; the network ends with its best weights."""
    settings, task = record.settings.run, prepared.task
    observers: tuple[Observer, ...] = () if settings.quiet else (Progress(),)
    return train(
        network,
        objective,
        _training_batches(prepared, network, resolved, settings.seed),
        _validation_batches(prepared, network, resolved),
        resolved,
        seed=settings.seed,
        monitor=task.monitor,
        combine=task.combine,
        observers=observers if physician is None else (*observers, physician),
        folder=folder.checkpoints,
    )


def _training_batches(prepared: Prepared, network: nn.Module, resolved: TrainingSettings, seed: int) -> BatchSource:
    """Return the training examples, shuffled; for an optimizer that sees all of them in every step, in their order."""
    batch_size = resolved.batch_size or len(prepared.split.train)
    if str(resolved.optimizer).startswith(LBFGS.name):
        return prepared.batches(
            "train", batch_size=min(batch_size, whole_batch(prepared.spec)), **_placed(network, resolved)
        )
    return prepared.batches("train", batch_size=batch_size, seed=seed, **_placed(network, resolved))


def _validation_batches(prepared: Prepared, network: nn.Module, resolved: TrainingSettings) -> BatchSource | None:
    """Return the validation examples; None where there are none."""
    return prepared.batches("validation", **_placed(network, resolved)) if len(prepared.split.validation) else None


def _placed(network: nn.Module, resolved: TrainingSettings) -> dict[str, Any]:
    device = torch.device(resolved.device or "cpu")
    return {"device": str(device), "channels_last": uses_channels_last(network, device)}


def examined(prepared: Prepared, settings: Settings) -> Physician:
    """Return who has looked for what is wrong before any training."""
    network, objective = _built(prepared, settings.run.seed)
    resolved = settings.training.filled(prepared.recommendation.settings)
    return _physician(prepared, network, objective, resolved, settings.run)


def _physician(
    prepared: Prepared, network: nn.Module, objective: nn.Module, resolved: TrainingSettings, run: RunSettings
) -> Physician:
    """Return who looks for what is wrong.

    Raises:
        DiagnosisError: in a strict fit, something is wrong already.
    """
    train = _training_batches(prepared, network, resolved, run.seed)
    validation = _validation_batches(prepared, network, resolved)
    with thread_count(resolved.threads):
        return Physician(
            network,
            objective,
            Pairs(train, lambda rows: prepared.some("train", rows)),
            None if validation is None else Pairs(validation, lambda rows: prepared.some("validation", rows)),
            resolved,
            strict=run.diagnose == "strict",
        )
