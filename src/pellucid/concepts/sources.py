"""The source of a concept as a person would write it in one place: helpers included, checks and docstrings left out.

What is printed runs by itself: imports and constants, then what was asked for, then the helpers that it uses, wherever
in the package they stand.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from itertools import takewhile
from types import ModuleType
from typing import Any, Final

CHECKS: Final = ("check", "_check")
"""Functions whose names begin so only refuse wrong input; the formula reads better without them."""
OURS: Final = "pellucid.concepts"
"""What stands here is printed; everything else is imported."""


def self_contained(*functions: Callable[..., Any]) -> str:
    """Return the source of functions with everything of ours that they use, ready to be pasted and run.

    Example:
        >>> from pellucid.concepts.losses.margins.hinge import hinge_reference
        >>> [line for line in self_contained(hinge_reference).splitlines() if "dL_dz =" in line]
        ['    dL_dz = np.where(y * z < 1, -y, 0.0)']
    """
    collected = _Collected()
    for function in functions:
        collected.definition(function)
    imports = sorted(collected.imports, key=lambda line: (line.startswith("from "), line))
    head = ["from __future__ import annotations", "", *imports]
    constants = ["", *collected.constants] if collected.constants else []
    return "\n".join([*head, *constants, "", "", "\n\n\n".join(collected.definitions)]) + "\n"


def example_of(thing: Any) -> str:
    """Return the example in the docstring of a function or class, with the import that it needs; empty without one.

    Example:
        >>> example_of(example_of).splitlines()[0]
        '>>> from pellucid.concepts.sources import example_of'
    """
    lines = (inspect.getdoc(thing) or "").partition("Example:\n")[2].splitlines()
    indented = takewhile(lambda line: not line or line.startswith(" "), lines)
    example = textwrap.dedent("\n".join(indented)).strip()
    return f">>> from {thing.__module__} import {thing.__qualname__}\n{example}" if example else ""


class _Collected:
    """What was found so far: what is asked for stands first, its helpers follow."""

    def __init__(self) -> None:
        self.imports: dict[str, None] = {}
        self.constants: list[str] = []
        self.definitions: list[str] = []
        self.seen: set[tuple[str, str]] = set()

    def definition(self, thing: Any) -> None:
        """Add a function or a class of ours, and below it what it uses."""
        if not self._is_new(thing.__module__, thing.__qualname__):
            return
        text = _bare(textwrap.dedent(inspect.getsource(thing)))
        self.definitions.append(text)
        self._names_of(ast.parse(text).body[0], sys.modules[thing.__module__])

    def _names_of(self, tree: ast.AST, module: ModuleType) -> None:
        for name in dict.fromkeys(_names_read(tree)):
            if hasattr(module, name) and not hasattr(builtins, name):
                self._add(name, getattr(module, name), module)

    def _add(self, name: str, thing: Any, module: ModuleType) -> None:
        """Add what a name stands for in a module."""
        if isinstance(thing, ModuleType):
            same = thing.__name__ == name
            self.imports[f"import {thing.__name__}" + ("" if same else f" as {name}")] = None
        elif inspect.isroutine(thing) or inspect.isclass(thing):
            if thing.__module__.startswith(OURS):
                self.definition(thing)
            else:
                renamed = "" if thing.__qualname__ == name else f" as {name}"
                self.imports[f"from {thing.__module__} import {thing.__qualname__}{renamed}"] = None
        else:
            self._constant(name, _home_of(name, module))

    def _constant(self, name: str, home: ModuleType) -> None:
        if not self._is_new(home.__name__, name):
            return
        targets, value = _assignment(name, home)
        self._names_of(value, home)
        line = f"{targets} = {ast.unparse(value)}"
        if line not in self.constants:  # one statement may assign several
            self.constants.append(line)

    def _is_new(self, module: str, name: str) -> bool:
        new = (module, name) not in self.seen
        self.seen.add((module, name))
        return new


def _bare(source: str) -> str:
    """Return the source of a definition without docstrings and without statements that only check; comments stay."""
    lines: list[str | None] = list(source.splitlines())
    for block in ast.walk(ast.parse(source)):
        if isinstance(block, ast.stmt) and _says_nothing(block):
            first, last = block.lineno - 1, block.end_lineno or block.lineno
            if last < len(lines) and not lines[last]:
                last += 1  # the blank line below a docstring
            lines[first:last] = [None] * (last - first)
    for block in ast.walk(ast.parse(source)):
        body = getattr(block, "body", None)
        stands = isinstance(block, ast.stmt) and lines[block.lineno - 1] is not None
        if stands and isinstance(body, list) and all(map(_says_nothing, body)):
            lines[body[0].lineno - 1] = " " * body[0].col_offset + "pass"
    return "\n".join(line for line in lines if line is not None).rstrip()


def _says_nothing(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring, a check, or only holds such."""
    if isinstance(statement, ast.If) and not statement.orelse:
        return all(map(_says_nothing, statement.body))
    if not isinstance(statement, ast.Expr):
        return False
    if isinstance(statement.value, ast.Constant):
        return isinstance(statement.value.value, str)
    called = statement.value.func if isinstance(statement.value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id.startswith(CHECKS)


def _names_read(tree: ast.AST) -> Iterator[str]:
    """Return the names in code that runs: not those of annotations."""
    for field, value in ast.iter_fields(tree):
        if field in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Name):
                yield child.id
            elif isinstance(child, ast.AST):
                yield from _names_read(child)


def _home_of(name: str, module: ModuleType) -> ModuleType:
    """Return the module that assigns a constant, also where `module` only imports it."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ImportFrom) and node.module and name in {one.name for one in node.names}:
            return _home_of(name, sys.modules[node.module])
    return module


def _assignment(name: str, module: ModuleType) -> tuple[str, ast.expr]:
    """Return the left and the right side of the statement in which a module assigns a constant.

    Raises:
        LookupError: there is none; the constant is made in a way that cannot be printed.
    """
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.AnnAssign) and node.value and ast.unparse(node.target) == name:
            return name, node.value
        if isinstance(node, ast.Assign) and name in {
            one.id for one in ast.walk(node.targets[0]) if isinstance(one, ast.Name)
        }:
            return ast.unparse(node.targets[0]), node.value
    raise LookupError(f"{module.__name__} assigns no {name} at its top")
