"""The modality of sounds."""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid.data.content import Ragged
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.sound import SOUNDS
from pellucid.data.settings import DataSettings

FITTING = Fitting(settings=DataSettings())


def tones(*seconds: float, hertz: float = 440.0) -> Dataset:
    waves = [
        (9000 * np.sin(2 * np.pi * hertz * np.arange(round(length * 8000)) / 8000)).astype(np.int16)[:, None]
        for length in seconds
    ]
    rows = np.arange(len(seconds))
    frame = pl.DataFrame({"sound": [f"{row}.wav" for row in rows], "speaker": ["ann"] * len(rows)})
    return Dataset(kind="sound", name="", frame=frame, source_rows=rows, content=Ragged.of(waves), rate=8000)


def test_summary() -> None:
    assert SOUNDS.summary(tones(0.5, 1.0, 2.0)) == "0.50 … 2.00 seconds, median 1.00; 8,000 samples per second"
    assert SOUNDS.summary(tones(0.5, 0.5)) == "0.50 seconds; 8,000 samples per second"


def test_features_are_standardised_by_the_rows_that_are_learnt_from() -> None:
    seen, judged = SOUNDS.features(tones(0.5, 1.0, 2.0), tones(1.0, hertz=900), FITTING)
    assert seen.raw.shape == (3, 81)
    assert judged.raw.shape == (1, 81)
    assert not seen.categorical.any()
    moving = seen.raw.std(axis=0) > 1e-4
    assert moving[-1]
    np.testing.assert_allclose(seen.scaled[:, moving].mean(axis=0), 0, atol=1e-2)
    np.testing.assert_allclose(seen.scaled[:, moving].std(axis=0), 1, rtol=1e-2)
    assert np.abs(judged.raw[0] - seen.raw[1]).max() > 1


def test_two_channels_are_mixed() -> None:
    mono = tones(0.5)
    assert isinstance(mono.content, Ragged)
    stereo = Dataset(
        kind="sound",
        name="",
        frame=mono.frame,
        source_rows=mono.source_rows,
        content=Ragged.of([np.repeat(mono.content[0], 2, axis=1)]),
        rate=8000,
    )
    np.testing.assert_array_equal(
        SOUNDS.features(mono, mono, FITTING)[0].raw, SOUNDS.features(stereo, stereo, FITTING)[0].raw
    )


def test_an_example_is_shown_and_told() -> None:
    data = tones(0.5, 1.25)
    assert SOUNDS.show is not None
    assert SOUNDS.tell is not None
    assert SOUNDS.show(data, 1).shape == (3, 128, 160)
    assert SOUNDS.tell(data, 1) == {"sound": "1.wav", "speaker": "ann", "seconds": "1.25"}


def test_fit_looks_at_the_settings() -> None:
    fitted = SOUNDS.fit(tones(0.5), Fitting(settings=DataSettings(seconds=0.25)))
    assert fitted.spec(1).shape == (1, 2000)
