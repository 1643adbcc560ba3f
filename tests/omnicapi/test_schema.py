import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi import schema
from omnicapi.messages import Event, Outcomes, ReadySignal
from omnicapi.publishing.publisher import Kind, encode
from tests.examples import examples
from tests.omnicapi.structs import structs

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
KINDS: tuple[Kind, ...] = get_args(Kind)
DATA: dict[Kind, st.SearchStrategy[Any]] = {
    "event": st.lists(structs(Event), min_size=1, max_size=2),
    "signal": st.lists(structs(ReadySignal), min_size=1, max_size=2),
    "outcomes": structs(Outcomes),
}
PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "object": (dict,),
    "array": (list,),
}


def fits(value: Any, part: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Say whether a value fits, by the keywords our schemas use; an unknown key does not, so that none is forgotten."""
    if "$ref" in part:
        return fits(value, whole["$defs"][part["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in part:
        return any(fits(value, option, whole) for option in part["anyOf"])
    if "enum" in part:
        return value in part["enum"]
    named = part.get("type", list(PYTHON))
    names = [named] if isinstance(named, str) else named
    return any(isinstance(value, PYTHON[name]) for name in names) and inside_fits(value, part, whole)


def inside_fits(value: Any, part: dict[str, Any], whole: dict[str, Any]) -> bool:
    if isinstance(value, list) and "items" in part:
        return all(fits(element, part["items"], whole) for element in value)
    if isinstance(value, dict) and "properties" in part:
        known = part["properties"]
        return set(part["required"]) <= set(value) and all(
            key in known and fits(element, known[key], whole) for key, element in value.items()
        )
    return True


def test_the_files_in_docs_are_what_the_code_says() -> None:
    for kind in KINDS:
        assert (FOLDER / f"{kind}.json").read_text(encoding="utf-8") == schema.text(kind), "run make schema"


def test_the_command_writes_the_files_the_same_every_time(tmp_path: Path) -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-m", "omnicapi.schema", str(tmp_path / "new")], check=True)
        for kind in KINDS:
            assert (tmp_path / "new" / f"{kind}.json").read_text(encoding="utf-8") == schema.text(kind)


@pytest.mark.parametrize("kind", KINDS)
@examples(30)
@given(data=st.data())
def test_every_message_we_write_fits_its_schema(kind: Kind, data: st.DataObject) -> None:
    whole = schema.message_schema(kind)
    assert fits(msgspec.json.decode(encode(data.draw(DATA[kind]))), whole, whole)


def test_a_message_that_does_not_fit_is_seen() -> None:
    whole = schema.message_schema("event")
    good = {"event_id": "1", "event_name": "n", "event_time": 1, "channel": "c", "action_source": "w", "origin": {}}
    assert fits([good], whole, whole)
    for bad in ({**good, "event_time": "1"}, {**good, "custom_data": {"value": "1"}}, {"event_id": "1"}):
        assert not fits([bad], whole, whole)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_names_its_version_and_describes_every_struct_and_documented_field(kind: Kind) -> None:
    whole = json.loads(schema.text(kind))
    assert whole["$id"] == f"urn:omnicapi:{kind}:1"
    assert whole["title"]
    assert whole["description"]
    for name, definition in whole["$defs"].items():
        assert definition["title"] == name
        assert definition["description"], name
    assert "``" not in schema.text(kind)


def test_the_docstring_of_a_field_is_its_description() -> None:
    properties = schema.message_schema("event")["$defs"]["Event"]["properties"]
    assert properties["event_time"]["description"] == "When it happened: Unix seconds, UTC."
    assert "description" not in properties["event_name"]
