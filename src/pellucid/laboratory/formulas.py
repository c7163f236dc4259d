"""The user's own function, as a formula in text or as a Python callable, with its gradient and Hessian.

A text is read by `ast` and walked against a white list; it is never evaluated by Python. Whatever is not a number, a
variable, one of the operators or one of the functions below is refused, with its place.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, SupportsFloat, TypeAlias

import numpy as np

from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import nearest
from pellucid.laboratory import jets
from pellucid.laboratory.jets import Floats, Jet

Function: TypeAlias = Any
"""A formula as text, or a callable that takes as many numbers as there are variables. (Any: parameters are read from
text by msgspec, which refuses unions with callables.)"""

LONGEST: Final = 500  # letters; longer ones are no formulas that a person reads
DEEPEST: Final = 60  # parts within parts: far below Python's limit of recursion
LARGEST_POWER: Final = 64.0  # x^64 passes 1e300 at x = 50000

ALLOWED: Final = re.compile(r"[A-Za-z0-9_+\-*/()., ]*")
WRITTEN: Final = MappingProxyType(
    {"^": "**", "²": "**2", "³": "**3", "·": "*", "×": "*", "−": "-", "π": "pi"}  # as in books
)
CONSTANTS: Final = MappingProxyType({"pi": math.pi, "e": math.e})
OPERATORS: Final[MappingProxyType[type[ast.operator], Callable[[Jet, Jet], Jet]]] = MappingProxyType(
    {
        ast.Add: jets.add,
        ast.Sub: jets.subtract,
        ast.Mult: jets.multiply,
        ast.Div: jets.divide,
        ast.Pow: jets.power,
    }
)
OF_TWO: Final = MappingProxyType({"minimum": jets.minimum, "maximum": jets.maximum})
KNOWN: Final = (*jets.FUNCTIONS, *OF_TWO)

EXACT: Final = "exact, by the rules of calculus"
DIFFERENCES: Final = "central differences, since the function is a Python callable: about 7 digits"
FIRST_STEP: Final = float(np.finfo(float).eps ** (1 / 3))  # balances rounding against truncation, times max(1, |x|)
SECOND_STEP: Final = float(np.finfo(float).eps ** (1 / 4))


@dataclass(frozen=True, slots=True)
class Objective:
    """A function of one or several numbers: called with arrays of one shape S, one for each variable."""

    text: str
    """As said to people: `x*cos(x)`."""
    variables: tuple[str, ...]
    derivatives: str
    """How they are found: exactly, or by central differences."""
    jet_at: Callable[[tuple[Floats, ...], bool], Jet]
    """The value, and if asked also the derivatives."""

    def __call__(self, *points: Any) -> Floats:
        """Return the values, S; infinite or NaN where there are none."""
        return self._jet(points, False).value

    def gradient(self, *points: Any) -> Floats:
        """Return the gradient, (v, *S)."""
        return self._jet(points, True).slope

    def hessian(self, *points: Any) -> Floats:
        """Return the second derivatives, (v, v, *S)."""
        return self._jet(points, True).bend

    def _jet(self, points: tuple[Any, ...], derivatives: bool) -> Jet:
        arrays = np.broadcast_arrays(*(np.asarray(point, dtype=float) for point in points))
        with np.errstate(all="ignore"):  # what leaves the range becomes inf or NaN, and whoever walks stops there
            return self.jet_at(tuple(arrays), derivatives)


def objective(function: Function, variables: tuple[str, ...] = ("x",)) -> Objective:
    """Return a function that was given as text or as a callable.

    Args:
        function: a formula such as `x*cos(x)` or `x1**2 + 2*x2**2`, with + - * / ** (or ^), brackets, pi, e, abs, exp,
            log, sqrt, sin, cos, tan, tanh, sinh, cosh, minimum(a, b) and maximum(a, b); or a Python callable.
        variables: the names that the formula may use; a callable gets one number for each.

    Raises:
        RangeError: it is neither, or a part of the formula is not allowed; the sentence names the part.

    Example:
        >>> f = objective("x1**2 + 2*x2^2", ("x1", "x2"))
        >>> f(3, 1).item(), f.gradient(3, 1).tolist(), f.hessian(3, 1).tolist()
        (11.0, [6.0, 4.0], [[2.0, 0.0], [0.0, 4.0]])
    """
    if callable(function):
        name = getattr(function, "__name__", "a callable")
        return Objective(name, variables, DIFFERENCES, _by_differences(function))
    if isinstance(function, int | float) and not isinstance(function, bool):
        function = repr(function)  # `--set function=3` arrives as a number
    if not isinstance(function, str):
        raise RangeError(f"formula expected a text or a Python callable, got {function!r}: write it as in 'x*cos(x)'")
    body = _parsed(function, variables)

    def jet_at(points: tuple[Floats, ...], derivatives: bool) -> Jet:
        count = len(points) if derivatives else 0
        named = {
            name: jets.variable(point, place, count)
            for place, (name, point) in enumerate(zip(variables, points, strict=True))
        }
        return _evaluated(body, named, points[0], count)

    return Objective(function.strip(), variables, EXACT, jet_at)


def _parsed(text: str, variables: tuple[str, ...]) -> ast.expr:
    """Return the checked tree of a formula."""
    if not text.strip():
        raise RangeError("formula expected something in it, got an empty text: write it as in 'x*cos(x)'")
    if len(text) > LONGEST:
        raise RangeError(f"formula expected at most {LONGEST} letters, got {len(text)}: pass a Python function")
    plain = "".join(WRITTEN.get(letter, letter) for letter in text).strip()
    good = ALLOWED.match(plain)
    end = good.end() if good else 0
    if end < len(plain):
        raise _refused(plain, plain[end], end, "use letters, digits, + - * / ** ( ) . and commas")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of `2or`; it is refused below
            tree = ast.parse(plain, mode="eval")
    except SyntaxError as error:
        place = min(max((error.offset or 1) - 1, 0), len(plain) - 1)
        raise _refused(plain, plain[place:], place, "write products with *, and close every bracket") from None
    except (ValueError, MemoryError, RecursionError):
        raise _refused(plain, plain, 0, "write it with fewer brackets") from None
    _check(tree.body, plain, variables, 0)
    return tree.body


def _refused(text: str, part: str, place: int, advice: str) -> RangeError:
    return RangeError(f"formula expected only what it knows, got {part!r} at letter {place + 1} of {text!r}: {advice}")


def _check(node: ast.expr, text: str, variables: tuple[str, ...], depth: int) -> None:
    """Refuse whatever is not on the white list."""

    def refused(advice: str) -> RangeError:
        return _refused(text, ast.get_source_segment(text, node) or text, node.col_offset, advice)

    if depth > DEEPEST:
        raise refused(f"nest at most {DEEPEST} parts within one another")
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if not _is_finite(number):
                raise refused("write a number below 1e308")
        case ast.Name(id=name):
            if name in KNOWN:
                raise refused(f"write {name}(…)")
            if name not in variables and name not in CONSTANTS:
                near = nearest(name, [*variables, *CONSTANTS, *KNOWN])
                raise refused(f"did you mean {near!r}?" if near else f"the variables are {', '.join(variables)}")
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _check(inner, text, variables, depth + 1)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            _check(left, text, variables, depth + 1)
            _check(right, text, variables, depth + 1)
            if isinstance(operator, ast.Pow) and not _small_power(right):
                raise refused(f"write a power of at most {LARGEST_POWER:g}")
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in KNOWN:
            wanted = 2 if name in OF_TWO else 1
            if len(arguments) != wanted:
                raise refused(f"{name} takes {wanted} argument{'s' * (wanted > 1)}")
            for argument in arguments:
                _check(argument, text, variables, depth + 1)
        case ast.Call():
            raise refused(f"the functions are {', '.join(KNOWN)}; write products with *")
        case _:
            raise refused("use numbers, variables, + - * / ** and functions")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def _small_power(exponent: ast.expr) -> bool:
    """Return whether an exponent is below the largest that is allowed, as far as it is a number."""
    names = {node.id for node in ast.walk(exponent) if isinstance(node, ast.Name)}
    if not names <= {*CONSTANTS, *KNOWN}:
        return True
    with np.errstate(all="ignore"):
        value = float(_evaluated(exponent, {}, np.zeros(()), 0).value)
    return abs(value) <= LARGEST_POWER


def _evaluated(node: ast.expr, named: dict[str, Jet], like: Floats, count: int) -> Jet:
    """Return the jet of a checked tree."""
    match node:
        case ast.Name(id=name):
            return named[name] if name in named else jets.constant(CONSTANTS[name], like, count)
        case ast.UnaryOp(op=operator, operand=inner):
            jet = _evaluated(inner, named, like, count)
            return jets.negative(jet) if isinstance(operator, ast.USub) else jet
        case ast.BinOp(left=left, op=joined, right=right):
            a, b = (_evaluated(side, named, like, count) for side in (left, right))
            return OPERATORS[type(joined)](a, b)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            parts = [_evaluated(argument, named, like, count) for argument in arguments]
            return OF_TWO[name](*parts) if name in OF_TWO else jets.apply(name, parts[0])
    return jets.constant(float(ast.literal_eval(node)), like, count)  # what is left is a number


def _by_differences(function: Callable[..., Any]) -> Callable[[tuple[Floats, ...], bool], Jet]:
    """Return the value of a callable, and its derivatives by central differences."""

    def values(points: list[Floats]) -> Floats:
        flat = [_number(function, one) for one in zip(*(point.ravel() for point in points), strict=True)]
        return np.asarray(flat, dtype=float).reshape(points[0].shape)

    def jet_at(points: tuple[Floats, ...], derivatives: bool) -> Jet:
        v, here = len(points), values(list(points))
        jet = jets.constant(0.0, here, v)
        if not derivatives:
            return Jet(here, jet.slope, jet.bend)

        def at(i: int, step_i: Floats, j: int = 0, step_j: Floats | float = 0.0) -> Floats:
            moved = list(points)
            moved[i] = moved[i] + step_i
            moved[j] = moved[j] + step_j
            return values(moved)

        for i in range(v):
            h = FIRST_STEP * np.maximum(1.0, np.abs(points[i]))
            jet.slope[i] = (at(i, h) - at(i, -h)) / (2 * h)
            h = SECOND_STEP * np.maximum(1.0, np.abs(points[i]))
            jet.bend[i, i] = (at(i, h) - 2 * here + at(i, -h)) / h**2
            for j in range(i):
                k = SECOND_STEP * np.maximum(1.0, np.abs(points[j]))
                mixed = at(i, h, j, k) - at(i, h, j, -k) - at(i, -h, j, k) + at(i, -h, j, -k)
                jet.bend[i, j] = jet.bend[j, i] = mixed / (4 * h * k)
        return Jet(here, jet.slope, jet.bend)

    return jet_at


def _number(function: Callable[..., Any], point: tuple[Any, ...]) -> float:
    """Return a callable's value at one point; NaN where it has none."""
    try:
        value = function(*(float(one) for one in point))
    except (ArithmeticError, ValueError):  # math.log(-1), math.exp(1000), 1 / 0
        return math.nan
    except Exception as error:
        raise RangeError(
            f"formula expected a function that takes {len(point)} number{'s' * (len(point) > 1)} and returns one, got "
            f"{type(error).__name__} from it ({error}): mend it, and try it at {point}"
        ) from error
    if np.ndim(value) == 0 and isinstance(value, SupportsFloat) and not isinstance(value, complex):
        try:
            return float(value)
        except OverflowError:  # a whole number beyond 1e308
            return math.nan
    raise RangeError(f"formula expected the function to return a number, got {type(value).__name__}: return float(...)")
