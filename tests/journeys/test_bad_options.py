"""Options of the wrong type, out of range, misspelt, or impossible for the data."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Refused = Callable[..., str]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--epochs x", "--epochs WHOLE NUMBER, got 'x'"),
        ("--epochs 1.5", "--epochs WHOLE NUMBER, got '1.5'"),
        ("--epochs 0", "epochs to be a whole number above 0, got 0"),
        ("--learning-rate -1", "learning_rate to be above 0, or 'find', got -1.0"),
        ("--learning-rate quick", "--learning-rate NUMBER, got 'quick'"),
        ("--learning-rate nan", "learning_rate to be above 0, or 'find', got nan"),
        ("--learning-rate inf", "learning_rate to be above 0, or 'find', got inf"),
        ("--learning-rate 1e39", "learning_rate to be above 0, or 'find', got 1e+39"),
        ("--batch-size 0", "batch_size to be a whole number above 0, got 0"),
        ("--warm-up 1", "warm_up to be at least 0 and below 1, got 1.0"),
        ("--patience -1", "patience to be a whole number, 0 for never, got -1"),
        ("--seed -1", "seed to be a whole number of at least 0, got -1"),
        ("--seed x", "--seed WHOLE NUMBER, got 'x'"),
        ("--bootstrap 5", "bootstrap to be 0 or at least 100, got 5"),
        ("--confidence 2", "confidence to be between 0 and 1, got 2.0"),
        ("--test 1", "test to be a file, or a fraction from 0 to below 1, got '1'"),
        ("--test -0.1", "test to be a file, or a fraction from 0 to below 1, got '-0.1'"),
        ("--test tabel.csv", "got tabel.csv, which does not exist: did you mean table.csv?"),
        ("--validation 1", "validation to be a fraction from 0 to below 1, got 1.0"),
        ("--label-smoothing 1", "label_smoothing to be at least 0 and below 1, got 1.0"),
        ("--threads 0", "threads to be a whole number above 0, got 0"),
        ("--size x", "--size WHOLE NUMBER, got 'x'"),
        ("--out=", "out to be the name of a folder, got ''"),
        ("--name a/b", "name to be the name of a folder inside --out, got 'a/b'"),
        ("--name ..", "name to be the name of a folder inside --out, got '..'"),
        ("--column size", "--column NAME=KIND, got 'size'"),
    ],
)
def test_type_and_range(fit_refused: Refused, table: Path, options: str, sentence: str) -> None:
    assert sentence in fit_refused(table, "--target", "kind", *options.split())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--network dens", "a network for a table among linear, dense, got 'dens': did you mean 'dense'?"),
        ("--network dense(hiden=3)", "an option of dense among .*, got 'hiden': did you mean 'hidden'?"),
        ("--network lenet", "a network for a table .*, got 'lenet'"),
        ("--network nowhere:build", "to name an importable module, got No module named 'nowhere'"),
        ("--network math:sqtr", "a name of module math among .*, got 'sqtr': did you mean 'sqrt'?"),
        ("--optimizer adma", "an optimizer among .*, got 'adma': did you mean 'adam'?"),
        ("--optimizer sgd(momentm=0.9)", "an option of sgd among .*, got 'momentm': did you mean 'momentum'?"),
        ("--optimizer sgd(momentum=2)", "momentum to be at least 0 and below 1, got 2"),
        ("--schedule cosin", "a schedule among .*, got 'cosin': did you mean 'cosine'?"),
        ("--task binry", "a task among .*, got 'binry': did you mean 'binary'?"),
        ("--device gpu", "a device among cpu, cuda, mps, got 'gpu': did you mean 'cpu'?"),
        ("--device cuda:99", "a device that this machine has, got 'cuda:99': it has cpu"),
        ("--precision fp8", "precision among float32, float64, bf16, fp16, got 'fp8'"),
        ("--loss hubr", "loss among squared, absolute, huber, got 'hubr': did you mean 'huber'?"),
        ("--loss huber", "a regression for loss, got loss='huber' with binary classification"),
        ("--split rnd", "split among .*, got 'rnd': did you mean 'random'?"),
        ("--split time", "a column for --split time, got none: pass --time NAME"),
        ("--group colr", "a column among .*, got 'colr': did you mean 'colour'?"),
        ("--drop colr", "a column among .*, got 'colr': did you mean 'colour'?"),
        ("--keep colr", "a column among .*, got 'colr': did you mean 'colour'?"),
        ("--exposure wieght", "a column among .*, got 'wieght': did you mean 'weight'?"),
        ("--positive maybe", "positive to be a class of kind, among no, yes, got 'maybe'"),
        ("--column size=nmber", "a kind of column among .*, got 'nmber': did you mean 'number'?"),
        ("--column siez=number", "a column among .*, got 'siez': did you mean 'size'?"),
        ("--select acuracy", "what to select the best epoch by among .*, got 'acuracy': did you mean 'accuracy'?"),
        ("--encoding utf-99", "in the encoding utf-99, got unknown encoding: utf-99"),
        ("--separator abc", "--separator to be one character or tab or blank, got 'abc'"),
        ("--header maybe", "header among auto, yes, no, got 'maybe'"),
    ],
)
def test_unknown_names(fit_refused: Refused, table: Path, options: str, sentence: str) -> None:
    text = fit_refused(table, "--target", "kind", *options.split())
    assert re.search(sentence, text), text


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("fti iris", "a command among fit, resume, .*, got 'fti': did you mean 'fit'?"),
        ("fit iris --epoch 3", "fit expected one of its options, got --epoch: did you mean --epochs?"),
        ("fit iris --learning_rate 3", "got --learning_rate: did you mean --learning-rate?"),
        ("fit iris --zzz", "got --zzz: see `pellucid fit --help`"),
        ("predict --versoin", "predict expected one of its options, got --versoin: see `pellucid predict --help`"),
        ("fit", "fit expected a command line as in `pellucid fit --help`, got another one .Missing argument"),
        ("fit iris wine", "got another one .Got unexpected extra argument.s. .wine"),
        ("fit iris --epochs", "got another one .Option '--epochs' requires an argument"),
        ("compare last", "compare expected a command line as in `pellucid compare --help`, got another one"),
        ("report lsat", "a run folder or the name of a run in runs, got 'lsat'"),
    ],
)
def test_command_line_itself(refused: Refused, command: str, sentence: str) -> None:
    text = refused(*command.split())
    assert re.search(sentence, text), text


@pytest.mark.parametrize("options", ["--optimizer sgd --epochs 3", "--optimizer adamw --epochs 1"])
def test_training_that_diverges_is_said(command_line: Callable[..., Any], table: Path, options: str) -> None:
    """A rate that no network survives is not refused beforehand; it is said, and the run is there to look at."""
    quick = ("--no-report", "--no-baselines", "--bootstrap", "0")
    said = command_line("fit", table, "--learning-rate", "9e37", *options.split(), *quick)
    assert said.code == 0, said.err
    assert "the loss became NaN or infinite" in said.err
    assert "diverged" in command_line("runs").out
