"""What must be the same for a training to be continued."""

from dataclasses import replace

import torch

from pellucid.training.preparing import identity_of
from pellucid.training.settings import TrainingSettings

SETTINGS = TrainingSettings(learning_rate=0.1).filled()


def make_own(parameters: object) -> None:
    """Stand for a user's optimizer."""


def test_what_shapes_the_result_is_in_the_identity(problems) -> None:
    def identity(network=None, settings=SETTINGS, source=None, seed=0):
        network, source = network or problems.dense(3, 4, 1), source or problems.numbers()
        return identity_of(network, problems.Loss(), source, settings, seed)

    usual = identity()
    assert usual == identity()
    for other in (
        identity(network=problems.dense(3, 5, 1)),
        identity(settings=replace(SETTINGS, learning_rate=0.2)),
        identity(settings=replace(SETTINGS, optimizer=make_own)),
        identity(source=problems.numbers(80)),
        identity(source=problems.numbers(size=8)),
        identity(seed=1),
    ):
        assert other != usual
    assert identity(settings=replace(SETTINGS, optimizer=make_own))["optimizer"] == "make_own"
    assert identity(settings=replace(SETTINGS, threads=3, device="cuda", compile=True, checkpoint_seconds=5.0)) == usual
    assert identity(network=problems.dense(3, 4, 1).to(torch.float64)) == usual
