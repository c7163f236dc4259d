"""All metrics, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.metrics.classes.accuracy import ACCURACY
from pellucid.concepts.metrics.classes.balanced_accuracy import BALANCED_ACCURACY
from pellucid.concepts.metrics.classes.brier import BRIER
from pellucid.concepts.metrics.classes.calibration_error import CALIBRATION_ERROR
from pellucid.concepts.metrics.classes.cohen_kappa import COHEN_KAPPA
from pellucid.concepts.metrics.classes.confusion_matrix import CONFUSION_MATRIX
from pellucid.concepts.metrics.classes.f1 import F1
from pellucid.concepts.metrics.classes.jaccard import JACCARD
from pellucid.concepts.metrics.classes.log_loss import LOG_LOSS
from pellucid.concepts.metrics.classes.matthews import MATTHEWS
from pellucid.concepts.metrics.classes.precision import PRECISION
from pellucid.concepts.metrics.classes.sensitivity import SENSITIVITY
from pellucid.concepts.metrics.classes.specificity import SPECIFICITY
from pellucid.concepts.metrics.counts.gamma_deviance import GAMMA_DEVIANCE
from pellucid.concepts.metrics.counts.negative_binomial_deviance import NEGATIVE_BINOMIAL_DEVIANCE
from pellucid.concepts.metrics.counts.poisson_deviance import POISSON_DEVIANCE
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.numbers.explained_variance import EXPLAINED_VARIANCE
from pellucid.concepts.metrics.numbers.mae import MAE
from pellucid.concepts.metrics.numbers.mape import MAPE
from pellucid.concepts.metrics.numbers.median_absolute_error import MEDIAN_ABSOLUTE_ERROR
from pellucid.concepts.metrics.numbers.mse import MSE
from pellucid.concepts.metrics.numbers.r2 import R2
from pellucid.concepts.metrics.numbers.rmse import RMSE
from pellucid.concepts.metrics.ranking.average_precision import AVERAGE_PRECISION
from pellucid.concepts.metrics.ranking.precision_recall_curve import PRECISION_RECALL_CURVE
from pellucid.concepts.metrics.ranking.roc_auc import ROC_AUC
from pellucid.concepts.metrics.ranking.roc_curve import ROC_CURVE
from pellucid.concepts.metrics.ranking.top_k_accuracy import TOP_K_ACCURACY

METRICS: Final[tuple[Metric, ...]] = (
    CONFUSION_MATRIX,
    ACCURACY,
    BALANCED_ACCURACY,
    SENSITIVITY,
    SPECIFICITY,
    PRECISION,
    F1,
    JACCARD,
    MATTHEWS,
    COHEN_KAPPA,
    LOG_LOSS,
    BRIER,
    CALIBRATION_ERROR,
    ROC_CURVE,
    ROC_AUC,
    PRECISION_RECALL_CURVE,
    AVERAGE_PRECISION,
    TOP_K_ACCURACY,
    MSE,
    RMSE,
    MAE,
    MEDIAN_ABSOLUTE_ERROR,
    R2,
    EXPLAINED_VARIANCE,
    MAPE,
    POISSON_DEVIANCE,
    NEGATIVE_BINOMIAL_DEVIANCE,
    GAMMA_DEVIANCE,
)
