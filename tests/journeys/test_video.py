"""From clips on the disk to a judged network, to answers for new clips, and every way in which clips can be broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

import pellucid

SIZE, FRAMES = 16, 8


def told(fit: Callable[..., str], *arguments: object) -> str:
    """Return what a fit says, without the breaks of its lines."""
    return " ".join(fit(*arguments).split())


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Decoded clips are kept in a folder of the test, not in the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pellucid" / "clips"


def moving(direction: int, seed: int) -> NDArray[np.uint8]:
    """Return a clip (z, h, w) of a bright square that moves to the right (1) or to the left (-1)."""
    random = np.random.default_rng(seed)
    top, start = random.integers(0, SIZE - 4), random.integers(0, SIZE)
    clip = np.zeros((FRAMES, SIZE, SIZE), np.uint8)
    for number, frame in enumerate(clip):
        columns = (start + direction * number + np.arange(4)) % SIZE
        frame[top : top + 4, columns] = 250
    return clip


def save_gif(path: Path, clip: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = (Image.fromarray(frame) for frame in clip)
    first.save(path, save_all=True, append_images=others, duration=100)


def save_film(path: Path, clip: NDArray[np.uint8], codec: str = "mpeg4") -> None:
    import av

    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = clip.shape[2], clip.shape[1], "yuv420p"
        for frame in clip:
            colours = np.repeat(frame[..., None], 3, axis=-1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(colours, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture
def gifs(own_folder: Path) -> Path:
    """Return a folder of twenty-four GIFs of two classes."""
    for label, direction in (("left", -1), ("right", 1)):
        for number in range(12):
            save_gif(own_folder / "gifs" / label / f"{number}.gif", moving(direction, number))
    return own_folder / "gifs"


def test_gifs_are_clips_from_fit_to_report_to_prediction(
    gifs: Path, fit: Callable[..., str], command_line: Callable[..., Any], own_cache: Path
) -> None:
    said = told(fit, gifs, "--name", "run", "--report")
    assert "1 × 8 × 16 × 16 (channels × frames × height × width)" in said
    assert "kept in" in said
    assert len(list(own_cache.glob("*.npy"))) == 1
    report = Path("runs/run/report.html").read_text()
    assert "given to the network as 8 frames of 16 × 16 pixels in grey" in report
    assert "How training clips are varied" in report
    save_film(Path("new/one.mp4"), moving(1, 99))
    save_gif(Path("new/two.gif"), moving(-1, 98))
    Path("new/three.mp4").write_bytes(b"no film")
    assert command_line("predict", "runs/run", "new", "--to", "answers.csv").code == 0
    answers = pl.read_csv("answers.csv")
    assert answers["clip"].to_list() == ["one.mp4", "three.mp4", "two.gif"]
    assert answers["predicted_label"].is_null().to_list() == [False, True, False]
    assert "Invalid data found" in answers["problem"][1]


def test_the_second_fit_takes_the_decoded_clips(gifs: Path, fit: Callable[..., str], own_cache: Path) -> None:
    first = told(fit, gifs, "--name", "a")
    assert "kept in" in first
    assert "taken from" in told(fit, gifs, "--name", "b")
    weights = [pellucid.load(f"runs/{name}").network.state_dict() for name in "ab"]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    (cache,) = own_cache.glob("*.npy")
    cache.write_bytes(cache.read_bytes()[:-9])
    assert "what was kept there was damaged" in told(fit, gifs, "--name", "c")
    save_gif(gifs / "left" / "0.gif", moving(-1, 77))
    assert "taken from" not in told(fit, gifs, "--name", "d")


def test_a_clip_gets_the_same_answer_alone_as_in_the_test_part(own_folder: Path) -> None:
    for label, direction in (("left", -1), ("right", 1)):
        for number in range(10):
            save_film(own_folder / "films" / label / f"{number}.avi", moving(direction, number))
    run = pellucid.fit("films", epochs=2, baselines=False, bootstrap=0, report=False, quiet=True)
    judged = pl.read_parquet(run.folder / "predictions.parquet")
    column = "probability_label_left"
    names = sorted(Path("films").rglob("*.avi"))
    for row, expected in zip(judged["row"], judged[column], strict=True):
        assert run.predict(names[row])[column][0] == pytest.approx(expected, abs=1e-5)


def test_arrays_of_clips_and_their_test_part(own_folder: Path, fit: Callable[..., str]) -> None:
    for name, rows in (("train", 24), ("test", 8)):
        clips = np.stack([moving(1 - 2 * (row % 2), row + len(name)) for row in range(rows)])
        np.savez(
            own_folder / f"{name}.npz", clips=clips, direction=np.arange(rows) % 2, names=np.array(["a", "b", "c"])
        )
    said = told(fit, "train.npz", "--test", "test.npz", "--target", "direction", "--name", "run")
    assert "clips of 8 frames, because the name clips says so" in said
    assert "not used: names (3,), because they have no value for each of clips" in said
    run = pellucid.load("runs/run")
    assert run.evaluate("test.npz").rows == 8
    clips = np.stack([moving(1, row) for row in range(3)])
    assert len(run.predict(clips)) == 3
    assert len(run.predict(clips[..., None].repeat(3, axis=-1))) == 3


def test_resuming_is_bit_exact_with_augmentation(gifs: Path, press_at: Callable[[int, int], list[Any]]) -> None:
    """Stopped after the first batch of the second epoch and resumed: the weights are those of a straight run."""
    options: dict[str, Any] = {"epochs": 3, "baselines": False, "bootstrap": 0, "report": False, "batch_size": 5}
    options |= {"augment": "shift, brightness, noise, flip", "frames": 2}
    straight = pellucid.fit(gifs, name="straight", quiet=True, **options)
    plain = pellucid.fit(gifs, name="plain", quiet=True, **options | {"augment": "none"})
    press_at(2, 1)
    stopped = pellucid.fit(gifs, name="stopped", **options)
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    resumed = pellucid.resume(stopped.folder, quiet=True)
    losses = [[epoch.train_loss for epoch in run.history] for run in (straight, resumed, plain)]
    assert losses[0] == losses[1] != losses[2]
    weights = [run.network.state_dict() for run in (straight, resumed)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_clips_that_cannot_be_learnt_from(gifs: Path, fit_refused: Callable[..., str], fit: Callable[..., str]) -> None:
    broken = gifs / "left" / "broken.mp4"
    broken.write_bytes(b"this is no film")
    assert f"expected whole clips, got {broken} (Invalid data found" in fit_refused(gifs)
    broken.unlink()
    still = gifs / "left" / "still.gif"
    Image.new("L", (SIZE, SIZE)).save(still)
    assert f"got {still} (it has a single frame, so that nothing moves)" in fit_refused(gifs)
    assert "bad clips: 1 left out" in told(fit, gifs, "--skip-bad-rows")
    still.unlink()
    sound = gifs / "left" / "sound.mkv"
    save_sound(sound)
    assert f"got {sound} (it has no video stream)" in fit_refused(gifs)
    sound.unlink()
    Path("labels.csv").write_text("file,kind\n0.gif,a\nabsent.gif,b\n")
    assert "every clip of labels.csv in gifs, got none for 'absent.gif'" in fit_refused(
        "gifs", "--labels", "labels.csv"
    )
    shutil.rmtree(gifs / "right")
    assert "at least two classes in label, got only 'left'" in fit_refused(gifs)


def save_sound(path: Path) -> None:
    """Write a film without pictures."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_wishes_that_cannot_be_met(gifs: Path, fit_refused: Callable[..., str]) -> None:
    assert "a change of training examples among shift, brightness" in fit_refused(gifs, "--augment", "shitf")
    assert "shift with one number from 0 to 1" in fit_refused(gifs, "--augment", "shift(3)")


@pytest.mark.slow
@pytest.mark.knowledge("H7")
def test_directions_of_moving_digits(shared_data: Path) -> None:
    """The default network tells eight directions apart; 95 % is the project's own bar."""
    folder = shared_data / "video" / "moving-digits"
    run = pellucid.fit(
        folder / "train.npz", target="direction", test=str(folder / "test.npz"), epochs=3, baselines=False, quiet=True
    )
    assert run.scores.targets[0].network.score("accuracy").value >= 0.95
