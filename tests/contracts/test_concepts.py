"""What every concept must keep, differentiable or not: it is complete, found by all its names, and can be drawn."""

from __future__ import annotations

import ast
import html
import inspect
import io
import re
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from pellucid.concepts.catalogue import CONCEPTS, DIFFERENTIABLE, FAMILIES, concept_called
from pellucid.concepts.concept import Concept, Differentiable
from pellucid.drawing.figure import figure
from pellucid.drawing.markdown import markdown
from pellucid.drawing.records import Picture
from pellucid.drawing.terminal import told
from pellucid.foundation.axes import AXES
from pellucid.surfaces.pages.render import page_of_site

every_concept = pytest.mark.parametrize("concept", CONCEPTS, ids=lambda one: f"{one.family}.{one.name}")
SHORTEST_SENTENCE = 20  # letters; less explains nothing


@every_concept
def test_the_record_is_complete(concept: Concept) -> None:
    for field in ("title", "formula", "latex", "result", "source"):
        assert getattr(concept, field).strip(), field
    for field in ("summary", "when", "when_not"):
        assert len(getattr(concept, field)) >= SHORTEST_SENTENCE, field
        assert getattr(concept, field).endswith((".", "?", ")")), field
    assert concept.mistakes
    assert concept.aliases, "the names that PyTorch, Keras or scikit-learn use"
    assert concept.example.startswith(">>> ")
    assert "$" not in concept.latex


@every_concept
def test_options_are_arguments_of_both_forms(concept: Concept) -> None:
    numpy_form, torch_form = (inspect.signature(form).parameters for form in (concept.reference, concept.fast))
    for option in concept.options:
        assert option.meaning
        assert option.name in numpy_form
        assert option.name in torch_form


@every_concept
def test_numpy_and_torch_are_two_witnesses(concept: Concept) -> None:
    """No NumPy reference may call the PyTorch form or the other way round."""
    in_numpy, in_torch = names_in(concept.numpy_source()), names_in(concept.torch_source())
    assert in_numpy & {"torch", concept.fast.__name__} == set()
    assert in_torch & {"np", "numpy", concept.reference.__name__} == set()


def names_in(source: str) -> set[str]:
    """The names that a source reads, and the first part of what it imports."""
    tree = list(ast.walk(ast.parse(source)))
    imported = {(node.module or "").partition(".")[0] for node in tree if isinstance(node, ast.ImportFrom)}
    imported |= {one.name.partition(".")[0] for node in tree if isinstance(node, ast.Import) for one in node.names}
    return imported | {node.id for node in tree if isinstance(node, ast.Name)}


@every_concept
def test_its_sources_run_by_themselves(concept: Concept) -> None:
    """What `--numpy` and `--torch` print can be pasted: it defines the functions, and needs nothing else of ours."""
    for source, form in ((concept.numpy_source(), concept.reference), (concept.torch_source(), concept.fast)):
        pasted: dict[str, Any] = {}
        exec(compile(source, "pasted", "exec"), pasted)
        assert form.__name__ in pasted
        assert "pellucid.concepts" not in source


@pytest.mark.parametrize("concept", DIFFERENTIABLE, ids=lambda one: f"{one.family}.{one.name}")
def test_the_pasted_reference_gives_the_same_numbers(concept: Differentiable) -> None:
    inputs, options = sampled(concept)
    pasted: dict[str, Any] = {}
    exec(compile(concept.numpy_source(), "pasted", "exec"), pasted)
    np.testing.assert_array_equal(
        flat(pasted[concept.reference.__name__](*inputs, **options)), flat(concept.reference(*inputs, **options))
    )


def sampled(concept: Differentiable) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The concept's own inputs, or ones in the middle of what its arguments admit."""
    rng = np.random.default_rng(0)
    if concept.sample is not None:
        return concept.sample(rng)
    made = []
    for argument in concept.arguments:
        shape = tuple(3 for _ in range(len(re.findall(r"[a-z]\w*", argument.shapes[0]))))
        whole = argument.values in {"class indices", "zero or one", "minus or plus one", "counts", "one-hot"}
        values = np.ones(shape) if whole else np.full(shape, 1 / 3)
        values = np.log(values) if argument.values == "log distributions" else values
        made.append(values.astype(np.int64) if argument.values == "class indices" else values)
    return tuple(made), {}


def flat(value: Any) -> Any:
    return np.concatenate([flat(one) for one in value]) if isinstance(value, tuple) else np.ravel(value)


@every_concept
def test_the_picture_draws(concept: Concept) -> None:
    picture = concept.picture()
    assert isinstance(picture, Picture)
    assert len(picture.alt) >= SHORTEST_SENTENCE
    assert figure(picture).layout.height > 0  # Plotly checks every field


@every_concept
def test_it_is_told_in_the_terminal_in_a_notebook_and_on_a_page(concept: Concept) -> None:
    page = concept.page()
    page.check()
    console = Console(file=io.StringIO(), width=100)
    for part in told(page):
        console.print(part)
    for text in (console.file.getvalue(), markdown(page), html.unescape(page_of_site(page))):  # type: ignore[attr-defined]
        assert concept.title in text
        assert concept.source.split(",")[0] in " ".join(text.split())
    assert "<math" in page_of_site(page)


@every_concept
def test_it_is_found_by_all_its_names(concept: Concept) -> None:
    assert concept_called(f"{concept.family}.{concept.name}") is concept
    for alias in concept.aliases:
        assert concept_called(f"{concept.family}.{alias}") is concept


def test_families_are_not_empty() -> None:
    assert [family.name for family in FAMILIES if not family.records] == []


@every_concept
def test_shapes_are_written_in_the_legend_of_the_house(concept: Concept) -> None:
    letters = {letter for one in concept.arguments for shape in one.shapes for letter in re.findall(r"[a-z]\w*", shape)}
    assert sorted(letters - set(AXES)) == []


@every_concept
def test_its_name_in_the_package_is_the_record(concept: Concept) -> None:
    """`pellucid.concepts.losses.hinge`: also once every module of the family has been imported."""
    assert getattr(import_module(f"pellucid.concepts.{concept.family}"), concept.name) is concept
