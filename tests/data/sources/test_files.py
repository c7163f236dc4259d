from pathlib import Path

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
