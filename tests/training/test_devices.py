"""Choices that depend on the machine; machines that are not here are pretended."""

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.training import devices
from pellucid.training.devices import choose_compile, choose_device, choose_precision, thread_count, uses_channels_last

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def machine(monkeypatch):
    """Return a function that pretends a machine."""

    def pretend(*, gpus: int = 0, apple: bool = False, bf16: bool = True) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Pretended GPU")
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: bf16)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)

    return pretend


@pytest.mark.parametrize(
    ("present", "precision", "device", "reason"),
    [
        ({}, None, "cpu", "no GPU that torch can use"),
        ({"gpus": 2}, None, "cuda", "has a Pretended GPU"),
        ({"apple": True}, None, "mps", "has an Apple GPU"),
        ({"apple": True}, "float64", "cpu", "no GPU that torch can use"),
    ],
)
def test_the_fastest_device_is_taken_and_said(machine, present, precision, device, reason) -> None:
    machine(**present)
    found, decision = choose_device(None, precision)
    assert str(found) == decision.choice == device
    assert reason in decision.reason


def test_wishes_are_followed(machine) -> None:
    machine(gpus=2, apple=True)
    for wish in ("cpu", "cuda", "cuda:1", "mps"):
        found, decision = choose_device(wish)
        assert str(found) == wish
        assert decision.reason == "you asked for it"


def test_devices_that_are_not_there_are_sentences(machine) -> None:
    machine(gpus=1, apple=True)
    with pytest.raises(UnknownNameError, match="did you mean 'cuda'"):
        choose_device("cudda")
    with pytest.raises(UnknownNameError, match="a device among cpu, cuda, mps, got 'cuda:x'"):
        choose_device("cuda:x")
    with pytest.raises(RangeError, match="got 'cuda:1': it has cpu, cuda:0, mps"):
        choose_device("cuda:1")
    with pytest.raises(RangeError, match="a device with double precision, got 'mps'"):
        choose_device("mps", "float64")
    machine()
    with pytest.raises(RangeError, match="a device that this machine has, got 'mps': it has cpu"):
        choose_device("mps")


def test_shorter_numbers_only_for_convolutions_on_cuda(machine) -> None:
    machine(gpus=1)
    conv, dense = nn.Sequential(nn.Conv2d(1, 1, 3)), nn.Linear(1, 1)
    assert choose_precision(None, CUDA, conv)[0].mixed == torch.bfloat16
    assert choose_precision(None, CUDA, dense)[0].mixed is None
    assert choose_precision(None, CPU, conv)[0].mixed is None
    assert choose_precision("float64", CPU, dense)[0].weights == torch.float64
    assert choose_precision("fp16", CPU, dense)[1].reason == "you asked for it"
    machine(gpus=1, bf16=False)
    assert choose_precision(None, CUDA, conv)[0].mixed == torch.float16


def test_compiling_pays_only_for_long_trainings_on_cuda() -> None:
    assert choose_compile(True, CPU, 1) == (True, ())
    assert choose_compile(False, CUDA, 10**9) == (False, ())
    assert choose_compile(None, CPU, 10**9) == (False, ())
    assert choose_compile(None, CUDA, devices.STEPS_THAT_PAY - 1) == (False, ())
    compiled, (decision,) = choose_compile(None, CUDA, devices.STEPS_THAT_PAY)
    assert compiled
    assert "10,000 steps" in decision.reason


def test_pictures_lie_pixel_by_pixel_on_cpu_and_cuda() -> None:
    conv = nn.Conv2d(1, 1, 3)
    assert uses_channels_last(conv, CPU)
    assert uses_channels_last(conv, CUDA)
    assert not uses_channels_last(conv, torch.device("mps"))
    assert not uses_channels_last(nn.Linear(1, 1), CPU)


def test_threads_are_set_and_restored() -> None:
    before = torch.get_num_threads()
    with thread_count(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with thread_count(None):
        assert torch.get_num_threads() == before
