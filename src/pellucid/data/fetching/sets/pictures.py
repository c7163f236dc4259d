"""Sets of pictures."""

from __future__ import annotations

from typing import Final

from pellucid.data.fetching.named_set import NamedSet, codes
from pellucid.data.fetching.remote import RemoteFile
from pellucid.data.fetching.sets.hosts import D2L, TENSORFLOW


def _four(folders: tuple[str, ...], *known: tuple[int, str, str]) -> tuple[RemoteFile, ...]:
    """Return the four files of a set in the format of MNIST, of which size, MD5 and SHA-256 are known."""
    names = [f"{part}-{what}-ubyte.gz" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1")]
    return tuple(
        RemoteFile(
            name=name,
            addresses=tuple(folder + name for folder in folders),
            checksums=(f"md5:{md5}", f"sha256:{sha256}"),
            size=size,
        )
        for name, (size, md5, sha256) in zip(names, known, strict=True)
    )


MNIST: Final = NamedSet(
    name="mnist",
    title="MNIST: 70,000 handwritten digits of 28 x 28",
    kind="picture",
    licence="CC BY-SA 3.0",
    source="Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits, 1998",
    files=_four(
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "http://yann.lecun.com/exdb/mnist/",
        ),
        (
            9912422,
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        (28881, "d53e105ee54ea40749a09fcbcd1e9432", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        (
            1648877,
            "9fb629c4189551a2d022fa330f9573f3",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        (4542, "ec29112dd5afa0611ce80d1b7f02629c", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ),
)

FASHION_MNIST: Final = NamedSet(
    name="fashion-mnist",
    title="Fashion-MNIST: 70,000 pictures of clothes, 28 x 28, 10 classes",
    kind="picture",
    licence="MIT",
    source="H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, 2017",
    files=_four(
        (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        ),
        (
            26421880,
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        (29515, "25c81989df183df01b3e8a0aad5dffbe", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (
            4422102,
            "bef4ecab320f06d8554ea6380940ec79",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        (5148, "bb300cfdad3c16e7a12a480ee83cd310", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ),
    classes=codes(
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"
    ),
)

KMNIST: Final = NamedSet(
    name="kmnist",
    title="Kuzushiji-MNIST: 70,000 handwritten Japanese letters of 28 x 28, 10 classes",
    kind="picture",
    licence="CC BY-SA 4.0",
    source="T. Clanuwat and others, Deep learning for classical Japanese literature, 2018",
    files=_four(
        ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        (
            18165135,
            "bdb82020997e1d708af4cf47b453dcf7",
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        ),
        (29497, "e144d726b3acfaa3e44228e80efcd344", "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        (
            3041136,
            "5c965bf0a639b31b8f53240b1b52f4d7",
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        ),
        (5120, "7320c461ea6c1c855c0b718fb2a4b134", "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ),
    classes=codes("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
)

CIFAR10: Final = NamedSet(
    name="cifar10",
    title="CIFAR-10: 60,000 colour pictures of 32 x 32, 10 classes",
    kind="picture",
    licence="none stated",
    source="A. Krizhevsky, Learning multiple layers of features from tiny images, 2009",
    files=(
        RemoteFile(
            name="cifar-10-binary.tar.gz",
            addresses=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
            checksums=(
                "md5:c32a1d4ab5d03f1284b67883e8d87530",
                "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            ),
            size=170052171,
        ),
    ),
    members=r".*\.(bin|txt)",
    read="cifar-10-batches-bin",
)

CIFAR100: Final = NamedSet(
    name="cifar100",
    title="CIFAR-100: 60,000 colour pictures of 32 x 32, 100 classes",
    kind="picture",
    licence="none stated",
    source="A. Krizhevsky, Learning multiple layers of features from tiny images, 2009",
    files=(
        RemoteFile(
            name="cifar-100-binary.tar.gz",
            addresses=("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",),
            checksums=(
                "md5:03b5dce01913d631647c71ecec9e9cb8",
                "sha256:58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
            ),
            size=168513733,
        ),
    ),
    members=r".*\.(bin|txt)",
    read="cifar-100-binary",
)

FLOWERS: Final = NamedSet(
    name="flowers",
    title="3,670 photographs of five kinds of flowers",
    kind="picture",
    licence="CC BY, by photograph: LICENSE.txt in the archive",
    source="The TensorFlow team, Flowers, 2019",
    files=(
        RemoteFile(
            name="flower_photos.tgz",
            addresses=(
                f"{TENSORFLOW}example_images/flower_photos.tgz",
                "http://download.tensorflow.org/example_images/flower_photos.tgz",
            ),
            checksums=("sha256:4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",),
            size=228813984,
        ),
    ),
    members=r"flower_photos/[^.].*",
    read="flower_photos",
)

HOTDOG: Final = NamedSet(
    name="hotdog",
    title="hot dogs and other things: 2,800 photographs, for networks that have learnt on others before",
    kind="picture",
    licence="none stated",
    source="A. Zhang, Z. Lipton, M. Li, A. Smola, Dive into Deep Learning, section Fine-Tuning",
    files=(
        RemoteFile(
            name="hotdog.zip",
            addresses=tuple(f"{folder}hotdog.zip" for folder in D2L),
            checksums=("sha1:fba480ffa8aa7e0febbb511d181409f899b9baa5",),
        ),
    ),
    members=r"hotdog/.*",
    read="hotdog",
)
