import json
import re
from pathlib import Path
from typing import Any

from ingest.maps.field_map import parse
from ingest.maps.file import MapFile
from ingest.maps.folder import NOT_CHANNELS
from ingest.maps.schema import schema, text
from ingest.values.fields import FIELDS, find

MAPS = Path(__file__).parents[3] / "maps"


def test_the_shipped_schema_is_the_one_the_reader_follows() -> None:
    assert (MAPS / "schema.json").read_text(encoding="utf-8") == text(), (
        "run python -m ingest.maps.schema maps/schema.json"
    )


def test_every_name_it_accepts_is_a_field_and_every_field_has_one() -> None:
    names = schema()["$defs"]["field"]["enum"]
    assert {find(name) for name in names} == set(FIELDS)


def test_it_offers_the_names_in_use_and_every_entry_of_the_grown_form() -> None:
    described: Any = schema()
    assert {"EMAIL", "CONTENT_DELIVERY", "CLIENT_IP_ADDRESS"} <= described["else"]["properties"].keys()
    entries = described["then"]["properties"].keys() - {"$schema"}
    assert entries == set(MapFile.__struct_fields__)
    assert described["then"]["properties"]["columns"]["properties"].keys() <= described["else"]["properties"].keys()


def test_every_reference_leads_to_a_definition_and_every_entry_is_described() -> None:
    described: Any = schema()
    assert set(re.findall(r'"#/\$defs/(\w+)"', text())) == described["$defs"].keys()
    assert all(entry.get("description") for name, entry in described["then"]["properties"].items() if name != "$schema")
    entries = [definition for definition in described["$defs"].values() if definition.get("type") == "object"]
    assert all(one.get("description") for entry in entries for one in entry["properties"].values())


def test_shipped_maps_are_readable_and_use_the_offered_names() -> None:
    offered = schema()["else"]["properties"].keys()
    shipped = [file for file in MAPS.glob("*.json") if file.stem not in NOT_CHANNELS]
    assert {file.stem for file in shipped} == {"crm", "store", "web"}
    for file in shipped:
        assert parse(file.stem, file.read_bytes()).channel == file.stem
        entries = json.loads(file.read_text(encoding="utf-8"))
        assert entries.get("columns", entries).keys() | entries.get("defaults", {}).keys() <= offered
