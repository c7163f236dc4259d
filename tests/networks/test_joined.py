import numpy as np
import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.choose import build, choose, recommend
from pellucid.networks.joined import Joined
from pellucid.networks.probe import zero_inputs
from pellucid.tasks.multiclass import Multiclass

TABLE = InputSpec(kind="table", examples=200, numbers=3, levels=(4,))
PICTURE = InputSpec(kind="picture", examples=200, shape=(1, 8, 8), mean=(0.5,), std=(0.2,))
SPEC = InputSpec(kind="mixed", examples=200, parts=(TABLE, PICTURE))
TASK = Multiclass(targets=("y",), classes=("a", "b", "c"))


def test_the_last_layer_sees_the_rectified_results_of_all_parts() -> None:
    one, two = nn.Linear(3, 2), nn.Linear(1, 2)
    joined = Joined([one, two], (1, 1), width=2, outputs=1)
    x, y = torch.randn(5, 3), torch.randn(5, 1)
    features = torch.cat([one(x).relu(), two(y).relu()], dim=1)
    torch.testing.assert_close(joined(x, y), features @ joined.last.weight.T + joined.last.bias)


def test_the_mean_of_members_is_taken() -> None:
    class Members(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.stack([x, 3 * x], dim=1)  # (n, e, width)

    joined = Joined([Members()], (1,), width=2, outputs=1)
    x = torch.rand(4, 2)
    torch.testing.assert_close(joined(x), joined.last(2 * x))


def test_the_default_joins_the_defaults_of_both_kinds() -> None:
    choice, decisions = choose("mixed", 200, TASK)
    assert choice.family == "joined"
    assert "of several kinds" in decisions[0].reason
    network = build(choice, SPEC, TASK, np.zeros(3, np.float32), seed=1).eval()
    assert network(*zero_inputs(SPEC, 4)).shape == (4, 3)
    again = build(choice, SPEC, TASK, np.zeros(3, np.float32), seed=1).state_dict()
    assert all(torch.equal(value, again[name]) for name, value in network.state_dict().items())
    assert "its picture needs the most care" in recommend(choice, SPEC, TASK).reason


def test_networks_of_parts_can_be_named() -> None:
    choice, _ = choose("mixed", 200, TASK, "joined('linear', 'lenet', width=8)")
    network = build(choice, SPEC, TASK, np.zeros(3, np.float32), seed=0)
    assert [type(part).__name__ for part in network.parts] == ["LinearNetwork", "LeNet"]
    wrong, _ = choose("mixed", 200, TASK, "joined('lenet', 'lenet')")
    with pytest.raises(RangeError, match="takes a picture"):
        build(wrong, SPEC, TASK, np.zeros(3, np.float32), seed=0)
    few, _ = choose("mixed", 200, TASK, "joined('linear')")
    with pytest.raises(ShapeError, match="a network for each of table, picture, got 1"):
        build(few, SPEC, TASK, np.zeros(3, np.float32), seed=0)


def test_too_few_tensors_are_refused() -> None:
    with pytest.raises(ShapeError, match="expected 2 tensors, got 1"):
        Joined([nn.Identity()], (2,), width=1, outputs=1)(torch.zeros(1, 1))
