from __future__ import annotations

import pytest

from pellucid.laboratory.tensors.autograd_graph import AutogradGraph


@pytest.mark.knowledge("J5", "F7")
def test_values_and_gradients_are_those_by_hand() -> None:
    result = AutogradGraph(w=2.0, b=1.0, x=3.0, y=5.0).run()
    # u = 6, z = 7, e = 2, L = 4; dL/de = 4 = dL/dz = dL/du = dL/db, dL/dw = 4 · 3
    assert result["values"] == {"w": 2, "b": 1, "u": 6, "z": 7, "e": 2, "L": 4, "x": 3, "y": 5}
    assert result["gradients"] == {"w": 12, "b": 4, "u": 4, "z": 4, "e": 4, "L": 1}
    assert result["operations"]["w"] == "leaf"
    assert result["operations"]["L"] == "PowBackward0"


def test_frames_go_forward_and_then_backward() -> None:
    frames = AutogradGraph().run().picture.frames
    assert [frame.label for frame in frames][:2] == ["start", "forward u"]
    assert frames[-1].note == "dL/dw = 12"
