import numpy as np

from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.table import TABLES
from pellucid.data.reading import read
from pellucid.data.schema import describe
from pellucid.data.settings import DataSettings


def test_categories_are_encoded_by_what_the_first_part_holds() -> None:
    described = describe(read({"x": [1.0, 2.0, 3.0, 4.0], "c": ["a", "b", "a", "z"], "y": [1.5, 2.5, 3.5, 5.5]}))
    fitting = Fitting(settings=DataSettings(), columns=described.columns, features=described.features)
    data = described.dataset
    seen, judged = TABLES.features(data.take(np.arange(3)), data.take(np.array([3])), fitting)
    assert seen.categorical.tolist() == [False, True]
    assert np.isnan(judged.raw[0, 1])  # z was never seen
    assert seen.scaled.shape[1] == judged.scaled.shape[1]


def test_a_row_is_told_by_its_cells() -> None:
    data = read({"x": [1.0, None], "y": [1, 2]})
    assert TABLES.tell is not None
    assert TABLES.tell(data, 1) == {"x": "", "y": "2"}
    assert TABLES.summary(data) == "2 columns"
