"""The four files of each set in the format of MNIST; sizes as the authors publish them."""

from __future__ import annotations

from pellucid.data.fetching.sets.pictures import FASHION_MNIST, KMNIST, MNIST

NAMES = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
]


def test_the_four_files() -> None:
    for named in (MNIST, FASHION_MNIST, KMNIST):
        assert [file.name for file in named.files] == NAMES
        assert all(address.endswith(file.name) for file in named.files for address in file.addresses)
        assert all(len(file.checksums) == 2 for file in named.files)
    assert [file.size for file in MNIST.files] == [9912422, 28881, 1648877, 4542]
