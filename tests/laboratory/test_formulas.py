"""Formulas: read safely, differentiated exactly, refused with the place of the mistake."""

from __future__ import annotations

import math
import string
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.formulas import DIFFERENCES, EXACT, objective

PLANE = ("x1", "x2")

ATTACKS = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "x.real",
    "exp.__globals__",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "lambda: 1",
    "(lambda x: x)(1)",
    "[x for x in (1, 2)]",
    "{x: 1}",
    "x if x else 1",
    "x and 1",
    "not x",
    "x or 1",
    "x < 1",
    "x == x",
    "x := 3",
    "(x := 3)",
    "x; x",
    "x\nx",
    "import os",
    "f'{x}'",
    "'x' * 999999999",
    '"x"',
    "b'x'",
    "`x`",
    "x @ x",
    "x // 2",
    "x % 2",
    "x & 1",
    "x | 1",
    "x << 2",
    "~x",
    "x[0]",
    "x[::1]",
    "(x, x)",
    "*x",
    "**x",
    "exp(*x)",
    "exp(x=1)",
    "exp(**x)",
    "exp",
    "exp + 1",
    "exp(exp)",
    "exp()",
    "exp(1, 2)",
    "maximum(x)",
    "maximum(x, 1, 2)",
    "(exp)(x)(x)",
    "2(x)",
    "x(2)",
    "True",
    "None",
    "...",
    "1j",
    "2j*x",
    "await x",
    "yield",
    "x!",
    "x\\",
    "x\x00",
    "\u202ex",
    "ｘ",
    "x = 3",
    "x->2",
    "9**9**9**9",
    "x**1e9",
    "x**(-65)",
    "x**(9**9)",
    "2**(10*10)",
    "x**(1/0)",
    "x**(0/0)",
    "1e999",
    "9" * 400,
    "0x",
    "0777",
    "1__0",
    "2x",
    "2or x",
    "x x",
    "(x",
    "x)",
    "x +",
    "* x",
    "x ** ",
    ",",
    ".",
    "_",
    "__builtins__",
    "nan",
    "inf",
    "abs",
    "x" * 501,
    "+" * 499 + "x",
    "-" * 200 + "x",
    "(" * 240 + "x" + ")" * 240,
    "x" + "+x" * 100,
    "sin(" * 100 + "x" + ")" * 100,
]


@pytest.mark.parametrize("text", ATTACKS)
def test_what_is_no_formula_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(RangeError, match="formula expected .* got .*: "):
        objective(text)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    _calculates_or_is_refused(text)


@given(st.text(alphabet="x12.()+-*/^ ,e" + "sincoexplgabr", max_size=40))
def test_no_text_that_looks_like_a_formula_does_more_than_be_refused(text: str) -> None:
    _calculates_or_is_refused(text)


def _calculates_or_is_refused(text: str) -> None:
    try:
        f = objective(text)
    except RangeError:
        return
    assert f(0.5).shape == ()
    assert f.gradient(0.5).shape == (1,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x + foo(x)", r"got 'foo\(x\)' at letter 5 of 'x \+ foo\(x\)': the functions are abs, exp,"),
        ("x + y", "got 'y' at letter 5 of 'x [+] y': the variables are x"),
        ("x + cosh", r"got 'cosh' at letter 5 .*: write cosh\(…\)$"),
        ("x + pie", "got 'pie' at letter 5 .*: did you mean 'pi'"),
        ("x.real + 1", r"got 'x.real' at letter 1 of 'x.real \+ 1': use numbers"),
        ("3*x[0]", r"got '\[' at letter 4 of .*: use letters, digits"),
        ("2x", "at letter .* of '2x': write products with"),
        ("x**99", r"got 'x\*\*99' at letter 1 of .*: write a power of at most 64"),
        ("sin(x, 2)", r"sin takes 1 argument$"),
        ("maximum(x)", "maximum takes 2 arguments"),
        ("", "got an empty text"),
        ("  ", "got an empty text"),
        ("1e999*x", "got '1e999' at letter 1 of .*: write a number below 1e308"),
    ],
)
def test_the_sentence_names_the_place(text: str, said: str) -> None:
    with pytest.raises(RangeError, match=said):
        objective(text)


@pytest.mark.parametrize("value", [None, [1, 2], b"x", True, {}])
def test_other_things_than_text_are_refused(value: object) -> None:
    with pytest.raises(RangeError, match="formula expected a text or a Python callable, got "):
        objective(value)


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("x^2", 3.0, 9.0),
        ("x²", 3.0, 9.0),
        ("-x**2", 3.0, -9.0),
        ("2**-1 * x", 3.0, 1.5),
        ("+x", 3.0, 3.0),
        (" 2 · x − 1 ", 3.0, 5.0),
        ("x³ × 2", 2.0, 16.0),
        ("cos(π*x)", 1.0, -1.0),
        ("log(e**x)", 2.5, 2.5),
        ("minimum(x, 2) + maximum(x, 4)", 3.0, 6.0),
        ("abs(-x)/sqrt(x)", 4.0, 2.0),
        ("x^2^3", 2.0, 256.0),
        ("tan(x) - sin(x)/cos(x)", 0.7, 0.0),
        ("sinh(x)/cosh(x) - tanh(x)", 0.7, 0.0),
        ("x**0.5", 9.0, 3.0),
        ("1_000*x", 1.0, 1000.0),
        ("7", 1.0, 7.0),
    ],
)
def test_values_by_hand(text: str, at: float, value: float) -> None:
    assert objective(text)(at) == pytest.approx(value, abs=1e-12)


def test_a_number_is_a_formula_too() -> None:
    assert objective(3)(np.zeros(2)).tolist() == [3.0, 3.0]


@pytest.mark.knowledge("D1", "D8")
@pytest.mark.parametrize(
    ("text", "slope", "second"),
    [  # by hand
        ("x*cos(x)", lambda x: np.cos(x) - x * np.sin(x), lambda x: -2 * np.sin(x) - x * np.cos(x)),
        ("cosh(0.5*x)", lambda x: 0.5 * np.sinh(0.5 * x), lambda x: 0.25 * np.cosh(0.5 * x)),
        ("1/x", lambda x: -1 / x**2, lambda x: 2 / x**3),
        ("exp(-x^2)", lambda x: -2 * x * np.exp(-(x**2)), lambda x: (4 * x**2 - 2) * np.exp(-(x**2))),
        ("x^x", lambda x: x**x * (np.log(x) + 1), lambda x: x**x * (np.log(x) + 1) ** 2 + x ** (x - 1)),
        ("2^x", lambda x: 2**x * math.log(2), lambda x: 2**x * math.log(2) ** 2),
    ],
)
def test_derivatives_by_hand(text: str, slope: object, second: object) -> None:
    x = np.linspace(0.1, 4, 30)
    f = objective(text)
    np.testing.assert_allclose(f.gradient(x)[0], slope(x), rtol=1e-12, atol=1e-14)  # type: ignore[operator]
    np.testing.assert_allclose(f.hessian(x)[0, 0], second(x), rtol=1e-11, atol=1e-13)  # type: ignore[operator]


leaves = st.sampled_from(["x1", "x2", "0.5", "2", "pi", "1.25"])
formulas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
        st.builds("{}({})".format, st.sampled_from(["sin", "cos", "tanh"]), inner),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3"])),
        st.builds("({})/(2 + sin({}))".format, inner, inner),
        st.builds("-{}".format, inner),
    ),
    max_leaves=6,
)


@given(formulas, st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_exact_derivatives_agree_with_central_differences(text: str, x1: float, x2: float) -> None:
    exact = objective(text, PLANE)
    numeric = objective(lambda a, b: float(exact(a, b)), PLANE)
    scale = 1 + abs(float(exact(x1, x2))) + float(np.abs(exact.hessian(x1, x2)).max()) ** 2
    np.testing.assert_allclose(exact.gradient(x1, x2), numeric.gradient(x1, x2), atol=1e-5 * scale, rtol=1e-4)
    np.testing.assert_allclose(exact.hessian(x1, x2), numeric.hessian(x1, x2), atol=1e-4 * scale, rtol=1e-2)
    assert (exact.hessian(x1, x2) == exact.hessian(x1, x2).T).all()


def test_points_may_have_any_shape() -> None:
    f = objective("x1**2 + 2*x2**2", PLANE)
    x1, x2 = np.meshgrid(np.arange(3.0), np.arange(4.0))
    assert f(x1, x2).shape == (4, 3)
    assert f.gradient(x1, x2).shape == (2, 4, 3)
    assert f.hessian(x1, x2).shape == (2, 2, 4, 3)
    assert f.gradient(x1, 1.0)[1].tolist() == np.full((4, 3), 4.0).tolist()


def test_how_the_derivatives_were_found_is_said() -> None:
    assert objective("x").derivatives == EXACT
    assert objective(lambda x: x).derivatives == DIFFERENCES
    assert "central differences" in DIFFERENCES


def test_a_callable_is_differentiated_numerically() -> None:
    def hill(a: float, b: float) -> float:
        return a**2 * b + math.sin(b)

    f = objective(hill, PLANE)
    assert f.text == "hill"
    np.testing.assert_allclose(f.gradient(1.5, -0.5), [2 * 1.5 * -0.5, 1.5**2 + math.cos(-0.5)], rtol=1e-7)  # by hand
    np.testing.assert_allclose(f.hessian(1.5, -0.5), [[-1.0, 3.0], [3.0, -math.sin(-0.5)]], rtol=1e-5)
    assert f(np.zeros((2, 3)), 1.0).shape == (2, 3)


def test_a_callable_without_a_value_gives_nan_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(objective(math.log)(-1.0))
        assert np.isnan(objective(lambda x: 1 / x)(0.0))
        assert np.isnan(objective(math.exp)(1e4))
        assert np.isinf(objective(np.exp)(1e4))
        assert np.isinf(objective("exp(x)")(1e4))
        assert np.isnan(objective("log(x)")(-1.0))


@pytest.mark.parametrize("function", [lambda x: "a", lambda x: None, lambda x: [x, x]])
def test_a_callable_must_return_a_number(function: object) -> None:
    with pytest.raises(RangeError, match="formula expected the function to return a number, got "):
        objective(function)(1.0)


def test_letters_that_are_allowed_are_few() -> None:
    refused = []
    for letter in string.printable:
        try:
            objective(f"x{letter}1")
        except RangeError:
            refused.append(letter)
    assert set(string.printable) - set(refused) == set("+-*/^")


@pytest.mark.parametrize("error", [ValueError, MemoryError, RecursionError])
def test_a_parser_that_gives_up_is_a_refusal_too(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("pellucid.laboratory.formulas.ast.parse", parse)
    with pytest.raises(RangeError, match="write it with fewer brackets"):
        objective("x")
