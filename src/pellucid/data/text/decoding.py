"""The texts of many files, all of one encoding if they are no UTF-8; what is no text is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pellucid.data.settings import DataSettings
from pellucid.data.text.encoding import beyond_ascii, guess_encoding, marked_encoding
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
MOST_CONTROL: Final = 0.01  # of the characters of a text: bytes at random have ten times as many
BINARY: Final = "binary content"
EMPTY: Final = "it is empty"
SAMPLE_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """The texts of files, in their order."""

    texts: tuple[str, ...]
    """Empty where a file is empty or holds no text."""
    faults: dict[int, str]
    """Position -> what is wrong with a file that holds no text; empty files are not among them."""
    decisions: tuple[Decision, ...]

    @property
    def empty(self) -> dict[int, str]:
        """Positions of the empty texts, and that they are."""
        return {place: EMPTY for place, text in enumerate(self.texts) if not text and place not in self.faults}


def decode_texts(files: Iterable[bytes], settings: DataSettings, path: Path) -> Decoding:
    r"""Return the texts of files; bytes of those that are no UTF-8 are looked at together.

    Args:
        files: the bytes of each.
        settings: the encoding, where the user named it.
        path: where they come from, for people.

    Raises:
        DataError: files that are no UTF-8 fit no encoding at all.

    Example:
        >>> decode_texts([b"good", "très bon".encode()], DataSettings(), Path("reviews")).texts
        ('good', 'très bon')
    """
    texts: list[str] = []
    faults: dict[int, str] = {}
    later: dict[int, bytes] = {}
    for place, raw in enumerate(files):
        text, fault = _decoded(raw, settings.encoding)
        if text is None and not fault:
            later[place] = raw
        texts.append(text or "")
        faults |= {place: fault} if fault else {}
    if not later:
        return Decoding(texts=tuple(texts), faults=faults, decisions=())
    encoding = guess_encoding(beyond_ascii(b"\n".join(later.values())[:SAMPLE_BYTES]), path)
    for place, raw in later.items():
        text, fault = _decoded(raw, encoding)
        texts[place] = text or ""
        faults |= {place: fault} if fault else {}
    said = Decision(
        topic="encoding",
        choice=f"{encoding} of {len(later)} of {len(texts)} texts",
        reason="their bytes are no UTF-8 and fit this encoding best",
        overrule="--encoding NAME",
        warning=True,
    )
    return Decoding(texts=tuple(texts), faults=faults, decisions=(said,))


def _decoded(raw: bytes, encoding: str | None) -> tuple[str | None, str]:
    """Return the text, or None; and what is wrong with it where it can be no text at all."""
    try:
        marked = marked_encoding(raw)[0] if encoding is None else encoding
        text = raw.decode(marked or "utf-8")
    except DataError:
        return None, BINARY
    except UnicodeDecodeError as error:
        return None, "" if encoding is None else f"it is not in the encoding {encoding}: {error.reason}"
    except LookupError:
        raise DataError(f"read expected a known encoding, got {encoding}: pass another one with --encoding") from None
    if len(CONTROL.findall(text)) > MOST_CONTROL * len(text):
        return None, BINARY
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(), ""
