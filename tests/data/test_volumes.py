from __future__ import annotations

import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data.settings import DataSettings
from pellucid.data.volumes import decode
from pellucid.foundation.errors import DataError, MissingExtraError

RANDOM = np.random.default_rng(0)


def nifti(path: Path, voxels: NDArray[np.generic], spacing: tuple[float, float, float] = (1, 1, 1)) -> Path:
    nibabel.save(nibabel.Nifti1Image(voxels, np.diag([-spacing[0], -spacing[1], spacing[2], 1.0])), path)
    return path


def test_volumes_alike_are_taken_as_they_are(tmp_path: Path) -> None:
    volumes = [RANDOM.normal(size=(4, 5, 6)).astype(np.float32) for _ in range(3)]
    files = [nifti(tmp_path / f"{i}.nii.gz", volume) for i, volume in enumerate(volumes)]
    decoded = decode(files, DataSettings())
    np.testing.assert_array_equal(np.asarray(decoded.content), np.stack([v.transpose() for v in volumes])[:, None])
    assert (decoded.spacing, decoded.decisions) == (1.0, ())


def test_one_spacing_and_one_shape(tmp_path: Path) -> None:
    """The same ball seen with voxels of two sizes becomes nearly the same voxels."""
    files = []
    for name, step in (("a.nii", 1.0), ("b.nii", 2.0)):
        places = np.stack(np.meshgrid(*[np.arange(0, 24, step) + step / 2 - 12] * 3, indexing="ij"))
        files.append(nifti(tmp_path / name, np.exp(-(places**2).sum(axis=0) / 50).astype(np.float32), (step,) * 3))
    decoded = decode(files, DataSettings(spacing=2.0))
    first, second = np.asarray(decoded.content)[:, 0]
    assert first.shape == (12, 12, 12)
    np.testing.assert_allclose(first, second, atol=0.05)
    (said,) = decoded.decisions
    assert said.warning
    assert said.choice == "all volumes resampled to voxels of 2 mm along each axis"
    assert "voxels of 1 × 1 × 1; 2 × 2 × 2 mm, and up to 24 × 24 × 24 of them" in said.reason


def test_large_volumes_are_made_smaller_and_cut(tmp_path: Path) -> None:
    files = [tmp_path / f"{i}.npy" for i in range(3)]
    for file, length in zip(files, (128, 128, 160), strict=True):
        np.save(file, np.ones((8, 8, length), np.float32))
    decoded = decode(files, DataSettings())
    assert np.asarray(decoded.content).shape == (3, 1, 4, 4, 64)
    assert decoded.spacing == 2.0
    assert "what is beyond is cut off" in decoded.decisions[1].reason
    assert np.asarray(decode(files, DataSettings(size=16)).content).shape == (3, 1, 1, 1, 16)
    asked = decode(files, DataSettings(spacing=1.0))
    assert np.asarray(asked.content).shape == (3, 1, 8, 8, 160)
    assert "cut" not in asked.decisions[0].reason


def test_orientation_and_time_are_said(tmp_path: Path) -> None:
    plain = nifti(tmp_path / "a.nii", np.ones((4, 4, 4), np.float32))
    nibabel.save(nibabel.Nifti1Image(np.ones((4, 4, 4, 5), np.float32), np.eye(4)), tmp_path / "b.nii")
    said = {decision.topic: decision for decision in decode([plain, tmp_path / "b.nii"], DataSettings()).decisions}
    assert said["orientation"].choice.startswith("1 of 2 volumes turned")
    assert said["time"].choice == "the mean over time of 1 volume"
    assert "up to 5 volumes in a row" in said["time"].reason


def test_missing_voxels_are_filled_and_said(tmp_path: Path) -> None:
    volume = RANDOM.normal(size=(4, 4, 4)).astype(np.float32)
    holes = volume.copy()
    holes[0, 0, 0], holes[1, 1, 1] = np.nan, np.inf
    np.save(tmp_path / "a.npy", holes)
    decoded = decode([tmp_path / "a.npy"], DataSettings())
    filled = np.asarray(decoded.content)[0, 0]
    assert filled[0, 0, 0] == filled[1, 1, 1] == holes[np.isfinite(holes)].min()
    (said,) = decoded.decisions
    assert said.reason.startswith("up to 3.1% of the voxels")  # 2 / 64


def test_bad_files_are_refused_left_out_or_kept(tmp_path: Path) -> None:
    good = tmp_path / "a.npy"
    np.save(good, np.zeros((4, 4, 4)))
    bad = [tmp_path / name for name in ("b.npy", "c.npy", "d.npy")]
    bad[0].touch()
    np.save(bad[1], np.full((4, 4, 4), np.nan))
    np.save(bad[2], np.zeros((2, 4, 4, 4)))
    np.save(tmp_path / "e.npy", np.ones((4, 4, 4)))
    files = [bad[0], good, bad[1], bad[2], tmp_path / "e.npy"]
    with pytest.raises(DataError, match=r"whole volumes, got .*b\.npy \(the file is empty\) and 1 more"):
        decode(files, DataSettings())
    with pytest.raises(DataError, match=r"c\.npy \(no voxel holds a number\)"):
        decode([good, bad[1]], DataSettings())
    left = decode(files, DataSettings(skip_bad_rows=True))
    assert left.kept.tolist() == [1, 4]
    assert len(np.asarray(left.content)) == 2
    assert "2 channels where others have 1" in left.decisions[-1].reason
    kept = decode(files, DataSettings(), keep=True)
    assert kept.kept.tolist() == [0, 1, 2, 3, 4]
    assert [problem.row for problem in kept.problems] == [0, 2, 3]
    with pytest.raises(DataError, match="whole volumes"):
        decode(bad[:1], DataSettings(), keep=True)


def test_damage_that_shows_only_in_reading(tmp_path: Path) -> None:
    files = [nifti(tmp_path / name, RANDOM.normal(size=(8, 8, 8)).astype(np.float32)) for name in ("a.nii", "b.nii.gz")]
    for file in files:
        file.write_bytes(file.read_bytes()[:-300])
    with pytest.raises(DataError, match=r"whole volumes, got .*a\.nii \(.*\) and 1 more"):
        decode(files, DataSettings())


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nibabel", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'pellucid\[volumes\]'"):
        decode([tmp_path / "a.nii"], DataSettings())
    np.save(tmp_path / "a.npy", np.zeros((4, 4, 4)))
    assert len(decode([tmp_path / "a.npy"], DataSettings()).kept) == 1  # arrays need NumPy only
