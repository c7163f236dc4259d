import pytest

from pellucid.foundation.errors import MissingExtraError
from pellucid.foundation.extras import need


def test_a_missing_library_is_asked_for_with_its_command() -> None:
    asked = r"sound files, got none: install it with `pip install 'pellucid\[sound\]'`"
    with pytest.raises(MissingExtraError, match=asked):
        need("no_such_library", extra="sound", what="sound files")
