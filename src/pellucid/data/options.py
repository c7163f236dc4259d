"""Options that say something about one kind of input only: given for another kind they are refused, not ignored."""

from __future__ import annotations

from typing import Final

from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import RangeError

FORECAST: Final = "forecast"
TEXTS: Final = ("text", "mixed")
AUGMENTED: Final = ("picture", "sound", "video", "volume", "mixed")
PICTURES: Final = ("picture", "video", "volume", "mixed")
ONLY_FOR: Final[dict[str, tuple[str, ...]]] = {
    "size": PICTURES,
    "vocabulary": TEXTS,
    "longest": TEXTS,
    "rate": ("sound",),
    "seconds": ("sound",),
    "frames": ("video",),
    "spacing": ("volume",),
    "window": (FORECAST,),
    "season": (FORECAST,),
    "known": (FORECAST,),
}
"""Option -> the kinds of input that it says something about."""


def check_options(settings: DataSettings, kind: str) -> None:
    """Check that every option that was given says something about this kind of input.

    Args:
        settings: what the user says about the data.
        kind: of input that is learnt from, or `forecast`.

    Raises:
        RangeError: one does not.

    Example:
        >>> check_options(DataSettings(rate=8000), "sound")
    """
    augmented = settings.augment not in (None, "auto", "none")
    if augmented and kind not in AUGMENTED:
        raise RangeError(f"fit expected augment only for {_spoken(AUGMENTED)}, got it for {kind}: leave it out")
    for name, kinds in ONLY_FOR.items():
        if getattr(settings, name) not in (None, ()) and kind not in kinds:
            raise RangeError(f"fit expected {name} only for {_spoken(kinds)}, got it for {kind}: leave it out")
    if settings.kind is not None and kind not in (settings.kind, "mixed", "text", FORECAST):
        raise RangeError(
            f"fit expected kind={settings.kind!r} only for arrays that hold such examples, got {kind}: leave it out"
        )


def _spoken(kinds: tuple[str, ...]) -> str:
    """Return kinds of input as said to people."""
    return " or ".join(kind for kind in kinds if kind != "mixed")
