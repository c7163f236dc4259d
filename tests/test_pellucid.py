"""The package itself: importing it costs nothing, and its public names are found."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

import pellucid


def test_import_takes_neither_torch_nor_numpy_nor_time() -> None:
    program = (
        "import time; t = time.perf_counter(); import pellucid; s = time.perf_counter() - t\n"
        "import sys; print(s, [m for m in ('torch', 'numpy', 'polars', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.split(maxsplit=1)
    assert modules.strip() == "[]"
    assert float(seconds) < 0.1  # the limit that the project set itself


def test_help_does_not_wait_for_torch() -> None:
    program = (
        "import sys; sys.argv = ['pellucid', 'fit', '--help']\n"
        "from pellucid.surfaces.command_line import main\n"
        "try: main()\n"
        "finally: print([m for m in ('torch', 'numpy', 'polars', 'sklearn') if m in sys.modules], file=sys.stderr)"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "--target" in done.stdout
    assert done.stderr.strip() == "[]"
    assert time.perf_counter() - started < 5  # a generous limit for a busy machine; alone it takes 0.3 s


def test_public_names() -> None:
    assert sorted(pellucid.__all__) == dir(pellucid)
    with pytest.raises(AttributeError, match="no attribute 'train': the public names are"):
        pellucid.train  # noqa: B018
