"""The state in tensors and back."""

import math

import torch

from pellucid.training.records import EpochRecord
from pellucid.training.state import history_records, history_tensor, random_states, restore_random_states


def record(epoch: int, validation_loss: float | None, **scores: float) -> EpochRecord:
    return EpochRecord(
        epoch=epoch, train_loss=1 / (epoch + 2), validation_loss=validation_loss, scores=scores, rate=0.1, seconds=0.5
    )


def test_histories_come_back_exactly() -> None:
    whole = [record(1, 0.1, a=1 / 3, b=2.0), record(2, 0.2, a=0.7, b=math.inf)]
    assert history_records(history_tensor(whole), ["a", "b"], True) == whole
    unvalidated = [record(1, None), record(2, None)]
    assert history_records(history_tensor(unvalidated), [], False) == unvalidated
    assert history_records(history_tensor([]), [], False) == []


def test_what_is_no_number_stays_so() -> None:
    (found,) = history_records(history_tensor([record(1, math.nan)]), [], True)
    assert found.validation_loss is not None
    assert math.isnan(found.validation_loss)


def test_random_states_of_the_device_are_kept(monkeypatch) -> None:
    kept = {"cuda": torch.tensor([1]), "mps": torch.tensor([2])}
    seen = []
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda device: kept["cuda"])
    monkeypatch.setattr(torch.mps, "get_rng_state", lambda: kept["mps"])
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, device: seen.append(("cuda", int(state))))
    monkeypatch.setattr(torch.mps, "set_rng_state", lambda state: seen.append(("mps", int(state))))
    for kind in ("cuda", "mps"):
        states = random_states(torch.device(kind))
        assert states[kind] is kept[kind]
        restore_random_states(states, torch.device(kind))
        restore_random_states({"cpu": states["cpu"]}, torch.device(kind))
    assert seen == [("cuda", 1), ("mps", 2)]
