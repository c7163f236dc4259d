"""Made-up data of each kind of input, as much of it as is wanted; adding a kind is one function and one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

CLASSES: Final = ("a", "b", "c", "d")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of input."""

    name: str
    make: Callable[[Path, range], None]
    """Write examples with these numbers into a folder that may hold earlier ones."""
    source: str = ""
    """What to fit of the folder; the folder itself where nothing is said."""
    bytes_each: int
    """Of one example, decoded."""
    options: tuple[str, ...] = ()
    """Of `pellucid fit`."""


def random_of(number: int) -> np.random.Generator:
    return np.random.default_rng(number)


def class_folder(folder: Path, number: int) -> Path:
    found = folder / CLASSES[number % len(CLASSES)]
    found.mkdir(parents=True, exist_ok=True)
    return found


def sounds(folder: Path, numbers: range) -> None:
    """Write 6 seconds of noise at 8 kHz, in 16 bits."""
    import soundfile

    for number in numbers:
        wave = random_of(number).integers(-9999, 9999, 48_000).astype(np.int16)
        soundfile.write(class_folder(folder, number) / f"{number}.wav", wave, 8000)


def pictures(folder: Path, numbers: range) -> None:
    """Write colour pictures of 96 x 96 pixels."""
    from PIL import Image

    for number in numbers:
        pixels = random_of(number).integers(0, 255, (96, 96, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(class_folder(folder, number) / f"{number}.bmp")


def videos(folder: Path, numbers: range) -> None:
    """Write clips of 16 grey frames of 48 x 48 pixels."""
    from PIL import Image

    for number in numbers:
        frames = [Image.fromarray(f) for f in random_of(number).integers(0, 255, (16, 48, 48)).astype(np.uint8)]
        path = class_folder(folder, number) / f"{number}.gif"
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)


def volumes(folder: Path, numbers: range) -> None:
    """Write volumes of 32 x 32 x 32 voxels, as NumPy writes them."""
    for number in numbers:
        voxels = random_of(number).normal(size=(32, 32, 32)).astype(np.float32)
        np.save(class_folder(folder, number) / f"{number}.npy", voxels)


def texts(folder: Path, numbers: range) -> None:
    """Write texts of 400 words out of 5,000."""
    words = np.array([f"word{number}" for number in range(5000)])
    for number in numbers:
        chosen = words[random_of(number).integers(0, len(words), 400)]
        (class_folder(folder, number) / f"{number}.txt").write_text(" ".join(chosen))


def series(folder: Path, numbers: range) -> None:
    """Write series of 2 channels and 500 steps, each a CSV file."""
    for number in numbers:
        steps = random_of(number).normal(size=(500, 2))
        lines = ["x,y", *(f"{x:.3f},{y:.3f}" for x, y in steps)]
        (class_folder(folder, number) / f"{number}.csv").write_text("\n".join(lines) + "\n")


def table(folder: Path, numbers: range) -> None:
    """Write a table of 50 numbers and a class."""
    names = ",".join(f"x{place}" for place in range(50))
    path = folder / "table.csv"
    if not path.exists():
        path.write_text(f"{names},kind\n")
    with path.open("a") as file:
        for number in numbers:
            cells = ",".join(f"{value:.3f}" for value in random_of(number).normal(size=50))
            file.write(f"{cells},{CLASSES[number % len(CLASSES)]}\n")


def reviews(folder: Path, numbers: range) -> None:
    """Write a table with a column of texts, each of 80 words out of 5,000, and a class."""
    words = np.array([f"word{number}" for number in range(5000)])
    path = folder / "reviews.csv"
    if not path.exists():
        path.write_text("review,kind\n")
    with path.open("a") as file:
        for number in numbers:
            chosen = words[random_of(number).integers(0, len(words), 80)]
            file.write(f"{' '.join(chosen)},{CLASSES[number % len(CLASSES)]}\n")


def forecast(folder: Path, numbers: range) -> None:
    """Write hourly values of 3 columns that follow the day."""
    path = folder / "hours.csv"
    if not path.exists():
        path.write_text("time,x,y,z\n")
    times = np.datetime64("1700-01-01T00", "h") + np.arange(numbers.start, numbers.stop)
    day = np.sin(2 * np.pi * np.arange(numbers.start, numbers.stop) / 24)
    values = day[:, None] + random_of(numbers.start).normal(size=(len(numbers), 3)) / 3
    with path.open("a") as file:
        for time, (x, y, z) in zip(times.astype(str), values.tolist(), strict=True):
            file.write(f"{time}:00:00,{x:.3f},{y:.3f},{z:.3f}\n")


KINDS: Final = (
    Kind(
        name="sound",
        make=sounds,
        bytes_each=96_000,
        options=("--seconds", "0.1", "--network", "waveconv(width=4)"),
    ),
    Kind(name="picture", make=pictures, bytes_each=96 * 96 * 3, options=("--network", "lenet", "--size", "96")),
    Kind(name="video", make=videos, bytes_each=16 * 48 * 48, options=()),
    Kind(name="volume", make=volumes, bytes_each=4 * 32**3, options=()),
    Kind(name="text", make=texts, bytes_each=4 * 400),
    Kind(name="series", make=series, bytes_each=4 * 2 * 500, options=("--network", "fcn(width=4)")),
    Kind(
        name="forecast",
        make=forecast,
        source="hours.csv",
        bytes_each=8 * 4,
        options=("--target", "x", "--network", "dense(8)", "--batch-size", "1024"),
    ),
    Kind(name="texts in a table", make=reviews, source="reviews.csv", bytes_each=700, options=("--network", "bag")),
    Kind(name="table", make=table, source="table.csv", bytes_each=8 * 50, options=("--network", "dense(32)")),
)
