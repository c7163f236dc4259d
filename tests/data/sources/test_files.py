from pathlib import Path

from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import has_ending, holds, list_files

ENDINGS = (".nii", ".nii.gz")


def test_endings_may_have_two_dots_and_hidden_files_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "One.NII.GZ").touch()
    assert holds(tmp_path, ENDINGS)
    assert not holds(tmp_path, (".png",))
    assert not holds("digits", ENDINGS)
    assert holds(tmp_path / "a" / "b" / "One.NII.GZ", ENDINGS)
    assert not has_ending(tmp_path / "._One.nii", ENDINGS)


def test_parts_and_classes_come_from_the_folders(tmp_path: Path) -> None:
    for name in ("train/x/1.nii", "test/y/2.nii", "train/3.nii"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [(item.path.name, item.label, item.part) for item in list_files(tmp_path, ENDINGS)]
    assert found == [("2.nii", "y", "test"), ("3.nii", None, "train"), ("1.nii", "x", "train")]


def test_a_table_may_name_files_with_paths_of_another_machine_and_twice(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for name in ("a", "b"):
        (tmp_path / "files" / f"{name}.txt").write_text("some words")
    table = tmp_path / "labels.csv"
    table.write_text("file,label\nC:\\data\\a.txt,x\n/home/me/b.txt,y\nb.txt,z\n")
    dataset = read(tmp_path / "files", DataSettings(labels=str(table)))
    assert dataset.frame["file"].to_list() == ["C:\\data\\a.txt", "/home/me/b.txt", "b.txt"]
    (said,) = (decision for decision in dataset.decisions if decision.topic == "labels")
    assert (said.warning, "1 rows name a text that an earlier one names too" in said.choice) == (True, True)
