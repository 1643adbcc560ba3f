import json
from typing import Any

import pytest

from ingest.maps import presets
from ingest.maps.field_map import Map, parse
from omnicapi.errors import BadMap


def made(**entries: Any) -> Map:
    return parse("store", json.dumps({"preset": "google-sheets", **entries}).encode())


def places(map_: Map) -> dict[str, Any]:
    return {column.field.path: column.places[0] for column in map_.columns}


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_a_map_by_itself(name: str) -> None:
    text = presets.read(name)
    assert text is not None
    assert parse("store", text) == parse("store", json.dumps({"preset": name}).encode())


def test_a_map_that_starts_from_a_preset_overrules_it_field_by_field() -> None:
    own, preset = places(made(columns={"em": "E-mail", "VALUE": 7})), places(made())
    assert (own.pop("user_data.em"), own.pop("custom_data.value")) == ("E-mail", 7)
    assert own.items() < preset.items()


def test_null_leaves_out_what_the_preset_says() -> None:
    map_ = made(columns={"email": None, "ACTION_SOURCE": None}, defaults={"ACTION_SOURCE": "website"})
    assert "user_data.em" not in places(map_)
    assert {field.path: cell for field, cell in map_.defaults.items()} == {"action_source": "website"}
    with pytest.raises(BadMap, match="ACTION_SOURCE"):
        made(columns={"ACTION_SOURCE": None})


def test_a_column_of_the_maps_own_must_be_there_though_the_presets_is_optional() -> None:
    map_ = made(columns={"EMAIL": "E-mail"}, properties={"shop": "Loja"}, consent={"marketing": "Aceita"})
    assert {"E-mail", "Loja", "Aceita", "event_time"} <= set(map_.needed)
    assert "phone" not in map_.needed
    assert "E-mail" not in made(columns={"EMAIL": "E-mail"}, optional=["em"]).needed


def test_other_entries_are_taken_whole() -> None:
    assert made(delimiter=";", decimal=",").delimiter == ";"
    assert made(delimiter=";", decimal=",").formats.decimal == ","


@pytest.mark.parametrize("name", ["shopfy", "", "../store"])
def test_an_unknown_preset_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(BadMap, match="google-sheets"):
        made(preset=name)
