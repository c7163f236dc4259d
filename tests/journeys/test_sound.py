"""Sounds, from a folder of files to predictions: tones of three pitches, spoken by four."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import soundfile

import pellucid
from pellucid import Run

RATE = 4000
PITCHES = {"low": 300.0, "middle": 600.0, "high": 1200.0}
WHO = {"ann": 1.0, "bob": 0.5, "cat": 0.25, "dan": 0.1}
QUICK: dict[str, Any] = {
    "network": "waveconv(width=8)",
    "bootstrap": 0,
    "baselines": False,
    "report": False,
    "quiet": True,
}

Refused = Callable[..., str]
Fit = Callable[..., str]


def tone(path: Path, hertz: float, random: np.random.Generator, rate: int = RATE, loud: float = 1.0) -> None:
    """Write a tone of 0.1 to 0.2 seconds, a little out of tune, with some noise."""
    time = np.arange(round(rate * random.uniform(0.1, 0.2))) / rate
    wave = np.sin(2 * np.pi * hertz * random.uniform(0.97, 1.03) * time + random.uniform(0, 6))
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.5 * loud * wave + 0.02 * random.normal(size=len(time)), rate)


@pytest.fixture
def sounds(own_folder: Path) -> Path:
    """Return a flat folder of 3 pitches x 4 speakers x 6 takes: `low_ann_0.wav`."""
    random = np.random.default_rng(0)
    for pitch, hertz in PITCHES.items():
        for who, loud in WHO.items():
            for take in range(6):
                tone(own_folder / "sounds" / f"{pitch}_{who}_{take}.wav", hertz, random, loud=loud)
    return own_folder / "sounds"


def accuracy(run: Run) -> float:
    found = {score.name: score.value for score in run.scores.targets[0].network.scores}["accuracy"]
    assert found is not None
    return found


@pytest.mark.knowledge("H3")
def test_fit_report_and_predict(sounds: Path, own_folder: Path) -> None:
    run = pellucid.fit(sounds, name="run", epochs=6, batch_size=8, **{**QUICK, "report": True})
    assert run.record.spec is not None
    assert (run.record.spec.kind, run.record.spec.rate) == ("sound", RATE)
    assert accuracy(run) >= 0.9
    choices = {decision.topic: decision.choice for decision in run.record.decisions}
    assert "the 4 speakers are divided as a whole" in choices["speaker"]
    assert choices["split"].startswith("group")
    page = (run.folder / "report.html").read_text()
    assert "72 sounds" in page
    assert "4,000 samples per second" in page

    random = np.random.default_rng(1)
    for place, (pitch, hertz) in enumerate(PITCHES.items()):
        tone(own_folder / "new" / f"{place}{pitch}.flac", hertz, random, rate=11_025)
    (own_folder / "new" / "9broken.wav").write_bytes(b"no sound")
    answers = run.predict(own_folder / "new")
    assert answers["predicted_label"].to_list() == [*PITCHES, None]
    assert "got" in answers["problem"][3]
    alone = run.predict(own_folder / "new" / "2high.flac")
    assert alone["predicted_label"].to_list() == ["high"]
    assert run.evaluate(sounds).rows == 72


def test_a_random_split_and_another_target(sounds: Path) -> None:
    run = pellucid.fit(sounds, split="stratified", epochs=1, **QUICK)
    assert next(one for one in run.record.decisions if one.topic == "split").choice.startswith("stratified")
    who = pellucid.fit(sounds, target="speaker", epochs=1, **QUICK)
    assert next(one for one in who.record.decisions if one.topic == "split").choice.startswith("stratified")
    assert who.record.spec is not None
    assert [column.name for column in who.record.columns if column.role == "target"] == ["speaker"]
    assert "speaker" not in {decision.topic for decision in who.record.decisions}


def test_rate_and_seconds_overrule(sounds: Path) -> None:
    run = pellucid.fit(sounds, rate=2000, seconds=0.05, augment="shift(0.2)", epochs=1, **QUICK)
    assert run.record.spec is not None
    assert (run.record.spec.shape, run.record.spec.rate) == ((1, 100), 2000)
    said = " ".join(decision.choice for decision in run.record.decisions)
    assert "all sounds brought to 2,000 samples per second" in said
    assert "moved by up to 0.01 seconds, anew" in said


def test_interrupted_in_the_middle_equals_undisturbed(sounds: Path, press_at: Callable[[int, int], list[Any]]) -> None:
    """Every change of the sounds is a function of seed, epoch and batch: resuming goes on bit for bit."""
    options = {**QUICK, "quiet": False, "epochs": 4, "batch_size": 16}
    straight = pellucid.fit(sounds, name="straight", **{**options, "quiet": True})
    press_at(2, 2)
    stopped = pellucid.fit(sounds, name="stopped", **options)
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    resumed = pellucid.resume(stopped.folder, quiet=True)
    for name in ("network.safetensors", "predictions.parquet"):
        assert (resumed.folder / name).read_bytes() == (straight.folder / name).read_bytes()
    assert [epoch.train_loss for epoch in resumed.history] == [epoch.train_loss for epoch in straight.history]


def test_bad_sounds_are_named(fit_refused: Refused, fit: Fit, sounds: Path) -> None:
    broken = sounds / "low_ann_3.wav"
    broken.write_bytes(broken.read_bytes()[:300])
    assert f"expected whole sounds, got {broken} (it breaks off after 256 of" in fit_refused(sounds)
    soundfile.write(sounds / "low_ann_4.wav", np.zeros(500), RATE)
    said = " ".join(fit(sounds, "--skip-bad-rows", "--network", "waveconv(width=8)").split())
    assert "sounds 70 sounds" in said
    assert "silent from beginning to end" in said


def test_sounds_of_one_class_and_without_labels(fit_refused: Refused, sounds: Path, own_folder: Path) -> None:
    for number, path in enumerate(sorted(sounds.iterdir())):
        path.rename(sounds / f"{number}.wav")
    assert "something to predict in sounds, got no labels" in fit_refused(sounds)
    shutil.copytree(sounds, own_folder / "one" / "low")
    assert "at least two classes in label, got only 'low' in all 72 rows" in fit_refused(own_folder / "one")


def test_options_that_do_not_fit(fit_refused: Refused, sounds: Path) -> None:
    assert "expected --rate from 100 to 768,000 samples per second, got 7" in fit_refused(sounds, "--rate", "7")
    assert "among shift, gain, noise, auto, none, got 'flip'" in fit_refused(sounds, "--augment", "flip")


@pytest.mark.slow
def test_spoken_digits(shared_data: Path) -> None:
    """The default network tells the digits of a random split apart, of all speakers."""
    run = pellucid.fit(shared_data / "audio" / "fsdd" / "recordings", split="stratified", bootstrap=0, quiet=True)
    assert accuracy(run) >= 0.97
    assert isinstance(run.folder, Path)
    assert pl.read_parquet(run.folder / "predictions.parquet").height == 600
