"""The binary folders of CIFAR; expected values were put into the files by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.cifar import is_cifar, read_cifar
from pellucid.foundation.errors import DataError


def rows(labels: list[tuple[int, ...]]) -> bytes:
    """Pictures whose channels are filled with 10, 20 and 30, but for the first pixel, which is the fine label."""
    pixels = np.repeat([10, 20, 30], 1024).astype(np.uint8)
    content = []
    for label in labels:
        pixels[0] = label[-1]
        content.append(bytes(label) + pixels.tobytes())
    return b"".join(content)


def cifar10(folder: Path) -> Path:
    (folder / "batches.meta.txt").write_text("airplane\nautomobile\nbird\n\n")
    for i in range(1, 6):
        (folder / f"data_batch_{i}.bin").write_bytes(rows([(i % 3,), (0,)]))
    (folder / "test_batch.bin").write_bytes(rows([(2,)]))
    return folder


def cifar100(folder: Path) -> Path:
    (folder / "fine_label_names.txt").write_text("apple\nbear\n")
    (folder / "train.bin").write_bytes(rows([(0, 1), (1, 0)]))
    (folder / "test.bin").write_bytes(rows([(0, 0)]))
    return folder


def test_cifar10(tmp_path: Path) -> None:
    dataset = read_cifar(cifar10(tmp_path), DataSettings(), ())
    assert is_cifar(tmp_path)
    assert dataset.frame["label"].to_list()[:4] == ["automobile", "airplane", "bird", "airplane"]
    assert dataset.frame["picture"].to_list()[-1] == "test_batch[0]"
    assert dataset.test_rows is not None
    assert dataset.test_rows.nonzero()[0].tolist() == [10]
    assert isinstance(dataset.content, np.ndarray)
    assert dataset.content.shape == (11, 3, 32, 32)
    assert dataset.content[2, :, 5, 5].tolist() == [10, 20, 30]
    assert dataset.content[:3, 0, 0, 0].tolist() == [1, 0, 2]


def test_cifar100_takes_the_fine_classes(tmp_path: Path) -> None:
    dataset = read_cifar(cifar100(tmp_path), DataSettings(), ())
    assert dataset.frame["label"].to_list() == ["bear", "apple", "apple"]
    assert dataset.decisions[0].choice == "1 pictures of test.bin"


def test_other_folders_are_none(tmp_path: Path) -> None:
    assert not is_cifar(tmp_path)
    assert not is_cifar("cifar10")
    (tmp_path / "train.bin").touch()
    assert not is_cifar(tmp_path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    (cifar10(tmp_path) / "data_batch_3.bin").unlink()
    with pytest.raises(DataError, match="expected data_batch_3.bin in .* unpack the archive again"):
        read_cifar(tmp_path, DataSettings(), ())


def test_a_cut_file_is_said(tmp_path: Path) -> None:
    file = cifar10(tmp_path) / "test_batch.bin"
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(DataError, match="got 3066 bytes more"):
        read_cifar(tmp_path, DataSettings(), ())


def test_a_label_without_a_name_is_said(tmp_path: Path) -> None:
    (cifar10(tmp_path) / "test_batch.bin").write_bytes(rows([(9,)]))
    with pytest.raises(DataError, match="expected labels below 3 .* got 9"):
        read_cifar(tmp_path, DataSettings(), ())
