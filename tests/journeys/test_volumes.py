"""From volumes on the disk to a judged network, to answers for new ones, and every way in which they can break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import polars as pl
import pytest
import torch
from numpy.typing import NDArray

import pellucid

SIDE = 12


def solid(kind: str, seed: int, side: int = SIDE) -> NDArray[np.float32]:
    """Return a noisy sphere or cube, as large in volume, in a volume (x, y, z)."""
    random = np.random.default_rng(seed)
    away = np.abs(np.stack(np.meshgrid(*[np.arange(side) - side / 2 + 0.5] * 3, indexing="ij")))
    half = random.uniform(0.25, 0.33) * side
    inside = np.linalg.norm(away, axis=0) < 1.24 * half if kind == "sphere" else away.max(axis=0) < half
    found: NDArray[np.float32] = (1000 * (inside + random.normal(0, 0.1, inside.shape))).astype(np.float32)
    return found


def save(path: Path, volume: NDArray[Any], spacing: float = 1.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(volume, np.diag([spacing, spacing, spacing, 1.0])), path)


def told(fit: Callable[..., str], *arguments: object) -> str:
    """Return what a fit says, without the breaks of its lines."""
    return " ".join(fit(*arguments).split())


@pytest.fixture
def scans(own_folder: Path) -> Path:
    """Return a folder of twenty-four NIfTI files of two classes."""
    for label in ("cube", "sphere"):
        for number in range(12):
            save(own_folder / "scans" / label / f"{number:02d}.nii.gz", solid(label, number))
    return own_folder / "scans"


def test_scans_from_fit_to_report_to_prediction(
    scans: Path, fit: Callable[..., str], command_line: Callable[..., Any]
) -> None:
    said = told(fit, scans, "--name", "run", "--report")
    assert "1 × 12 × 12 × 12 (channels × depth × height × width), voxels of 1 mm" in said
    assert "percentiles 0.5 and 99.5 of each volume" in said
    report = Path("runs/run/report.html").read_text()
    assert "given to the network as 12 × 12 × 12 voxels in grey" in report
    assert "How training volumes are varied" in report
    save(Path("new/one.nii"), solid("sphere", 99))
    save(Path("new/two.nii.gz"), solid("cube", 98, side=2 * SIDE), spacing=0.5)
    Path("new/three.nii").write_bytes(b"no scan" * 100)
    assert command_line("predict", "runs/run", "new", "--to", "answers.csv").code == 0
    answers = pl.read_csv("answers.csv")
    assert answers["volume"].to_list() == ["one.nii", "three.nii", "two.nii.gz"]
    assert answers["predicted_label"].is_null().to_list() == [False, True, False]
    assert "expected a whole volume" in answers["problem"][1]
    assert len(pellucid.load("runs/run").predict("new/two.nii.gz")) == 1


def test_a_volume_gets_the_same_answer_alone_as_in_the_test_part(own_folder: Path) -> None:
    """Also where the volumes have several shapes and spacings."""
    for label in ("cube", "sphere"):
        for number in range(10):
            double = 1 + number % 2
            save(Path("scans") / label / f"{number}.nii", solid(label, number, side=10 * double + number), 1 / double)
    run = pellucid.fit("scans", epochs=2, baselines=False, bootstrap=0, report=False, quiet=True)
    judged = pl.read_parquet(run.folder / "predictions.parquet")
    column = "probability_label_cube"
    files = sorted(Path("scans").rglob("*.nii"))
    for row, expected in zip(judged["row"], judged[column], strict=True):
        assert run.predict(files[row])[column][0] == pytest.approx(expected, abs=1e-5)


def test_a_number_is_predicted_from_a_table(own_folder: Path, fit: Callable[..., str]) -> None:
    lines = ["file,size"]
    for number in range(20):
        volume = solid("sphere", number)
        np.save(own_folder / f"{number:02d}.npy", volume)
        lines.append(f"{number:02d}.npy,{(volume > 500).sum() / 100}")
    Path("labels.csv").write_text("\n".join(lines) + "\n")
    (own_folder / "volumes").mkdir()
    for file in own_folder.glob("*.npy"):
        file.rename(own_folder / "volumes" / file.name)
    said = told(fit, "volumes", "--labels", "labels.csv", "--name", "run")
    assert "regression" in said
    assert len(pellucid.load("runs/run").predict("volumes/00.npy")) == 1


def test_arrays_of_voxels(own_folder: Path) -> None:
    labels = np.array(["cube", "sphere"] * 12)
    volumes = np.stack([solid(label, number) for number, label in enumerate(labels)])
    quick: dict[str, Any] = {"epochs": 2, "baselines": False, "bootstrap": 0, "report": False, "quiet": True}
    run = pellucid.fit((volumes, labels), **quick)
    assert run.record.source.kind == "volume"
    assert len(run.predict(volumes[:3])) == 3
    assert pellucid.fit((volumes[:, None], labels), kind="video", **quick).record.source.kind == "video"


def test_resuming_is_bit_exact_with_augmentation(scans: Path, press_at: Callable[[int, int], list[Any]]) -> None:
    """Stopped after the first batch of the second epoch and resumed: the weights are those of a straight run."""
    options: dict[str, Any] = {"epochs": 3, "baselines": False, "bootstrap": 0, "report": False, "batch_size": 5}
    options["augment"] = "shift, intensity, noise, flip"
    straight = pellucid.fit(scans, name="straight", quiet=True, **options)
    press_at(2, 1)
    stopped = pellucid.fit(scans, name="stopped", **options)
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    resumed = pellucid.resume(stopped.folder, quiet=True)
    weights = [run.network.state_dict() for run in (straight, resumed)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_volumes_that_cannot_be_learnt_from(
    scans: Path, fit_refused: Callable[..., str], fit: Callable[..., str]
) -> None:
    broken = scans / "cube" / "00.nii.gz"
    whole = broken.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    assert f"expected whole volumes, got {broken} (" in fit_refused(scans)
    assert "bad volumes: 1 left out" in told(fit, scans, "--skip-bad-rows")
    save(broken, np.full((SIDE, SIDE, SIDE), np.nan, np.float32))
    assert f"got {broken} (no voxel holds a number)" in fit_refused(scans)
    holes = solid("cube", 0)
    holes[:2] = np.nan
    save(broken, holes)
    assert "missing voxels: filled with the lowest value of the volume in 1 volume" in told(fit, scans)
    save(broken, solid("cube", 0, side=SIDE + 3))
    assert "volume shape: all volumes centred in 15 × 15 × 15 voxels" in told(fit, scans)
    Path("labels.csv").write_text("file,kind\n00.nii.gz,a\nabsent.nii,b\n")
    assert "every volume of labels.csv in scans, got none for 'absent.nii'" in fit_refused(
        "scans", "--labels", "labels.csv"
    )
    shutil.rmtree(scans / "cube")
    assert "at least two classes in label, got only 'sphere'" in fit_refused(scans)


@pytest.mark.slow
@pytest.mark.knowledge("H8")
def test_real_scans_of_every_kind_are_read(shared_data: Path) -> None:
    """Both byte orders, NIfTI-1 and -2, three and four axes, MGH and MINC; only MINC-2 needs a library more."""
    from pellucid.data.settings import DataSettings
    from pellucid.data.volumes import decode

    files = sorted(path for path in (shared_data / "volumes" / "nibabel").iterdir() if "." in path.name)
    decoded = decode(files, DataSettings(skip_bad_rows=True))
    assert len(decoded.kept) >= len(files) - 1
    assert np.isfinite(np.asarray(decoded.content)).all()
