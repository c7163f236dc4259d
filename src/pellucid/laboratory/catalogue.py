"""All experiments, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.families import record_called
from pellucid.laboratory.activations.dying_relu import DyingReLU
from pellucid.laboratory.activations.exploding_gradients import ExplodingGradients
from pellucid.laboratory.activations.gallery import ActivationGallery
from pellucid.laboratory.activations.gradients_by_depth import GradientsByDepth
from pellucid.laboratory.activations.linear_collapse import LinearCollapse
from pellucid.laboratory.activations.saturated_output import SaturatedOutput
from pellucid.laboratory.activations.softmax_overflow import SoftmaxOverflow
from pellucid.laboratory.activations.tanh_or_sigmoid import TanhOrSigmoid
from pellucid.laboratory.blocks.dense_growth import DenseGrowth
from pellucid.laboratory.convolution.channels import Channels
from pellucid.laboratory.convolution.convolution_arithmetic import ConvolutionArithmetic
from pellucid.laboratory.convolution.equivariance import Equivariance
from pellucid.laboratory.convolution.motion import Motion
from pellucid.laboratory.convolution.picture_filter import PictureFilter
from pellucid.laboratory.convolution.pooling_shift import PoolingShift
from pellucid.laboratory.convolution.receptive_field import ReceptiveField
from pellucid.laboratory.convolution.separable import Separable
from pellucid.laboratory.convolution.spectrogram import Spectrogram
from pellucid.laboratory.convolution.transposed_convolution_arithmetic import TransposedConvolutionArithmetic
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
from pellucid.laboratory.normalization.activation_drift import ActivationDrift
from pellucid.laboratory.normalization.norm_placement import NormPlacement
from pellucid.laboratory.normalization.running_statistics import RunningStatistics
from pellucid.laboratory.optimization.batches import Batches
from pellucid.laboratory.optimization.constraints import Constraints
from pellucid.laboratory.optimization.convex_sets import ConvexSets
from pellucid.laboratory.optimization.convexity import Convexity
from pellucid.laboratory.optimization.descent import Descent
from pellucid.laboratory.optimization.descent_2d import Descent2D
from pellucid.laboratory.optimization.learning_rates import LearningRates
from pellucid.laboratory.optimization.linear_regression import LinearRegression
from pellucid.laboratory.optimization.local_minima import LocalMinima
from pellucid.laboratory.optimization.logistic_regression import LogisticRegression
from pellucid.laboratory.optimization.newton import Newton
from pellucid.laboratory.optimization.newton_fails import NewtonFails
from pellucid.laboratory.optimization.optimizers import Optimizers
from pellucid.laboratory.optimization.plateau import Plateau
from pellucid.laboratory.optimization.preconditioning import Preconditioning
from pellucid.laboratory.optimization.rate_finder import RateFinder
from pellucid.laboratory.optimization.rate_schedules import RateSchedules
from pellucid.laboratory.optimization.saddle import Saddle
from pellucid.laboratory.optimization.stopping import Stopping
from pellucid.laboratory.optimization.vanishing_gradient import VanishingGradient
from pellucid.laboratory.optimization.warm_up import WarmUp
from pellucid.laboratory.optimization.zigzag import ZigZag
from pellucid.laboratory.principles.approximation import Approximation
from pellucid.laboratory.principles.back_propagation import BackPropagation
from pellucid.laboratory.principles.diamond import Diamond
from pellucid.laboratory.principles.forward_pass import ForwardPass
from pellucid.laboratory.principles.gates import Gates
from pellucid.laboratory.principles.initialization import Initialization
from pellucid.laboratory.principles.perceptron import Perceptron
from pellucid.laboratory.sequences.attention_step_by_step import AttentionStepByStep
from pellucid.laboratory.sequences.bptt import Bptt
from pellucid.laboratory.sequences.lstm_gates import LstmGates
from pellucid.laboratory.sequences.order_matters import OrderMatters
from pellucid.laboratory.sequences.rnn_unrolled import RnnUnrolled
from pellucid.laboratory.tensors.autograd_graph import AutogradGraph
from pellucid.laboratory.tensors.broadcasting import Broadcasting
from pellucid.laboratory.tensors.devices import Devices
from pellucid.laboratory.tensors.in_place import InPlace
from pellucid.laboratory.tensors.precision import Precision
from pellucid.laboratory.tensors.promotion import Promotion
from pellucid.laboratory.tensors.shared_memory import SharedMemory
from pellucid.laboratory.training.bag_of_words import BagOfWords
from pellucid.laboratory.training.batches_on_digits import BatchesOnDigits
from pellucid.laboratory.training.convolutional_depth import ConvolutionalDepth
from pellucid.laboratory.training.deep_initialization import DeepInitialization
from pellucid.laboratory.training.dropout_modes import DropoutModes
from pellucid.laboratory.training.gradient_clipping import GradientClipping
from pellucid.laboratory.training.label_noise import LabelNoise
from pellucid.laboratory.training.overfitting import Overfitting
from pellucid.laboratory.training.rates_on_digits import RatesOnDigits
from pellucid.laboratory.training.residual_depth import ResidualDepth
from pellucid.laboratory.training.standardization import Standardization
from pellucid.laboratory.training.unshuffled import Unshuffled
from pellucid.laboratory.training.weight_decay import WeightDecay

EXPERIMENTS: Final[tuple[type[Experiment], ...]] = (
    Descent,
    Descent2D,
    ZigZag,
    Newton,
    NewtonFails,
    Preconditioning,
    Batches,
    Optimizers,
    Stopping,
    LocalMinima,
    Saddle,
    Plateau,
    VanishingGradient,
    Convexity,
    ConvexSets,
    Constraints,
    LearningRates,
    RateSchedules,
    WarmUp,
    RateFinder,
    LinearRegression,
    LogisticRegression,
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
    RunningStatistics,
    ActivationDrift,
    NormPlacement,
    DenseGrowth,
    RnnUnrolled,
    Bptt,
    LstmGates,
    OrderMatters,
    AttentionStepByStep,
    DyingReLU,
    ExplodingGradients,
    ActivationGallery,
    LinearCollapse,
    SaturatedOutput,
    SoftmaxOverflow,
    TanhOrSigmoid,
    GradientsByDepth,
    BagOfWords,
    BatchesOnDigits,
    DropoutModes,
    GradientClipping,
    DeepInitialization,
    LabelNoise,
    RatesOnDigits,
    Overfitting,
    ResidualDepth,
    ConvolutionalDepth,
    Standardization,
    Unshuffled,
    WeightDecay,
    Channels,
    ConvolutionArithmetic,
    Equivariance,
    PictureFilter,
    PoolingShift,
    ReceptiveField,
    Separable,
    TransposedConvolutionArithmetic,
    Motion,
    Spectrogram,
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
