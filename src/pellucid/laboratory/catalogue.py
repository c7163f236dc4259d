"""All experiments, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.families import record_called
from pellucid.laboratory.experiment import Experiment
from pellucid.laboratory.judging.calibration import Calibration
from pellucid.laboratory.judging.majority import Majority
from pellucid.laboratory.judging.roc_by_hand import RocByHand
from pellucid.laboratory.judging.threshold_cost import ThresholdCost
from pellucid.laboratory.losses.class_weights import ClassWeights
from pellucid.laboratory.losses.cross_entropy_identity import CrossEntropyIdentity
from pellucid.laboratory.losses.cross_entropy_steps import CrossEntropySteps
from pellucid.laboratory.losses.margin_losses import MarginLosses
from pellucid.laboratory.losses.maximum_likelihood import MaximumLikelihood
from pellucid.laboratory.losses.penalty_path import PenaltyPath
from pellucid.laboratory.losses.ranking_shapes import RankingShapes
from pellucid.laboratory.losses.robust_regression import RobustRegression
from pellucid.laboratory.optimization.descent import Descent
from pellucid.laboratory.principles.approximation import Approximation
from pellucid.laboratory.principles.back_propagation import BackPropagation
from pellucid.laboratory.principles.diamond import Diamond
from pellucid.laboratory.principles.forward_pass import ForwardPass
from pellucid.laboratory.principles.gates import Gates
from pellucid.laboratory.principles.initialization import Initialization
from pellucid.laboratory.principles.perceptron import Perceptron
from pellucid.laboratory.tensors.autograd_graph import AutogradGraph
from pellucid.laboratory.tensors.broadcasting import Broadcasting
from pellucid.laboratory.tensors.devices import Devices
from pellucid.laboratory.tensors.in_place import InPlace
from pellucid.laboratory.tensors.shared_memory import SharedMemory
from pellucid.laboratory.tensors.precision import Precision
from pellucid.laboratory.tensors.promotion import Promotion

EXPERIMENTS: Final[tuple[type[Experiment], ...]] = (
    Descent,
    Perceptron,
    Gates,
    ForwardPass,
    Diamond,
    Initialization,
    Approximation,
    BackPropagation,
    AutogradGraph,
    Broadcasting,
    Devices,
    InPlace,
    SharedMemory,
    Precision,
    Promotion,
    ClassWeights,
    CrossEntropyIdentity,
    CrossEntropySteps,
    MarginLosses,
    MaximumLikelihood,
    PenaltyPath,
    RankingShapes,
    RobustRegression,
    Calibration,
    Majority,
    RocByHand,
    ThresholdCost,
)


def experiment_called(name: str) -> type[Experiment]:
    """Return the experiment of this name or alias; letter case, hyphens and spaces do not matter.

    Raises:
        UnknownNameError: there is none; the nearest is offered.

    Example:
        >>> experiment_called("Descent").name
        'descent'
    """
    return record_called("experiment", "an experiment", name, EXPERIMENTS)
