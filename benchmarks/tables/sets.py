"""The tables: a file, the column to predict, and nothing else. They lie in the folder PELLUCID_SHARED_DATA."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

TABLES: Final = (
    ("abalone", "abalone.csv", "column_9"),
    ("adult", "adult-train.csv", "column_15"),
    ("badhealth", "badhealth.csv", "numvisit"),
    ("banknote", "banknote_authentication.csv", "column_5"),
    ("bike-sharing", "bikeshare.csv", "count"),
    ("biochemists", "bioChemists.csv", "art"),
    ("breast-cancer", "breast-cancer.csv", "column_10"),
    ("california-housing", "housing.csv", "median_house_value"),
    ("churn-telco", "wa_churn.csv", "churn"),
    ("credit-g", "credit-g.arff", "class"),
    ("doctor-visits", "DoctorVisits.csv", "visits"),
    ("heart-disease", "heartdisease.csv", "HeartDisease"),
    ("ionosphere", "ionosphere.csv", "column_35"),
    ("iris", "iris.csv", "species"),
    ("medpar", "medpar.csv", "los"),
    ("mpg", "mpg.csv", "mpg"),
    ("penguins", "penguins.csv", "species"),
    ("pima-diabetes", "pima-indians-diabetes.csv", "column_9"),
    ("randhie", "randhie.csv", "mdvis"),
    ("sonar", "sonar.csv", "column_61"),
    ("taxis", "taxis.csv", "fare"),
    ("titanic", "titanic.csv", "survived"),
    ("uci-energy", "data.txt", "column_9"),
    ("uci-yacht", "data.txt", "column_7"),
    ("vote", "vote.arff", "Class"),
    ("wheat-seeds", "wheat-seeds.csv", "column_8"),
    ("wine", "wine.csv", "column_14"),
    ("wine-quality", "winequality-white.csv", "column_12"),
)


def folder() -> Path:
    """Return the folder of the data, or stop with a sentence."""
    place = os.environ.get("PELLUCID_SHARED_DATA")
    if not place or not Path(place).is_dir():
        raise SystemExit(
            "benchmarks expected PELLUCID_SHARED_DATA to name the folder that holds tables/ and images/, "
            f"got {place!r}: set it"
        )
    return Path(place)
