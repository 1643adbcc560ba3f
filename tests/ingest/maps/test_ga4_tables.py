import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.maps import ga4_schema, ga4_tables
from ingest.maps.folder import Folder, Maps
from omnicapi.errors import BadMap

ROOT = Path(__file__).parents[3]
FILE = ROOT / "maps" / "ga4.json"


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    file = json.loads(FILE.read_text(encoding="utf-8"))
    change(file)
    return json.dumps(file).encode()


def test_the_repositorys_tables_are_tables_even_with_a_byte_order_mark() -> None:
    assert ga4_tables.parse(FILE.read_bytes()) == ga4_tables.parse(b"\xef\xbb\xbf" + FILE.read_bytes())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda file: file.update(evens={}), "evens"),
        (lambda file: file.pop("items"), "items"),
        (lambda file: file["events"].update(purchase=5), r"\$.events"),
        (lambda file: file["fields"].update({"user_data.e": ["x"]}), "did you mean"),
        (lambda file: file["fields"].update({"": ["x"]}), "docs/files-reference.md"),
        (lambda file: file["fields"].update({"event_name": ["x"]}), "docs/ga4.md"),
        (lambda file: file["fields"].update({"ad_storage": ["x"]}), "docs/ga4.md"),
        (lambda file: file["fields"].update({"EMAIL": ["x"]}), "another name already"),
        (lambda file: file["item_fields"].update(colour=["x"]), "colour"),
        (lambda file: file.update(extinfo=[[]] * 17), "extinfo"),
    ],
)
def test_tables_that_say_nothing_usable_name_the_entry(change: Callable[[dict[str, Any]], object], says: str) -> None:
    with pytest.raises(BadMap, match=says) as caught:
        ga4_tables.parse(changed(change))
    assert "maps/ga4.json" in str(caught.value)


def test_a_file_that_is_not_json_is_refused() -> None:
    with pytest.raises(BadMap, match=r"maps/ga4\.json cannot be used"):
        ga4_tables.parse(b"{")


def test_the_schema_in_docs_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "schema" / "ga4.json").read_text(encoding="utf-8") == ga4_schema.text(), "run make schema"


def test_the_folder_reads_the_tables_again_when_they_change(tmp_path: Path) -> None:
    maps = Maps(Folder(tmp_path), refresh=0)
    with pytest.raises(BadMap, match="missing"):
        maps.ga4()
    (tmp_path / "ga4.json").write_bytes(FILE.read_bytes())
    first = maps.ga4()
    assert maps.ga4() is first
    (tmp_path / "ga4.json").write_bytes(changed(lambda file: file["events"].update(purchase=None)))
    assert maps.ga4().file.events["purchase"] is None
    assert maps.channels() == frozenset()


def test_every_name_of_a_standard_event_is_metas() -> None:
    names = {name for name in ga4_tables.parse(FILE.read_bytes()).file.events.values() if name}
    page = (ROOT / "docs" / "ga4.md").read_text(encoding="utf-8")
    assert all(re.fullmatch("[A-Z][A-Za-z]+", name) and name in page for name in names)
