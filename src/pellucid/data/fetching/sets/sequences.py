"""Sets of texts, series and sounds."""

from __future__ import annotations

from typing import Final

from pellucid.data.fetching.named_set import NamedSet, codes
from pellucid.data.fetching.remote import RemoteFile
from pellucid.data.fetching.sets.hosts import D2L, GITHUB, TENSORFLOW

IMDB: Final = NamedSet(
    name="imdb",
    title="50,000 film reviews, half of them for training, to tell praise from blame",
    kind="text",
    licence="none stated",
    source="A. Maas and others, Learning word vectors for sentiment analysis, 2011",
    files=(
        RemoteFile(
            name="aclImdb_v1.tar.gz",
            addresses=(
                "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
                *(f"{folder}aclImdb_v1.tar.gz" for folder in D2L),
            ),
            checksums=(
                "sha1:01ada507287d82875905620988597833ad4e0903",
                "sha256:c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
            ),
            size=84125825,
        ),
    ),
    members=r"aclImdb/(train|test)/(pos|neg)/.*\.txt",
    read="aclImdb",
)

NEWSGROUPS: Final = NamedSet(
    name="20-newsgroups",
    title="18,846 messages to 20 newsgroups, the later ones for testing",
    kind="text",
    licence="none stated",
    source="K. Lang, NewsWeeder: learning to filter netnews, 1995; as sorted by date by J. Rennie",
    files=(
        RemoteFile(
            name="20news-bydate.tar.gz",
            addresses=(
                "https://ndownloader.figshare.com/files/5975967",
                "http://qwone.com/~jason/20Newsgroups/20news-bydate.tar.gz",
            ),
            checksums=("sha256:8f1b2514ca22a5ade8fbb9cfa5727df95fa587f4c87b786e15c759fa66d95610",),
        ),
    ),
    members=r"20news-bydate-(train|test)/.*",
    suffix=".txt",
    read="20news-bydate-train",
    test="20news-bydate-test",
)

AG_NEWS: Final = NamedSet(
    name="ag-news",
    title="127,600 news, title and first sentences, of four fields",
    kind="text",
    licence="for research, not for commerce",
    source="X. Zhang, J. Zhao, Y. LeCun, Character-level convolutional networks for text classification, 2015",
    files=(
        RemoteFile(
            name="train.csv",
            addresses=(f"{GITHUB}mhjabreel/CharCnn_Keras/master/data/ag_news_csv/train.csv",),
            checksums=("md5:b1a00f826fdfbd249f79597b59e1dc12",),
        ),
        RemoteFile(
            name="test.csv",
            addresses=(f"{GITHUB}mhjabreel/CharCnn_Keras/master/data/ag_news_csv/test.csv",),
            checksums=(
                "md5:d52ea96a97a2d943681189a97654912d",
                "sha256:521465c2428ed7f02f8d6db6ffdd4b5447c1c701962353eb2c40d548c3c85699",
            ),
            size=1857427,
        ),
    ),
    read="train.csv",
    test="test.csv",
    columns=("field", "title", "text"),
    target=("field",),
    classes=codes("World", "Sports", "Business", "Sci/Tech", first=1),
)

JENA_CLIMATE: Final = NamedSet(
    name="jena-climate",
    title="the weather at Jena every ten minutes from 2009 to 2016, 14 quantities",
    kind="series",
    licence="none stated",
    source="Max Planck Institute for Biogeochemistry; as in F. Chollet, Deep Learning with Python",
    files=(
        RemoteFile(
            name="jena_climate_2009_2016.csv.zip",
            addresses=(
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/jena_climate_2009_2016.csv.zip",
                "https://s3.amazonaws.com/keras-datasets/jena_climate_2009_2016.csv.zip",
            ),
        ),
    ),
    members=r"jena_climate_2009_2016\.csv",
    read="jena_climate_2009_2016.csv",
    target=("T (degC)",),
)

ETTH1: Final = NamedSet(
    name="etth1",
    title="the oil temperature of an electricity transformer and six loads, hourly for two years",
    kind="series",
    licence="CC BY-ND 4.0",
    source="H. Zhou and others, Informer: beyond efficient transformer for long sequence time-series forecasting, 2021",
    files=(
        RemoteFile(
            name="ETTh1.csv",
            addresses=(f"{GITHUB}zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv",),
            checksums=("sha256:f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066",),
            size=2589657,
        ),
    ),
    read="ETTh1.csv",
    target=("OT",),
)

SPEECH_COMMANDS: Final = NamedSet(
    name="mini-speech-commands",
    title="8,000 spoken words, eight different ones, of a second each",
    kind="sound",
    licence="CC BY 4.0",
    source="P. Warden, Speech commands: a dataset for limited-vocabulary speech recognition, 2018",
    files=(
        RemoteFile(
            name="mini_speech_commands.zip",
            addresses=(f"{TENSORFLOW}data/mini_speech_commands.zip",),
        ),
    ),
    members=r"mini_speech_commands/[^.].*\.wav",
    read="mini_speech_commands",
)
