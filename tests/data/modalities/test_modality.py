from dataclasses import replace

from pellucid.data.modalities.picture import PICTURES


def test_the_plural_takes_an_s_unless_it_is_told() -> None:
    assert PICTURES.nouns == "pictures"
    assert replace(PICTURES, noun="series", plural="series").nouns == "series"
