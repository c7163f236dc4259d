"""Decoding sounds."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pellucid.data.content import Ragged
from pellucid.data.settings import DataSettings
from pellucid.data.sounds import decode, resampled
from pellucid.data.sources.files import Decoded
from pellucid.foundation.errors import DataError, MissingExtraError, RangeError

SKIP = DataSettings(skip_bad_rows=True)


def tone(seconds: float = 0.1, rate: int = 8000, hertz: float = 440.0) -> NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def saved(path: Path, wave: NDArray[np.generic], rate: int = 8000, subtype: str | None = None) -> Path:
    soundfile.write(path, wave, rate, subtype=subtype)
    return path


def samples(done: Decoded, row: int) -> NDArray[np.float64]:
    assert isinstance(done.content, Ragged)
    return done.content[row][:, 0].astype(float)


def peak_hertz(wave: NDArray[np.float64], rate: int) -> float:
    """Return the loudest frequency."""
    return float(np.abs(np.fft.rfft(wave * np.hanning(len(wave)))).argmax() * rate / len(wave))


def test_sixteen_bits_come_back_as_they_were(tmp_path: Path) -> None:
    wave = np.array([0, 1, -1, 32767, -32768], np.int16)
    done = decode([saved(tmp_path / "a.wav", wave), saved(tmp_path / "b.wav", wave[:3])], DataSettings())
    assert samples(done, 0).tolist() == wave.tolist()
    assert samples(done, 1).tolist() == wave[:3].tolist()
    assert done.rate == 8000
    assert done.decisions == ()


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3", ".aiff", ".au"])
def test_every_format(tmp_path: Path, suffix: str) -> None:
    done = decode([saved(tmp_path / f"a{suffix}", tone(1.0, 16_000), 16_000)], DataSettings())
    assert len(samples(done, 0)) == pytest.approx(16_000, rel=0.02)
    assert peak_hertz(samples(done, 0), 16_000) == pytest.approx(440, abs=2)


def test_the_commonest_rate_counts_and_others_are_brought_to_it(tmp_path: Path) -> None:
    files = [saved(tmp_path / f"{rate}{i}.wav", tone(0.5, rate), rate) for i, rate in enumerate([8000, 8000, 11_025])]
    done = decode(files, DataSettings())
    assert done.rate == 8000
    assert len(samples(done, 2)) == 4000  # ceil(5512 * 8000 / 11025)
    assert peak_hertz(samples(done, 2), 8000) == pytest.approx(440, abs=2)
    (said,) = done.decisions
    assert said.reason == "the files have 2 of 8,000, 1 of 11,025 samples per second"
    assert said.warning


def test_high_rates_are_brought_to_16_000_unless_told(tmp_path: Path) -> None:
    """A tone of 15 kHz is above half of 16,000: it goes away instead of coming back as one of 1 kHz."""
    wave = tone(0.2, 44_100) + tone(0.2, 44_100, 15_000)
    file = saved(tmp_path / "a.wav", 0.9 * wave, 44_100)
    done = decode([file], DataSettings())
    spectrum = np.abs(np.fft.rfft(samples(done, 0)))
    assert done.rate == 16_000
    assert spectrum[88] > 100 * spectrum[190:210].max()  # 440 Hz against 950 to 1,050 Hz, 5 Hz each
    assert "would make training slower" in done.decisions[0].reason
    assert decode([file], DataSettings(rate=44_100)).rate == 44_100
    assert "hardly better" not in decode([file], DataSettings(rate=8000)).decisions[0].reason


@pytest.mark.parametrize("rate", [5, 1_000_000])
def test_absurd_wish_for_a_rate(tmp_path: Path, rate: int) -> None:
    file = saved(tmp_path / "a.wav", tone())
    with pytest.raises(RangeError, match="expected --rate from 100 to 768,000"):
        decode([file], DataSettings(rate=rate))


def test_channels_are_mixed(tmp_path: Path) -> None:
    wave = np.array([[100, 300], [-50, 50]], np.int16)
    done = decode([saved(tmp_path / "a.wav", wave)], DataSettings())
    assert samples(done, 0).tolist() == [200, 0]
    assert done.decisions[0].choice == "mixed to one"
    assert done.decisions[0].reason == "of 1 sounds 1 have 2"


def test_floating_point_samples_beyond_full_scale_are_scaled_down(tmp_path: Path) -> None:
    done = decode([saved(tmp_path / "a.wav", np.array([0.0, 4.0, -2.0]), subtype="FLOAT")], DataSettings())
    assert samples(done, 0).tolist() == [0, 32767, -16384]


def test_of_long_sounds_the_middle_is_kept(tmp_path: Path) -> None:
    wave = np.repeat(np.arange(1, 131, dtype=np.int16), 100)  # 130 seconds, each with its number
    file = saved(tmp_path / "a.wav", wave, 100)
    done = decode([file], DataSettings())
    assert np.unique(samples(done, 0)).tolist() == list(range(36, 96))
    assert "the middle 60 seconds of 1 sound are kept" in done.decisions[0].choice
    assert len(samples(decode([file], DataSettings(seconds=50)), 0)) == 100 * 100


def truncated(path: Path) -> None:
    saved(path, tone(1.0, 16_000), 16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("cut.wav", "it breaks off after 21,318 of 32,000 bytes"),
        ("cut.flac", "flac decoder lost sync"),
        ("cut.mp3", "it breaks off after [0-9,]+ of 16,000 samples"),
        ("empty.wav", "the file is empty"),
        ("junk.wav", "Format not recognised"),
        ("nothing.wav", "it holds no samples"),
        ("slow.wav", "5 samples per second are no rate of sounds"),
        ("nan.wav", "it holds values that are no numbers"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, sentence: str) -> None:
    good, bad = saved(tmp_path / "good.wav", tone()), tmp_path / name
    if name.startswith("cut"):
        truncated(bad)
    elif name in ("empty.wav", "junk.wav"):
        bad.write_bytes(b"" if name == "empty.wav" else b"no sound" * 99)
    else:
        wave, rate = {"nothing.wav": (tone()[:0], 8000), "slow.wav": (tone(), 5)}.get(name, (np.full(9, np.nan), 8000))
        saved(bad, wave, rate, "FLOAT")
    with pytest.raises(DataError, match=rf"expected whole sounds, got .*{name} \({sentence}\): replace"):
        decode([good, bad], DataSettings())
    left = decode([good, bad], SKIP)
    assert left.kept.tolist() == [0]
    assert left.decisions[-1].choice == "1 left out"
    kept = decode([good, bad], DataSettings(), keep=True)
    assert isinstance(kept.content, Ragged)
    assert kept.content.lengths.tolist() == [800, 0]
    assert [problem.row for problem in kept.problems] == [1]
    with pytest.raises(DataError, match="expected whole sounds"):
        decode([bad], SKIP)


def test_a_file_written_to_a_pipe_promises_more_than_it_holds(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.wav", tone())
    content = path.read_bytes()
    path.write_bytes(content.replace(b"data" + (1600).to_bytes(4, "little"), b"data" + b"\xff\xff\xff\xff"))
    assert len(samples(decode([path], DataSettings()), 0)) == 800


def test_silent_sounds_stay_or_go(tmp_path: Path) -> None:
    files = [saved(tmp_path / "a.wav", tone()), saved(tmp_path / "b.wav", np.full(800, 0.25))]
    done = decode(files, DataSettings())
    assert samples(done, 1).tolist() == [0] * 800  # the same value again and again cannot be heard either
    assert done.decisions[0].choice == "1 stays, such as b.wav"
    assert decode(files, SKIP).kept.tolist() == [0]
    with pytest.raises(DataError, match="expected sounds that can be heard, got 1 silent ones"):
        decode(files[1:], DataSettings())
    assert decode(files[1:], DataSettings(), keep=True).kept.tolist() == [0]


def test_resampling_keeps_the_pitch() -> None:
    sounds = Ragged.of([(tone(1.0) * 32_000).astype(np.int16)[:, None], np.zeros((0, 1), np.int16)])
    found = resampled(sounds, 8000, 12_000)
    assert found.lengths.tolist() == [12_000, 0]
    assert peak_hertz(found[0][:, 0].astype(float), 12_000) == pytest.approx(440, abs=1)
    assert resampled(sounds, 8000, 8000) is sounds


def test_without_soundfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = saved(tmp_path / "a.wav", tone())
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'pellucid\[sound\]'"):
        decode([file], DataSettings())
