"""Data sets by name: the files that ship inside scikit-learn, read without importing it (which costs a second)."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.dataset import LABEL, PICTURE, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source, table_dataset
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

DIGIT_SIDE, DIGIT_MAXIMUM, PIXEL_MAXIMUM = 8, 16, 255
IRIS: Final = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
WINE: Final = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
)
CELL: Final = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
BREAST_CANCER: Final = (
    *(f"mean {name}" for name in CELL),
    *(f"{name} error" for name in CELL),
    *(f"worst {name}" for name in CELL),
)
DIABETES: Final = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


def is_named(source: Any) -> bool:
    """Say whether a source is the name of a set that ships with scikit-learn."""
    return isinstance(source, str) and source in NAMED_SETS


def read_named(source: str, settings: DataSettings, known: Known) -> Dataset:
    """Read a set by its name.

    Raises:
        DataError: scikit-learn's files are not where it installs them.
    """
    return NAMED_SETS[source](source, settings, known)


def _file(name: str) -> Path:
    """Return a file of scikit-learn's folder of data."""
    spec = find_spec("sklearn")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders))) / "datasets" / "data" / name if folders else Path(name)
    if not path.is_file():
        raise DataError(f"read expected scikit-learn with its file {name}, got none: pip install scikit-learn")
    return path


def _numbers(name: str, separator: str | None = ",") -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the rows of a gzipped file of numbers."""
    return np.loadtxt(io.BytesIO(gzip.decompress(_file(name).read_bytes())), delimiter=separator)


def _digits(name: str, settings: DataSettings, known: Known) -> Dataset:
    """Read the 1,797 pictures of digits; their 17 shades become shades of uint8."""
    rows = _numbers("digits.csv.gz")
    shades = np.rint(rows[:, :-1] * (PIXEL_MAXIMUM / DIGIT_MAXIMUM)).astype(np.uint8)
    labels = [str(int(label)) for label in rows[:, -1]]
    numbers = np.arange(len(rows), dtype=np.int64)
    return Dataset(
        kind="picture",
        name=name,
        frame=pl.DataFrame({PICTURE: [str(i) for i in numbers], LABEL: pl.Series(labels, dtype=pl.Categorical)}),
        subject=PICTURE,
        content=shades.reshape(-1, 1, DIGIT_SIDE, DIGIT_SIDE),
        source_rows=numbers,
        target=(LABEL,),
        decisions=(
            Decision(
                topic="pixels",
                choice=f"shades 0 … {DIGIT_MAXIMUM} scaled to 0 … {PIXEL_MAXIMUM}",
                reason="pictures are kept as whole numbers of one byte",
            ),
        ),
    )


def _classes(file: str, features: tuple[str, ...], target: str) -> Callable[[str, DataSettings, Known], Dataset]:
    """Return the reader of a file whose first row names the classes and whose last column holds their numbers."""

    def read(name: str, settings: DataSettings, known: Known) -> Dataset:
        first, *rows = list(csv.reader(io.StringIO(_file(file).read_text())))
        values = np.array(rows, np.float64)
        columns: dict[str, Any] = {feature: values[:, i] for i, feature in enumerate(features)}
        columns[target] = pl.Series([first[2:][int(code)] for code in values[:, -1]], dtype=pl.Enum(first[2:]))
        return table_dataset(pl.LazyFrame(columns), name=name, settings=settings, known=known, target=(target,))

    return read


def _diabetes(name: str, settings: DataSettings, known: Known) -> Dataset:
    """Read the 442 patients in their own units (scikit-learn scales them unless told not to)."""
    values, target = _numbers("diabetes_data_raw.csv.gz", None), _numbers("diabetes_target.csv.gz", None)
    columns = {feature: values[:, i] for i, feature in enumerate(DIABETES)} | {"progression": target}
    table = pl.LazyFrame(columns)
    return table_dataset(table, name=name, settings=settings, known=known, target=("progression",))


NAMED_SETS: Final[dict[str, Callable[[str, DataSettings, Known], Dataset]]] = {
    "digits": _digits,
    "iris": _classes("iris.csv", IRIS, "species"),
    "wine": _classes("wine_data.csv", WINE, "cultivar"),
    "breast-cancer": _classes("breast_cancer.csv", BREAST_CANCER, "diagnosis"),
    "diabetes": _diabetes,
}

NAMED: Final = Source(
    name="named",
    title="a set that ships with scikit-learn: digits, iris, wine, breast-cancer, diabetes",
    kind="table",
    recognises=is_named,
    read=read_named,
)
