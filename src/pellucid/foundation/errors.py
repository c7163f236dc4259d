"""The errors that Pellucid raises on purpose: one sentence each, saying what was expected, what came, what to do.

The command line shows these without a traceback and exits with code 2; anything else is a bug and keeps its traceback.
"""

from __future__ import annotations


class PellucidError(Exception):
    """A mistake that the user can mend; its text reads `X expected Y, got Z: do W`."""


class ShapeError(PellucidError, ValueError):
    """An array has the wrong number of axes or the wrong length along one."""


class RangeError(PellucidError, ValueError):
    """A value lies outside what is allowed."""


class UnknownNameError(PellucidError, LookupError):
    """A name is in no catalogue; the nearest one is offered."""


class DataError(PellucidError, ValueError):
    """The data cannot be read, or cannot be learnt from as they are."""


class RunFolderError(PellucidError, OSError):
    """A run folder is missing, damaged, or was written by a newer version."""


class NotTrainedError(PellucidError, RuntimeError):
    """Something was asked of a network that has not been trained yet."""


class MissingExtraError(PellucidError, ImportError):
    """An optional package is needed; the sentence names the install command."""


class DiagnosisError(PellucidError, RuntimeError):
    """A strict fit was stopped because something is wrong that training cannot mend."""
