from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np

from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.volume_folder import is_volume_folder, read_volume_folder


def nifti(path: Path, step: float = 1.0, side: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    voxels = np.random.default_rng(side).normal(size=(side,) * 3).astype(np.float32)
    nibabel.save(nibabel.Nifti1Image(voxels, np.diag([-step, -step, step, 1.0])), path)
    return path


def test_scans_and_folders_of_arrays_are_volumes(tmp_path: Path) -> None:
    scan = nifti(tmp_path / "scans" / "a.nii.gz")
    (tmp_path / "arrays").mkdir()
    np.save(tmp_path / "arrays" / "a.npy", np.zeros((4, 4, 4)))
    assert is_volume_folder(scan)
    assert is_volume_folder(tmp_path / "scans")
    assert is_volume_folder(tmp_path / "arrays")
    assert not is_volume_folder(tmp_path / "arrays" / "a.npy")  # one file of NumPy may hold many
    assert not is_volume_folder("iris")
    for name in "abc":
        (tmp_path / "arrays" / f"{name}.txt").touch()
    assert not is_volume_folder(tmp_path / "arrays")  # one array beside other files


def test_scans_of_one_person_stay_together(tmp_path: Path) -> None:
    """Names as in the Brain Imaging Data Structure."""
    for person in ("01", "02", "03"):
        for session in ("a", "b"):
            nifti(tmp_path / "set" / f"sub-{person}" / f"ses-{session}" / f"sub-{person}_ses-{session}_T1w.nii.gz")
    data = read_volume_folder(tmp_path / "set", DataSettings(), ())
    assert (data.kind, data.subject, data.group, data.spacing) == ("volume", "volume", "person", 1.0)
    assert data.frame["person"].to_list() == ["sub-01", "sub-01", "sub-02", "sub-02", "sub-03", "sub-03"]


def test_a_test_part_of_its_own_is_brought_to_the_grid_of_the_first(tmp_path: Path) -> None:
    for label in "ab":
        nifti(tmp_path / "train" / label / "0.nii", step=2.0, side=6)
        nifti(tmp_path / "other" / label / "0.nii", step=1.0, side=8)
    data = read(tmp_path / "train", DataSettings(test=str(tmp_path / "other")))
    content = np.asarray(data.content)
    assert content.shape == (4, 1, 6, 6, 6)
    padded = content[2:, 0]
    lowest = padded.min(axis=(1, 2, 3))
    assert (padded[:, 0] == lowest[:, None, None]).all()  # 4 voxels of 2 mm in the middle of 6
