import io
import zipfile

import pytest

from ingest.readers.archive import BLOCK, Archive
from omnicapi.errors import UnreadableFile


def refusal(limit: int, most: int | None) -> str:
    """Return why a part of five blocks is not unpacked."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.xml", b" " * 5 * BLOCK)
    with pytest.raises(UnreadableFile) as caught:
        list(Archive(content, limit).blocks("a.xml", most))
    return str(caught.value)


def test_a_setting_is_named_as_the_way_out_only_where_it_is_the_limit() -> None:
    assert "raise MAX_PACKING" in refusal(4 * BLOCK, None)
    assert "raise MAX_PACKING" in refusal(3 * BLOCK, 4 * BLOCK)
    assert "MAX_PACKING" not in refusal(9 * BLOCK, 4 * BLOCK)
