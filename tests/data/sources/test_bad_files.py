"""What is said of files that cannot be read."""

from pathlib import Path

from pellucid.data.sources.bad_files import problem_of, refuse_files, said_bad

FILES = [Path(f"a/{name}.wav") for name in "uvwxyz"]


def test_the_first_is_named_and_the_others_are_counted() -> None:
    assert str(refuse_files(FILES, {3: "empty", 1: "cut"}, "sound")) == (
        "read expected whole sounds, got a/v.wav (cut) and 1 more: replace them, or leave them out with --skip-bad-rows"
    )
    assert "got a/v.wav (cut): replace" in str(refuse_files(FILES, {1: "cut"}, "sound"))


def test_three_of_those_left_out_are_named() -> None:
    assert said_bad(FILES, {}, "sound") == ()
    (said,) = said_bad(FILES, dict.fromkeys(range(4), "cut"), "sound")
    assert (said.choice, said.warning) == ("4 left out", True)
    assert said.reason == "they cannot be read: u.wav (cut), v.wav (cut), w.wav (cut) …"


def test_a_file_that_keeps_its_place_is_a_problem_of_its_row() -> None:
    problem = problem_of(2, FILES[0], "cut", "sound")
    assert (problem.row, problem.sentence) == (2, "predict expected a whole sound, got a/u.wav (cut): replace it")
