"""Numbers of the sources, and what the experiments say to parameters that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from pellucid.foundation.errors import DataError, PellucidError, RangeError, ShapeError
from pellucid.laboratory.convolution.channels import Channels
from pellucid.laboratory.convolution.convolution_arithmetic import ConvolutionArithmetic
from pellucid.laboratory.convolution.equivariance import Equivariance
from pellucid.laboratory.convolution.matrices import FIVE, THREE
from pellucid.laboratory.convolution.picture_filter import PictureFilter
from pellucid.laboratory.convolution.pooling_shift import PoolingShift
from pellucid.laboratory.convolution.receptive_field import ReceptiveField
from pellucid.laboratory.convolution.separable import Separable
from pellucid.laboratory.convolution.transposed_convolution_arithmetic import TransposedConvolutionArithmetic
from pellucid.laboratory.experiment import Experiment

SIX = tuple((*row, 1.0) for row in (*FIVE, FIVE[0]))


@pytest.mark.knowledge("G3")
@pytest.mark.parametrize("padding", ["no", "1", "2", "half", "full"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_both_arithmetics_agree_with_torch(padding: str, stride: int, dilation: int) -> None:
    p = {"half": dilation, "full": 2 * dilation, "no": 0}.get(padding) if padding.isalpha() else int(padding)
    x, w = torch.tensor(FIVE)[None, None], torch.tensor(THREE)[None, None]
    there = ConvolutionArithmetic(padding=padding, stride=stride, dilation=dilation).run()
    wanted = functional.conv2d(x, w, stride=stride, padding=p, dilation=dilation)[0, 0].numpy()
    np.testing.assert_allclose(there["output"], wanted)
    back = TransposedConvolutionArithmetic(matrix=FIVE, padding=padding, stride=stride, dilation=dilation).run()
    grown = functional.conv_transpose2d(x, w, stride=stride, padding=p, dilation=dilation)[0, 0].numpy()
    np.testing.assert_allclose(back["output"], grown)
    assert all(claim.holds for claim in back.claims)


@pytest.mark.knowledge("G3")
def test_the_tables_hold_all_cases_of_the_guide() -> None:
    (table,) = ConvolutionArithmetic().run().tables
    # input 5, kernel 3: figures 2.1 to 2.7 and 5.1 of the guide give 3, 7, 5, 7, 2, 3, 3 (of 6) and 1
    assert [row[-1] for row in table.rows] == ["3x3", "7x7", "5x5", "7x7", "2x2", "3x3", "3x3", "1x1"]
    (table,) = TransposedConvolutionArithmetic().run().tables
    assert len(table.rows) == 8
    assert table.rows[3][-1] == "1x1"  # full padding: 3 + 2 - 4


@pytest.mark.knowledge("G3")
def test_an_odd_case_leaves_a_row_and_a_column_unseen() -> None:
    result = ConvolutionArithmetic(matrix=SIX, padding="no", stride=2).run()
    assert [claim.holds for claim in result.claims] == [True, True, False]
    assert not result["seen"][-1].any()
    (table,) = ConvolutionArithmetic(matrix=((1.0, 2.0),), kernel=((1.0,) * 2,), padding="no").run().tables
    assert table.rows[-1][-1] == "does not fit"
    (table,) = TransposedConvolutionArithmetic(matrix=((1.0,),), padding="no").run().tables
    assert table.rows[3][-1] == "nothing is left"


@pytest.mark.knowledge("G2")
def test_weights_are_shared_and_answers_move() -> None:
    result = Equivariance(down=-2, right=5).run()
    assert result["weights of a dense layer"] == sum(one.numel() for one in torch.nn.Linear(400, 400).parameters())
    assert all(claim.holds for claim in result.claims)
    assert not Equivariance(down=0, right=0).run().claims[1].holds  # nothing moved: nothing shown


@pytest.mark.knowledge("G4")
def test_channels_give_the_numbers_of_the_book() -> None:
    result = Channels().run()  # Dive into Deep Learning, 7.4.1 and 7.4.2
    assert result["output"].tolist() == [[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]]
    np.testing.assert_allclose(result["pointwise"], result["dense"])


@pytest.mark.knowledge("G5")
def test_separable_weights_are_those_of_the_modules() -> None:
    result = Separable(epochs=1, channels=8, timed_channels=16).run()
    assert result["weights"] == {"plain": 16 * 8 * 9 + 8, "separable": 16 * 9 + 16 * 8 + 8}
    assert result["multiplications"]["plain"] == 64 * 16 * 8 * 9


@pytest.mark.knowledge("G6")
@pytest.mark.parametrize("options", [{}, {"window": (2, 3)}], ids=str)
def test_pooling_softens_a_shift_but_is_not_invariant(options: dict[str, Any]) -> None:
    result = PoolingShift(**options).run()
    assert result["pooled"][1] > result["plain"][1]
    assert not result.claims[1].holds


@pytest.mark.knowledge("G6")
def test_average_pooling_is_judged_as_it_comes_out() -> None:
    result = PoolingShift(kind="average").run()  # for seed 0 it does not help: the claim must say so
    assert result.claims[0].holds == (result["pooled"][1] > result["plain"][1])


@pytest.mark.parametrize(("kernel", "factor"), [(2, 2), (3, 3), (5, 2)])
def test_the_receptive_field_is_counted(kernel: int, factor: int) -> None:
    assert all(claim.holds for claim in ReceptiveField(kernel=kernel, factor=factor, depth=4).run().claims)
    assert ReceptiveField(kernel=2, depth=8).run()["dilation"][-1] == 256  # WaveNet, A. van den Oord et al., 2016
    assert not ReceptiveField(depth=1).run().claims[2].holds


@pytest.mark.parametrize("kernel", ["edge", "blur", "sharpen", "emboss", "sobel-x", "sobel-y"])
def test_named_kernels_keep_their_promise(kernel: str) -> None:
    assert all(claim.holds for claim in PictureFilter(kernel=kernel).run().claims)


def test_a_picture_of_ones_own_under_a_kernel_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("RGB", (20, 10), (51, 51, 51)).save(path)
    result = PictureFilter(file=str(path), own=((1.0, 1.0),)).run()
    np.testing.assert_allclose(result["output"], np.full((10, 19), 0.4))  # twice 51 / 255
    text = tmp_path / "no.png"
    text.write_text("no picture")
    with pytest.raises(DataError, match="expected file to be a picture, got .*: pass a PNG or JPEG"):
        PictureFilter(file=str(text)).run()


@pytest.mark.parametrize(
    ("experiment", "error", "match"),
    [
        (ConvolutionArithmetic(padding="much"), RangeError, "expected padding to be no, half, full or a whole number"),
        (ConvolutionArithmetic(matrix=((1.0,) * 41,)), ShapeError, "expected matrix to have at most 40 .* got 1x41"),
        (TransposedConvolutionArithmetic(output_padding=5), RangeError, "output_padding below stride or dilation"),
        (
            Channels(second=((1.0,),)),
            ShapeError,
            r"channels expected second of the shape of first \(3, 3\), got \(1, 1\)",
        ),
        (PictureFilter(file="/nowhere.png"), DataError, "the path of a picture, got '/nowhere.png': check the path"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(experiment: Experiment, error: type[PellucidError], match: str) -> None:
    with pytest.raises(error, match=match):
        experiment.run()
