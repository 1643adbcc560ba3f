"""JSON Schemas of the messages, for producers, BigQuery tables and other languages.

``python -m omnicapi.schema docs/schema`` writes one file per message kind. Everything in them comes from the structs in
:mod:`omnicapi.messages`: names and types from msgspec, texts from the docstrings of classes and fields.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from omnicapi import messages, server_event
from omnicapi.messages import MAX_ITEMS, SCHEMA, Event, Outcomes, ReadySignal
from omnicapi.publishing.publisher import Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ITEM: dict[Kind, Any] = {"event": Event, "signal": ReadySignal, "outcomes": Outcomes}
_OWN_NAME = {"Signal_ServerEvent_": "Signal"}
"""Names that msgspec gives generic structs, and what we call them."""


def message_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of the data of a message of this kind: a list of items, or one object for outcomes."""
    (item,), definitions = msgspec.json.schema_components([_ITEM[kind]], ref_template="#/$defs/{name}")
    texts = _texts()
    own = {_OWN_NAME.get(name, name): definition for name, definition in definitions.items()}
    for name, definition in own.items():
        _describe(name, definition, texts[name])
    is_list = kind != "outcomes"
    root = {"type": "array", "items": item, "minItems": 1, "maxItems": MAX_ITEMS} if is_list else item
    return {
        "$schema": DIALECT,
        "$id": f"urn:omnicapi:{kind}:{SCHEMA}",
        "title": f"{kind} message, schema {SCHEMA}",
        "description": f"Data of a Pub/Sub message whose attribute kind is {kind} and whose schema is {SCHEMA}.",
        **_as_written(root),
        "$defs": {name: _as_written(own[name]) for name in sorted(own)},
    }


def text(kind: Kind) -> str:
    """Return the schema as the file's text, the same for the same structs."""
    return json.dumps(message_schema(kind), indent=2, ensure_ascii=False) + "\n"


def main(folder: Path) -> None:
    """Write the files into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in _ITEM:
        (folder / f"{kind}.json").write_text(text(kind), encoding="utf-8")


def _describe(name: str, definition: dict[str, Any], texts: dict[str, str]) -> None:
    definition["title"] = name
    definition["description"] = texts[""]
    for field, property_ in definition["properties"].items():
        if field in texts:
            property_["description"] = texts[field]


def _as_written(part: Any) -> Any:
    """Return a copy with our names in references, decimals as the numbers we write, and ``null`` as one more type."""
    if isinstance(part, list):
        return [_as_written(element) for element in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        return {"type": "number"}
    whole = {key: _as_written(value) for key, value in part.items()}
    if "$ref" in whole:
        path, _, name = whole["$ref"].rpartition("/")
        whole["$ref"] = f"{path}/{_OWN_NAME.get(name, name)}"
    if all(set(option) == {"type"} for option in whole.get("anyOf", [{}])):
        return {"type": [option["type"] for option in whole.pop("anyOf")], **whole}
    return whole


def _texts() -> dict[str, dict[str, str]]:
    """Return the docstrings by class and field; a class's own stands under the empty name."""
    return {
        statement.name: {"": _flat(ast.get_docstring(statement) or ""), **_field_texts(statement)}
        for module in (messages, server_event)
        for statement in ast.parse(inspect.getsource(module)).body
        if isinstance(statement, ast.ClassDef)
    }


def _field_texts(class_: ast.ClassDef) -> dict[str, str]:
    return {
        statement.target.id: _flat(following.value.value)
        for statement, following in pairwise(class_.body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
    }


def _flat(docstring: str) -> str:
    return " ".join(textwrap.dedent(docstring).replace("``", "`").split())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
