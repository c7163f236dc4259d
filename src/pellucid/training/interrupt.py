"""Ctrl-C: the first one asks training to stop after the batch, the second one stops at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Interruption:
    """A context in which the first SIGINT sets `requested`; the second one raises KeyboardInterrupt.

    Outside the main thread, where signals cannot be caught, it does nothing.

    Example:
        >>> with Interruption() as interruption:
        ...     signal.raise_signal(signal.SIGINT)
        ...     interruption.requested
        True
    """

    def __init__(self) -> None:
        self.requested = False
        self._catches = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Self:
        if self._catches:
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._catches:
            signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
