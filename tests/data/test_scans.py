from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data.scans import Head, head_of, values_of

VOXELS = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)  # (x, y, z), x to the right, y to the front, z upward


def nifti(path: Path, voxels: NDArray[np.generic], affine: NDArray[np.float64] | None = None) -> Path:
    nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4) if affine is None else affine), path)
    return path


@pytest.mark.parametrize("codes", ["RAS", "LPS", "SAR", "PIL", "ASR"])
def test_every_orientation_gives_the_same_volume(tmp_path: Path, codes: str) -> None:
    """Expected: the voxels of the first orientation, turned by hand: x and y run the other way, z is the first axis."""
    image = nibabel.Nifti1Image(VOXELS, np.diag([1.0, 2.0, 3.0, 1.0]))
    turn = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt(tuple(codes))
    )
    nibabel.save(image.as_reoriented(turn), tmp_path / "a.nii.gz")
    head = head_of(tmp_path / "a.nii.gz")
    assert head == Head(shape=(4, 3, 2), spacing=(3.0, 2.0, 1.0), turned=codes != "LPS")
    np.testing.assert_array_equal(values_of(tmp_path / "a.nii.gz"), VOXELS[::-1, ::-1].transpose()[None])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("image", [nibabel.Nifti1Image, nibabel.Nifti2Image, nibabel.MGHImage])
def test_formats_and_byte_orders(tmp_path: Path, order: str, image: type) -> None:
    if image is nibabel.MGHImage:
        header, path = None, tmp_path / "a.mgz"  # always big-endian
    else:
        header, path = image.header_class(endianness=order), tmp_path / "a.nii"
        header.set_data_dtype(np.int16)
    voxels = VOXELS if header is None else VOXELS.astype(np.int16)
    nibabel.save(image(voxels, np.diag([-1.0, -1.0, 1.0, 1.0]), header), path)
    np.testing.assert_array_equal(values_of(path), VOXELS.transpose()[None])


def test_scaling_of_the_header_is_applied(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(VOXELS.astype(np.int16), np.diag([-1.0, -1.0, 1.0, 1.0]))
    image.header.set_slope_inter(2, 10)
    nibabel.save(image, tmp_path / "a.nii")
    np.testing.assert_array_equal(values_of(tmp_path / "a.nii"), 2 * VOXELS.transpose()[None] + 10)


def test_of_several_times_the_mean(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", np.stack([VOXELS, VOXELS + 4], axis=-1), np.diag([-1.0, -1.0, 1.0, 1.0]))
    assert head_of(path).times == 2  # type: ignore[union-attr]
    np.testing.assert_array_equal(values_of(path), VOXELS.transpose()[None] + 2)


def test_complex_voxels_are_magnitudes(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", (VOXELS * (3 + 4j)).astype(np.complex64), np.diag([-1.0, -1.0, 1.0, 1.0]))
    np.testing.assert_allclose(values_of(path), 5 * VOXELS.transpose()[None])
    path = nifti(tmp_path / "b.nii", np.stack([VOXELS * (3 + 4j)] * 2, axis=-1).astype(np.complex64))
    np.testing.assert_allclose(values_of(path).max(), 5 * VOXELS.max())


def test_arrays_with_and_without_channels(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VOXELS)
    np.savez(tmp_path / "b.npz", volume=np.stack([VOXELS] * 2), age=np.array(3))
    np.save(tmp_path / "c.npy", np.stack([np.zeros((5, 6, 7))] * 3, axis=-1))
    assert head_of(tmp_path / "a.npy") == Head(shape=(2, 3, 4), spacing=(1.0, 1.0, 1.0))
    assert head_of(tmp_path / "b.npz") == Head(shape=(2, 3, 4), spacing=(1.0, 1.0, 1.0), channels=2)
    assert head_of(tmp_path / "c.npy") == Head(shape=(5, 6, 7), spacing=(1.0, 1.0, 1.0), channels=3)
    np.testing.assert_array_equal(values_of(tmp_path / "a.npy"), VOXELS[None])
    assert values_of(tmp_path / "c.npy").shape == (3, 5, 6, 7)


def test_what_is_no_volume_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    colours = np.zeros((3, 3, 3), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    whole = nifti(tmp_path / "whole.nii", VOXELS).read_bytes()
    (tmp_path / "empty.nii").touch()
    (tmp_path / "other.nii").write_bytes(b"other" * 100)
    (tmp_path / "header.nii").write_bytes(whole[:40] + b"\xff\x7f" + whole[42:70] + b"\xff\x7f" + whole[72:])
    (tmp_path / "words.npy").write_bytes(b"words")
    np.savez(tmp_path / "two.npz", a=VOXELS, b=VOXELS)
    np.savez(tmp_path / "none.npz", a=np.zeros(3))
    np.save(tmp_path / "flat.npy", VOXELS[0])
    np.save(tmp_path / "many.npy", np.zeros((9, 9, 9, 9)))
    np.save(tmp_path / "objects.npy", np.array([[[None]]]), allow_pickle=True)
    expected = {
        "empty.nii": "the file is empty",
        "other.nii": "Cannot work out file type",
        "header.nii": "",
        "words.npy": "",
        "two.npz": "one array of three axes expected, it holds a, b",
        "none.npz": "one array of three axes expected, it holds none",
        "flat.npy": r"three axes, or four with up to 4 channels, expected; it has shape (3, 4)",
        "many.npy": r"it has shape (9, 9, 9, 9)",
        "objects.npy": "Python objects",
        nifti(tmp_path / "slice.nii", VOXELS[0]).name: "three axes expected, it has shape (3, 4)",
        nifti(tmp_path / "thin.nii", VOXELS[:, :1]).name: "it is no volume but 4 × 1 × 2 voxels",
    }
    for name, sentence in expected.items():
        found = head_of(tmp_path / name)
        assert isinstance(found, str), name
        assert sentence in found
        assert "\n" not in found
    assert capsys.readouterr().err == ""
    with pytest.raises(ValueError, match="its voxels are colours"):
        values_of(nifti(tmp_path / "colours.nii", colours))


def test_spacing_that_makes_no_sense_is_one(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(VOXELS, np.diag([2.0, 2.0, 2.0, 1.0]))
    image.set_sform(np.array([[2.0, 0, 0, 0], [0, 2.0, 0, 0], [0, 0, 0.0, 0], [0, 0, 0, 1]]), code=1)
    nibabel.save(image, tmp_path / "a.nii")
    found = head_of(tmp_path / "a.nii")
    assert isinstance(found, str) or 1.0 in found.spacing
