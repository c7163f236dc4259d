"""The records of the optimizers, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.optimizers.record import OptimizerRecord, optimizer_record
from pellucid.concepts.optimizers.rules.adadelta import Adadelta
from pellucid.concepts.optimizers.rules.adagrad import Adagrad
from pellucid.concepts.optimizers.rules.adam import Adam
from pellucid.concepts.optimizers.rules.adamax import Adamax
from pellucid.concepts.optimizers.rules.adamw import AdamW
from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.concepts.optimizers.rules.nadam import NAdam
from pellucid.concepts.optimizers.rules.rmsprop import RMSProp
from pellucid.concepts.optimizers.rules.sgd import SGD

OPTIMIZER_RECORDS: Final[tuple[OptimizerRecord, ...]] = (
    optimizer_record(
        SGD(),
        rate=0.4,
        aliases=("gradient_descent", "stochastic_gradient_descent", "GradientDescent", "vanilla_sgd"),
        summary="Walks against the gradient, as far as the learning rate times its length.",
        formula="w = w - η g",
        latex=r"w \leftarrow w - \eta g",
        when_not="A stretched bowl: the steepest direction limits the rate, the flattest then creeps; take momentum.",
        mistakes=(
            "A rate above 2 over the largest curvature: every step overshoots by more than the last.",
            "Not clearing the gradients between steps: old ones are added to the new ones.",
        ),
    ),
    optimizer_record(
        SGD(momentum=0.9),
        name="momentum",
        rate=0.1,
        aliases=("heavy_ball", "polyak_momentum", "sgd_momentum"),
        title="momentum",
        summary="Keeps a part of the last velocity, so that zig-zag cancels out and a steady slope adds up.",
        formula="v = µ v + (1 - τ) g; w = w - η v",
        latex=r"v \leftarrow \mu v + (1 - \tau) g, \quad w \leftarrow w - \eta v",
        when="Pictures with a good schedule; any strongly stretched bowl. µ = 0.9 is the usual choice.",
        when_not="With a rate that was right without momentum: µ = 0.9 makes steps up to ten times as long. In a bowl "
        "stretched less than about 40 times, as in the picture (20), 0.9 swings past the bottom: take 0.5.",
        mistakes=(
            "Raising µ without lowering the rate: the long-run step is η / (1 - µ) times the gradient.",
            "Taking torch's velocity for Polyak's or Keras': those have the rate inside, so schedules act later.",
        ),
        source="B. Polyak, 1964, as torch.optim.SGD writes it: the rate multiplies the velocity.",
    ),
    optimizer_record(
        SGD(momentum=0.9, nesterov=True),
        name="nesterov",
        rate=0.1,
        aliases=("nag", "nesterov_momentum", "accelerated_gradient"),
        title="Nesterov momentum",
        summary="Momentum that looks ahead: the step already contains what the velocity will do next.",
        formula="v = µ v + g; w = w - η (g + µ v)",
        latex=r"v \leftarrow \mu v + g, \quad w \leftarrow w - \eta (g + \mu v)",
        when="Where momentum works: it brakes earlier before the bottom and overshoots less.",
        when_not="With very noisy gradients: looking ahead along noise gains nothing over plain momentum.",
        mistakes=("Combining it with dampening: the look-ahead then no longer fits the velocity; torch refuses it.",),
        source="Y. Nesterov, 1983, in the form of I. Sutskever et al., 2013, as torch.optim.SGD writes it.",
    ),
    optimizer_record(
        Adagrad(),
        rate=1.0,
        aliases=("adaptive_gradient",),
        summary="Divides each weight's gradient by the root of the sum of all its squares: rare features "
        "keep a large rate.",
        latex=r"s \leftarrow s + g^2, \quad w \leftarrow w - \eta \frac{g}{\sqrt{s} + \epsilon}",
        when_not="Long training of deep networks: the sum only grows, and the steps die out; take RMSProp or Adam.",
        mistakes=("A rate as small as Adam's: the sum divides it further with every step, so start ten times higher.",),
    ),
    optimizer_record(
        RMSProp(),
        rate=0.05,
        aliases=("rms", "RMSprop"),
        summary="Divides each weight's gradient by the root of its recent mean square, so that all weights move alike.",
        latex=r"s \leftarrow \rho s + (1 - \rho) g^2, \quad w \leftarrow w - \eta \frac{g}{\sqrt{s} + \epsilon}",
        when_not="Where the last digits count: steps do not shrink with the gradient; lower the rate at the end.",
        mistakes=(
            "Expecting small first steps: s starts at 0, so the first step is 1 / √(1 - ρ) = 10 times the rate.",
            "Porting ε between libraries: TensorFlow puts it inside the root, torch outside.",
        ),
    ),
    optimizer_record(
        Adadelta(),
        rate=1.0,
        aliases=("ada_delta",),
        summary="Measures steps in the units of the weights: recent steps over recent gradients scale each gradient.",
        latex=r"s \leftarrow \rho s + (1 - \rho) g^2, \quad d = \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}} g, "
        r"\quad u \leftarrow \rho u + (1 - \rho) d^2, \quad w \leftarrow w - \eta d",
        when_not="When training has to be fast: steps begin at √(ε / (1 - ρ)) = 0.003 and grow slowly; take Adam.",
        mistakes=(
            "A rate of 0.001, as for Adam and as Keras' default: the rule expects 1, and stands still with less.",
            "Treating ε as a detail: it alone decides how long the first steps are.",
        ),
    ),
    optimizer_record(
        Adam(),
        rate=0.5,
        aliases=("adaptive_moments",),
        summary="Momentum divided by the root of the recent mean square: every weight moves by about the rate.",
        latex=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad s \leftarrow \beta_2 s + (1 - \beta_2) g^2, \quad "
        r"w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon}",
        when_not="With weight decay: it enters the gradient and is divided away with it; take AdamW.",
        mistakes=(
            "Leaving the rate at 0.001 everywhere: small networks take 0.01, fine-tuning 0.00003.",
            "Leaving β₂ at 0.999 in a short training: that mean looks back over a thousand steps; take 0.95 or 0.99.",
        ),
    ),
    optimizer_record(
        Adam(amsgrad=True),
        name="amsgrad",
        rate=0.5,
        aliases=("adam_amsgrad",),
        title="AMSGrad",
        summary="Adam divided by the largest mean square so far, so that the rate of a weight never grows again.",
        formula="m and s as in Adam; ŝ = max(ŝ, s); w = w - η m/(1-β₁ᵗ) / (√(ŝ/(1-β₂ᵗ)) + ε)",
        latex=r"\hat{s} \leftarrow \max(\hat{s}, s), \quad "
        r"w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{\hat{s} / (1 - \beta_2^t)} + \epsilon}",
        when="When Adam stays restless or diverges late because rare, large gradients are forgotten too soon.",
        when_not="As a default: in practice it is hardly ever better than Adam, and one early outlier slows "
        "it for good.",
        mistakes=("Expecting it to repair a rate that is too large: it only stops rates from growing again.",),
        source="S. Reddi, S. Kale & S. Kumar, 2018, as torch.optim.Adam(amsgrad=True) writes it.",
    ),
    optimizer_record(
        AdamW(),
        rate=0.5,
        aliases=("adam_decoupled", "decoupled_adam"),
        summary="Adam whose weight decay shrinks every weight by the same part, however large its gradients are.",
        latex=r"w \leftarrow (1 - \eta \lambda) w, \quad "
        r"w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon}",
        when_not="Without weight decay: it is then Adam, letter by letter, and the picture shows just that.",
        mistakes=(
            "Taking over λ from Adam: decoupled decay needs larger values, 0.01 to 0.1.",
            "Decaying biases and the scales of normalization layers: they have no reason to be small.",
        ),
    ),
    optimizer_record(
        Adamax(),
        rate=0.5,
        aliases=("ada_max",),
        summary="Adam that divides by the largest recent gradient in the place of the root mean square.",
        latex=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad u \leftarrow \max(\beta_2 u, |g| + \epsilon), "
        r"\quad w \leftarrow w - \frac{\eta}{1 - \beta_1^t} \frac{m}{u}",
        when_not="With outliers in the gradient: one large value holds the steps small for about 1 / (1 - β₂) steps.",
        mistakes=("Correcting u for its start at 0 as Adam corrects s: a maximum has no such bias.",),
    ),
    optimizer_record(
        NAdam(),
        rate=0.5,
        aliases=("nesterov_adam",),
        summary="Adam whose step already contains the momentum of the next one, as Nesterov's does.",
        latex=r"M = \mu_1 \cdots \mu_t, \quad w \leftarrow w - \eta "
        r"\frac{(1 - \mu_t) g / (1 - M) + \mu_{t+1} m / (1 - M \mu_{t+1})}"
        r"{\sqrt{s / (1 - \beta_2^t)} + \epsilon}",
        when_not="When a schedule of its own for β₁ is wanted: NAdam already has one, through ψ.",
        mistakes=("Comparing it with Adam at other rates: torch's defaults differ, 0.002 against 0.001.",),
    ),
    optimizer_record(
        LBFGS(),
        rate=1.0,
        aliases=("l_bfgs", "limited_memory_bfgs", "quasi_newton"),
        summary="Newton's direction, with a Hessian guessed from the last few steps, as far as a line search says.",
        latex=r"w \leftarrow w - t H g",
        when_not="Mini-batches: differences of gradients from different batches are noise, and the Hessian "
        "is then wrong.",
        mistakes=(
            "Feeding it one batch at a time: it needs the same loss at every evaluation.",
            "Counting steps against those of Adam: one step may evaluate the loss several times.",
        ),
    ),
)
