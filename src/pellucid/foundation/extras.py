"""Libraries that only some kinds of data need: imported then, and asked for with the install command."""

from __future__ import annotations

import importlib
from types import ModuleType

from pellucid.foundation.errors import MissingExtraError


def need(module: str, *, extra: str, what: str) -> ModuleType:
    """Return an optional module, imported.

    Args:
        module: to import, such as `soundfile`.
        extra: of Pellucid that brings it, such as `sound`.
        what: it is needed for, such as `sound files`.

    Raises:
        MissingExtraError: it is not installed.

    Example:
        >>> need("json", extra="none", what="texts").__name__
        'json'
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MissingExtraError(
            f"pellucid expected the library {module} for {what}, got none: "
            f"install it with `pip install 'pellucid[{extra}]'`"
        ) from None
