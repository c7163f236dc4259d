"""The doctor: gathers the evidence of one training, asks the rules, and keeps the findings. Needs torch."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from torch import Tensor, nn

from pellucid.diagnosis.adapting import adapt
from pellucid.diagnosis.budget import GROWTH, Budget
from pellucid.diagnosis.contract import REFUSALS, contract_of, program_of
from pellucid.diagnosis.double import Double
from pellucid.diagnosis.evidence import Contract, DataFacts, Evidence, Failure, StepFacts
from pellucid.diagnosis.failure import batches_of, locate
from pellucid.diagnosis.finding import Finding, Phase
from pellucid.diagnosis.holding import rows_held
from pellucid.diagnosis.looking import Looker
from pellucid.diagnosis.probes.probes import Probes
from pellucid.diagnosis.ranking import Hit, ranked
from pellucid.diagnosis.replaying import replayed
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.catalogue import RULES
from pellucid.diagnosis.sampling import facts_of, generators_kept, probe_rows
from pellucid.diagnosis.variation import variation_of

EARLY_LOOKS: Final = (1, 5, 12)
HEEDED: Final = 2  # watched steps, after which it is clear what the loop does to the outputs itself
REFUSED: Final = "a batch could not be put through"


@dataclass(slots=True)
class Doctor:
    """One training under observation. Made by `pellucid.watch` and by `pellucid fit`.

    `doctor.findings` are the findings so far, root causes first; `doctor.evidence` is what they rest on.
    """

    evidence: Evidence
    looker: Looker | None
    budget: Budget
    rules: Sequence[Rule]
    hits: dict[tuple[str, Phase], Hit]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be examined, and why."""
    next_look: float = 1.0
    working: bool = False
    """Whether what runs now is counted as the diagnosis' own time."""
    seconds_before: float = 0.0
    """What the contract check took."""

    @classmethod
    def of(
        cls,
        network: nn.Module,
        optimizer: Any,
        loss_fn: Any,
        train_loader: Any = None,
        validation_loader: Any = None,
        *,
        metric: Any = None,
        rules: Sequence[Rule] = RULES,
    ) -> Doctor:
        """Examine everything before step 1. Nothing that is handed over is changed, no generator is moved."""
        began = time.thread_time()
        with generators_kept(train_loader, validation_loader, getattr(train_loader, "dataset", None)):
            data = facts_of(train_loader, validation_loader)
            data.variation = variation_of(train_loader)
            data.rows_held = rows_held(train_loader, validation_loader)
            program = program_of(network, optimizer, loss_fn, metric)
            double, looker, contract, notes = _examined(network, loss_fn, data, metric)
        probes = Probes(double, optimizer, data.train)
        if data.batches:
            probes.batch_size = len(data.batches[0])
        if double is not None:
            probes.start = double.state()
        evidence = Evidence(program=program, data=data, contract=contract, double=double, probes=probes)
        doctor = cls(evidence, looker, Budget(), rules, {}, notes=notes)
        doctor.look(0)
        doctor.assess("before")
        doctor.seconds_before = time.thread_time() - began - probes.seconds_spent
        doctor.budget = Budget()
        return doctor

    def took(self, step: StepFacts) -> None:
        """Take in a step that was watched closely."""
        self.evidence.steps.append(step)
        self.evidence.steps_taken = step.step
        if len(self.evidence.steps) == HEEDED:
            self._heed_the_loop()

    def _heed_the_loop(self) -> None:
        """Say anew what was said before step 1, of the loss as the loop calls it; nothing where the copy cannot."""
        evidence = self.evidence
        adapted, double, contract = adapt(evidence), evidence.double, evidence.contract
        if double is None or contract is None:
            return
        if not adapted:
            if contract.error and all(step.backwards for step in evidence.steps):
                self.hits = {key: hit for key, hit in self.hits.items() if hit.rule.stage != Stage.HEAD}
            heads = [(key, hit) for key, hit in self.hits.items() if hit.rule.stage == Stage.HEAD]
            with generators_kept():
                for key, hit in heads:  # the graph behind the loss is known by now
                    if hit.phase == "before" and self._asked(hit.rule) is None:
                        del self.hits[key]
            return
        self.hits = {key: hit for key, hit in self.hits.items() if hit.phase != "before"}
        self.notes = tuple(note for note in self.notes if not note.startswith(REFUSED))
        self.looker = Looker(double, contract.examples, evidence.data, evidence.program.metric)
        evidence.looks = [self.looker.look(0, 0.0)]
        self.assess("before")
        self.hits = {key: hit for key, hit in self.hits.items() if "during" not in hit.rule.phases}  # asked again

    def look_due(self, step: int) -> bool:
        """Return whether to look at the network after this step."""
        if self.looker is None or not (step in EARLY_LOOKS or step >= self.next_look):
            return False
        affordable = self.budget.affords_look()
        if not affordable and step >= self.next_look:
            self.next_look = step + self.budget.steps_to_wait(step)
        return affordable

    def look(self, step: int) -> None:
        """Look at the network as it is now, and ask the rules."""
        self.evidence.steps_taken = max(step, self.evidence.steps_taken)
        if self.looker is None or self.evidence.double is None:
            return
        self.next_look = max(step * GROWTH, step + 1, EARLY_LOOKS[-1])
        if self.evidence.looks and self.evidence.looks[-1].step == step and step:
            return
        with self.at_work():
            if not self.evidence.double.in_step():
                self.fail(step, (), sync=False)
            self.evidence.double.sync()
            try:
                self.evidence.looks.append(self.looker.look(step, self.budget.elapsed()))
            except REFUSALS as error:
                self.notes = (*self.notes, f"the network could not be examined at step {step}: {error}")
                self.looker = None
                return
            if step:
                self.assess("during")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count the time within the context as spent, but for trials, which have a budget of their own."""
        if self.working:  # what a nested context takes is counted once
            yield
            return
        self.working = True
        began, trials = time.thread_time(), self.evidence.probes.seconds_spent
        try:
            yield
        finally:
            self.working = False
            self.budget.spent += time.thread_time() - began - (self.evidence.probes.seconds_spent - trials)

    def fail(self, step: int, live: Sequence[Tensor], *, sync: bool) -> None:
        """Find out where the first number that is not finite comes from.

        Args:
            step: at which it was noticed.
            live: the inputs of the step's forward pass.
            sync: whether the network's weights are still those before the failure; else the double's are.
        """
        evidence = self.evidence
        if evidence.failure is not None or evidence.double is None:
            return
        sync = sync and evidence.double.in_step()
        if sync:
            evidence.double.sync()
        size = evidence.probes.batch_size
        candidates = [*evidence.data.batches, *batches_of(evidence.data.train, size)]
        found = locate(evidence.double, step, live, candidates)
        if found is None and not sync:
            found = replayed(evidence, step)
        nothing = "the weights are no longer finite; where it began was not seen"
        evidence.failure = found or Failure(step=step, where="weights", layer="", function="", explanation=nothing)
        self.assess("during")

    def assess(self, phase: Phase) -> None:
        """Ask the rules of a phase; what was found during the training is dropped where it is no longer so."""
        step = self.evidence.steps_taken
        with generators_kept():
            verdicts = [(rule, self._asked(rule)) for rule in self.rules if phase in rule.phases]
        for rule, verdict in verdicts:
            key = (f"{rule.cause}/{rule.title}", phase)
            if verdict is None:
                self.hits.pop(key, None)
                continue
            first = self.hits[key].step if key in self.hits else step
            self.hits[key] = Hit(rule, verdict, phase, first)
        self.findings = ranked(list(self.hits.values()))

    def _asked(self, rule: Rule) -> Verdict | None:
        """Ask one rule; where it fails, that is said, and the training of the user goes on."""
        try:
            return rule.measure(self.evidence)
        except Exception as error:
            note = f"the rule {rule.cause} failed: {type(error).__name__}: {error}"
            self.notes = self.notes if note in self.notes else (*self.notes, note)
            return None

    def end(self) -> None:
        """Look a last time and ask all rules again."""
        with self.at_work():
            self.look(self.evidence.steps_taken)
            self.evidence.ended = True
            self.assess("during")
            self.assess("after")

    @property
    def seconds(self) -> float:
        """Processor time spent so far: before the training, while it ran, after it, and on trials."""
        return self.seconds_before + self.budget.spent + self.evidence.probes.seconds_spent

    def __str__(self) -> str:
        """Return the findings as text."""
        from pellucid.diagnosis.text import as_text

        return as_text(self.findings)


def _examined(
    network: nn.Module, loss_fn: Any, data: DataFacts, metric: Any
) -> tuple[Double | None, Looker | None, Contract | None, tuple[str, ...]]:
    """Return the double, what looks at it, the contract, and what could not be done."""
    if data.train is None or not len(data.train):
        why = "the training loader gives no pairs (inputs, targets) that can be read twice: only the loop is watched"
        return None, None, None, (why,)
    try:
        double = Double(network, loss_fn)
    except Exception as error:
        return (
            None,
            None,
            None,
            (f"the network cannot be copied ({type(error).__name__}: {error}): only the loop is watched",),
        )
    probe = probe_rows(data.train)
    try:
        contract = contract_of(double, probe)
    except REFUSALS as error:
        return double, None, None, (f"the network refused a batch: {type(error).__name__}: {error}",)
    notes = (f"{REFUSED}: {contract.error}",) if contract.error else ()
    return double, None if contract.error else Looker(double, probe, data, metric), contract, notes
