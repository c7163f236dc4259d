from pellucid.data.modalities.picture import PICTURES
from pellucid.data.modalities.saving import transform_from_json, transform_to_json
from pellucid.data.transforms.picture import PictureTransform


def test_the_kind_is_written_beside_the_fields() -> None:
    transform = PictureTransform(channels=1, size=(2, 3), mean=(0.5,), std=(0.25,))
    record = transform_to_json(transform)
    assert record["kind"] == PICTURES.kind
    assert transform_from_json(record) == transform
