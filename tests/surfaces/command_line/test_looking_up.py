"""`pellucid concept` and `pellucid experiment`, as a person types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from pellucid.concepts.catalogue import concept_called
from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.surfaces.command_line.application import application


def run(*words: str) -> str:
    result = CliRunner().invoke(application, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_all_concepts_are_listed_by_family() -> None:
    said = run("concept")
    assert said.startswith("losses\n")
    for name in ("hinge", "relu", "conv2d", "adam", "f1"):
        assert f" {name} " in said


def test_a_concept_is_found_by_name_alias_and_family() -> None:
    for name in ("hinge", "HingeLoss", "hinge loss", "losses.hinge"):
        assert "max(0, 1 - y z)" in run("concept", *name.split())


def test_words_are_searched_for() -> None:
    said = run("concept", "margin")
    assert " hinge " in said
    assert " squared_error " not in said


def test_sources_are_printed_so_that_they_run() -> None:
    numpy, torch = run("concept", "hinge", "--numpy"), run("concept", "hinge", "--torch")
    assert "np.maximum(0, 1 - y * z)" in numpy
    assert "functional.relu" in torch
    compile(numpy, "numpy", "exec")
    compile(torch, "torch", "exec")


def test_an_unknown_concept_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="got 'hnge': did you mean 'hinge'"):
        run("concept", "hnge")


def test_a_name_of_two_families_says_both() -> None:
    with pytest.raises(UnknownNameError, match="which is several: say losses.exponential or schedules.exponential"):
        concept_called("exponential")
    said = run("concept", "exponential")
    assert "losses" in said
    assert "schedules" in said
    assert "softmax also names losses.cross_entropy" in run("concept", "softmax")


def test_an_experiment_runs_with_the_parameters_that_are_set() -> None:
    said = run("experiment", "descent", "--set", "rate=1.1")
    assert "61.91" in said
    assert "rate = 1.1" in said


def test_experiments_are_listed_and_searched() -> None:
    assert "descent" in run("experiment")
    assert "descent" in run("experiment", "gradient")
    with pytest.raises(UnknownNameError, match="experiment expected an experiment among"):
        run("experiment", "qqqq")


def test_set_wants_one_experiment() -> None:
    with pytest.raises(RangeError, match="expected the name of one experiment before --set, got ''"):
        run("experiment", "--set", "rate=1")


def test_a_page_is_written_where_it_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("concept", "hinge", "--html").strip() == "hinge.html"
    assert run("experiment", "descent", "--to", "a.html").strip() == "a.html"
    assert (tmp_path / "hinge.html").stat().st_size > 1_000_000
    assert "gradient descent" in (tmp_path / "a.html").read_text()
    with pytest.raises(RangeError, match="expected --to in a folder that exists"):
        run("concept", "hinge", "--to", "nowhere/x.html")


def test_open_shows_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)
    monkeypatch.chdir(tmp_path)
    run("concept", "hinge", "--open")
    assert opened == ["hinge.html"]


def test_sources_are_coloured_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("concept", "hinge", "--numpy")


def test_concepts_are_read_without_torch() -> None:
    # torch takes a second to import; looking something up must not wait for it
    code = (
        "import sys; from pellucid.concepts.catalogue import CONCEPTS; import pellucid.laboratory.catalogue;"
        "print('torch' in sys.modules, 'sklearn' in sys.modules, 'plotly' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert done.stdout.split() == ["False", "False", "False"]


def test_public_names_lead_to_the_records() -> None:
    import pellucid
    from pellucid.concepts import losses
    from pellucid.concepts.losses import hinge  # type: ignore[attr-defined]  # resolved by name when it is asked for

    assert hinge is losses.hinge
    assert "hinge" in dir(losses)
    assert pellucid.concepts.losses.hinge.name == "hinge"
    np.testing.assert_allclose(pellucid.laboratory.descent(rate=0.2)["x"][-1], 0.0604662, atol=1e-7)
    with pytest.raises(AttributeError, match="did you mean 'hinge'"):
        losses.hnge  # noqa: B018
