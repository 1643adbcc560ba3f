"""The table that Pub/Sub writes outcomes into has the columns of the message, and the views name only those."""

import re
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from sqlglot import parse_one
from sqlglot.optimizer.qualify import qualify

from omnicapi.messages import Outcome, Outcomes, Verdict
from tests.terraform.workspace import ROOT

OF_PUBSUB = {"subscription_name": "STRING", "message_id": "STRING", "publish_time": "TIMESTAMP", "attributes": "JSON"}
"""Columns that ``write_metadata`` asks for."""

SCHEMA: list[dict[str, Any]] = msgspec.json.decode((ROOT / "terraform/outcomes.schema.json").read_bytes())

VIEWS = sorted((ROOT / "terraform/views").glob("*.sql"))


def _columns(fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Return type by name; a record's type is its columns, a repeated one's a list."""
    described = {}
    for field in fields:
        type_: Any = _columns(field["fields"]) if field["type"] == "RECORD" else field["type"]
        described[field["name"]] = [type_] if field["mode"] == "REPEATED" else type_
    return described


def _as_columns(type_: Any) -> Any:
    if get_origin(type_) in {Union, types.UnionType}:
        [type_] = [each for each in get_args(type_) if each is not type(None)]
    if get_origin(type_) in {list, tuple}:
        return [_as_columns(get_args(type_)[0])]
    if get_origin(type_) is dict:  # the counts by verdict
        return dict.fromkeys(get_args(Verdict), "INTEGER")
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return {field.encode_name: _as_columns(field.type) for field in msgspec.structs.fields(type_)}
    return "INTEGER" if type_ is int else "STRING" if type_ is str or get_origin(type_) is Literal else None


def test_the_table_has_the_columns_of_the_message() -> None:
    assert _columns(SCHEMA) == {**_as_columns(Outcomes), **OF_PUBSUB}


def test_only_what_every_message_has_is_required() -> None:
    for fields, struct in (SCHEMA, Outcomes), (SCHEMA[4]["fields"], Outcome):
        required = {field.name for field in msgspec.structs.fields(struct) if field.required}
        assert {field["name"] for field in fields if field["mode"] == "REQUIRED"} <= required


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.stem)
def test_a_view_is_sql_whose_every_name_means_one_thing(view: Path) -> None:
    """A grouping by ``dataset`` may mean the batch's or the outcome's, which BigQuery refuses."""
    sql = view.read_text(encoding="utf-8").replace("${dataset}", "project.omnicapi")
    table = {field["name"]: _type(field) for field in SCHEMA}
    qualify(parse_one(sql, read="bigquery"), schema={"project": {"omnicapi": {"outcomes": table}}}, dialect="bigquery")


def _type(field: dict[str, Any]) -> str:
    """Return a column's type as BigQuery writes it."""
    fields = ", ".join(f"{each['name']} {_type(each)}" for each in field.get("fields", ()))
    type_ = f"STRUCT<{fields}>" if fields else field["type"].replace("INTEGER", "INT64")
    return f"ARRAY<{type_}>" if field["mode"] == "REPEATED" else type_


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.stem)
def test_a_view_names_only_columns_there_are(view: Any) -> None:
    sql = view.read_text(encoding="utf-8")
    columns = _columns(SCHEMA)
    for table, name in re.findall(r"\b(outcome|batch|counts)\.([a-z_]+)", sql):
        known = {"outcome": columns["outcomes"][0], "batch": columns, "counts": columns["counts"]}[table]
        assert name in known, f"{table}.{name}"
