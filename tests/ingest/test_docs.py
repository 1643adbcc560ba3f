"""What the pages for analysts and developers promise."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ingest.events.plan import REQUIRED
from ingest.maps.field_map import parse
from ingest.maps.file import MapFile
from ingest.maps.folder import Maps
from ingest.readers.table import USUAL
from ingest.settings import IngestSettings
from ingest.topic.reader import TopicReader
from ingest.topic.shapes import SHAPES
from ingest.values.fields import FIELDS
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "docs" / "files-reference.md").read_text(encoding="utf-8")
MAPS = (ROOT / "docs" / "maps.md").read_text(encoding="utf-8")
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")

EXAMPLES = re.findall(r"```json channel=(\w+)\n(.*?)```", SOURCES, re.DOTALL)
PUBLISHED = re.findall(r"--attribute=channel=(\w+) .*?--message='(.*?)'", SOURCES, re.DOTALL)


def reasons() -> Iterator[str]:
    """Every reason code that ingest's code gives to an error."""
    for file in (ROOT / "ingest").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            ast.unparse(node.targets[0]): node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"Refused", "BadValue", "Refusal", "PassedOver"}
            ):
                first = (constants.get(ast.unparse(arg), arg) for arg in node.args[:1])
                yield from (str(arg.value) for arg in first if isinstance(arg, ast.Constant))
    yield from (f"{required}_missing" for required in REQUIRED)
    yield from ("channel_unknown", "file_unreadable", "notification_unreadable", "duplicate_key", "internal_error")


@pytest.mark.parametrize(("channel", "example"), [*EXAMPLES, *PUBLISHED])
def test_every_example_is_taken_without_a_warning(channel: str, example: str, maps: Maps) -> None:
    found = list(TopicReader(maps).events(PushMessage(example.encode(), {"channel": channel}, "m1"), 0))
    assert found
    for event in found:
        assert isinstance(event, Event)
        assert (event.channel, event.warnings) == (channel, [])


def test_there_is_an_example_of_every_shape_and_of_a_map() -> None:
    assert len(EXAMPLES) == len(SHAPES) + 1
    assert all(f"`{shape.name}`" in SOURCES for shape in SHAPES)


def test_every_map_shown_is_a_map() -> None:
    shown = re.findall(r"```json map\n(.*?)```", MAPS, re.DOTALL)
    assert len(shown) == MAPS.count("```json")
    for text in shown:
        assert parse("store", text.encode()).columns
        said = json.loads(text)
        if said.get("defaults", {}).get("ACTION_SOURCE") == "website":
            assert "EVENT_SOURCE_URL" in {**said["columns"], **said["defaults"]}, "Meta refuses it without"


def test_every_entry_of_a_map_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", MAPS.partition("| entry | says |")[2], re.MULTILINE))
    assert {name for names in explained for name in names if name} == set(MapFile.__struct_fields__)


def test_the_limits_are_the_ones_that_the_page_names_and_the_readers_have() -> None:
    usual = {setting.name: setting.default for setting in msgspec.structs.fields(IngestSettings)}
    for limit in ("max_spreadsheet_bytes", "max_parquet_memory_bytes", "max_cells", "max_packing"):
        assert usual[limit] == getattr(USUAL, limit)
    assert f"{usual['max_spreadsheet_bytes'] // 1_000_000} MB (`MAX_SPREADSHEET_BYTES`)" in FILES
    assert f"{usual['max_packing']} times its size (`MAX_PACKING`)" in FILES


def test_every_reason_is_explained_and_no_other() -> None:
    tables = [page.partition("## Refusals")[2].partition("\n## ")[0] for page in (FILES, SOURCES)]
    rows = [row.split("|")[1] for table in tables for row in table.splitlines() if row.startswith("| `")]
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(reasons())


def test_every_field_is_listed_with_its_names() -> None:
    rows = [row for row in FILES.partition("## Field names")[2].splitlines() if row.startswith("| `")]
    assert len(rows) == len(FIELDS)
    for row, field in zip(rows, FIELDS, strict=True):
        name, path, holds, *also = re.findall(r"`([^`]+)`|(?<=\| )([a-zA-Z ]+)(?= \|)", row)
        assert (name[0], path[0], holds[1]) == (field.usual.upper(), field.path, field.kind.value)
        assert {one[0] for one in also} == {*field.aliases} - {field.usual, field.path}
