from typing import get_args

from pellucid.data.modalities.catalogue import BY_KIND, MODALITIES
from pellucid.foundation.records import InputKind


def test_every_modality_is_a_kind_of_input_and_is_there_once() -> None:
    kinds = [modality.kind for modality in MODALITIES]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= set(get_args(InputKind))
    assert all(BY_KIND[modality.kind] is modality for modality in MODALITIES)


def test_what_is_shown_is_named() -> None:
    assert all(modality.noun and modality.nouns for modality in MODALITIES)
    assert all(modality.show or modality.tell for modality in MODALITIES)
