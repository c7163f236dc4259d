"""Sets of tables."""

from __future__ import annotations

from typing import Final

from pellucid.data.fetching.named_set import NamedSet
from pellucid.data.fetching.remote import RemoteFile
from pellucid.data.fetching.sets.hosts import D2L, SEABORN, UCI

CALIFORNIA_HOUSING: Final = NamedSet(
    name="california-housing",
    title="20,640 districts of California in 1990, to predict the median value of a house",
    kind="table",
    licence="none stated (StatLib)",
    source="R. K. Pace, R. Barry, Sparse spatial autoregressions, 1997",
    files=(
        RemoteFile(
            name="cal_housing.tgz",
            addresses=(
                "https://ndownloader.figshare.com/files/5976036",
                "https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz",
            ),
            checksums=("sha256:aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",),
            size=441963,
        ),
    ),
    members=r"CaliforniaHousing/cal_housing\.data",
    read="CaliforniaHousing/cal_housing.data",
    columns=(
        "longitude",
        "latitude",
        "housing_median_age",
        "total_rooms",
        "total_bedrooms",
        "population",
        "households",
        "median_income",
        "median_house_value",
    ),
    target=("median_house_value",),
)

AUTO_MPG: Final = NamedSet(
    name="auto-mpg",
    title="398 cars of 1970 to 1982, to predict how far they go on a gallon",
    kind="table",
    licence="CC BY 4.0 (UCI)",
    source="R. Quinlan, Combining instance-based and model-based learning, 1993; as in seaborn-data",
    files=(
        RemoteFile(
            name="mpg.csv",
            addresses=(f"{SEABORN}mpg.csv",),
            checksums=("sha256:c14b8b855ea7ee86cb9736bf8caaf281c4685ca08826f3eb2acaccaaf40f0d5a",),
            size=21222,
        ),
    ),
    read="mpg.csv",
    target=("mpg",),
)

PENGUINS: Final = NamedSet(
    name="penguins",
    title="344 penguins of three species",
    kind="table",
    licence="CC0",
    source="A. Horst, A. Hill, K. Gorman, palmerpenguins, 2020; as in seaborn-data",
    files=(
        RemoteFile(
            name="penguins.csv",
            addresses=(f"{SEABORN}penguins.csv",),
            checksums=("sha256:e07636bd8af74260099ea2f8678e2eabbf35def579940cc76f67061ee16c06c1",),
            size=13478,
        ),
    ),
    read="penguins.csv",
    target=("species",),
)

TITANIC: Final = NamedSet(
    name="titanic",
    title="891 passengers of the Titanic, to predict who survived",
    kind="table",
    licence="none stated",
    source="Encyclopedia Titanica, by way of Kaggle; as in seaborn-data",
    files=(
        RemoteFile(
            name="titanic.csv",
            addresses=(f"{SEABORN}titanic.csv",),
            checksums=("sha256:81787d320d7f7b03df935e91de8bd19e11d45c5bbcab86ef4d4a76dc91b7d4f2",),
            size=57018,
        ),
    ),
    read="titanic.csv",
    target=("survived",),
)

ADULT: Final = NamedSet(
    name="adult",
    title="48,842 people of the US census of 1994, to predict who earns more than 50,000 dollars",
    kind="table",
    licence="CC BY 4.0 (UCI)",
    source="R. Kohavi, B. Becker, Adult, 1996",
    files=(
        RemoteFile(
            name="adult.data",
            addresses=(f"{UCI}adult/adult.data",),
            checksums=("sha256:5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d",),
            size=3974305,
        ),
        RemoteFile(
            name="adult.test",
            addresses=(f"{UCI}adult/adult.test",),
            checksums=("sha256:a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05",),
            size=2003153,
        ),
    ),
    read="adult.data",
    test="adult.test",
    columns=(
        "age",
        "workclass",
        "fnlwgt",
        "education",
        "education-num",
        "marital-status",
        "occupation",
        "relationship",
        "race",
        "sex",
        "capital-gain",
        "capital-loss",
        "hours-per-week",
        "native-country",
        "income",
    ),
    target=("income",),
)

HOUSE_PRICES: Final = NamedSet(
    name="house-prices",
    title="1,460 houses sold in Ames, Iowa, to predict the price",
    kind="table",
    licence="none stated (Kaggle)",
    source="D. De Cock, Ames, Iowa: alternative to the Boston housing data, 2011; as in Dive into Deep Learning",
    files=(
        RemoteFile(
            name="kaggle_house_pred_train.csv",
            addresses=tuple(f"{folder}kaggle_house_pred_train.csv" for folder in D2L),
            checksums=("sha1:585e9cc93e70b39160e7921475f9bcd7d31219ce",),
        ),
    ),
    read="kaggle_house_pred_train.csv",
    target=("SalePrice",),
)
