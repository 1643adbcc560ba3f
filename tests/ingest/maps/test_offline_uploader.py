"""Configurations of Meta's archived uploader, seen in what becomes of a file."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest

from ingest.maps.field_map import parse
from ingest.maps.offline_uploader import left_out
from ingest.rows.conversion import events
from omnicapi.errors import BadMap
from omnicapi.messages import Content, Event, Origin

CONFIG: dict[str, Any] = {
    "accessToken": "<YOUR_ACCESS_TOKEN>",
    "dataSetID": "1234567890",
    "skipRowsAlreadyUploaded": True,
    "batchSize": 500,
    "delimiter": ",",
    "header": True,
    "mapping": {
        "0": "match_keys.email",
        "1": "match_keys.email",
        "2": "match_keys.phone",
        "3": "match_keys.zip",
        "4": "match_keys.dob",
        "5": "match_keys.gen",
        "6": "match_keys.extern_id",
        "7": "match_keys.age",
        "8": "event_time",
        "9": "value",
        "10": "order_id",
        "11": "contents.content_id",
        "12": "contents.price",
        "13": "contents.category",
        "14": "custom_data.store_num",
        "15": "custom_data.food",
    },
    "presetValues": {"event_name": "Purchase", "currency": "USD"},
    "format": {"event_time": {"timeFormat": "MM/DD/YYYY", "timeZone": -3}, "dob": "MM/DD/YYYY"},
    "customTypeInfo": {"store_num": {"key": "store_id", "baseType": "number"}, "food": {"baseType": "text"}},
}
HEAD = "email,email,phone,zip,dob,gen,id,age,time,value,order,content,price,category,store,food\n"
ROW = "a@b.example,c@d.example,+1 650 561 5622,94025,10/21/1968,F,c7,48,07/08/2018,15,o1,sku,7.50,shoes,12,rice\n"


def read(config: dict[str, Any], text: str = HEAD + ROW) -> list[Event]:
    map_ = parse("store", json.dumps(config).encode())
    found = list(events(io.BytesIO(text.encode()), map_, Origin(object="a.csv"), 0))
    return [one for one in found if isinstance(one, Event)]


def complaint(**entries: Any) -> str:
    with pytest.raises(BadMap, match=r"maps/store\.json") as caught:
        parse("store", json.dumps({**CONFIG, **entries}).encode())
    return str(caught.value)


def test_a_configuration_is_read_as_it_is() -> None:
    [event] = read(CONFIG)
    assert (event.event_name, event.action_source, event.event_time) == ("Purchase", "physical_store", 1531018800)
    assert (event.user_data.em, event.user_data.zp) == (["a@b.example", "c@d.example"], ["94025"])
    assert (event.user_data.db, event.date_format) == (["10/21/1968"], "%m/%d/%Y")
    assert (event.user_data.ge, event.user_data.external_id) == (["F"], ["c7"])
    custom = event.custom_data
    assert (custom.value, custom.currency, custom.order_id) == (Decimal(15), "USD", "o1")
    assert custom.contents == [Content(id="sku", item_price=Decimal("7.50"), category="shoes")]
    assert custom.properties == {"store_id": Decimal(12), "food": "rice"}
    assert event.dataset is None


def test_without_a_header_the_first_row_is_data() -> None:
    assert len(read({**CONFIG, "header": False}, ROW)) == 1
    assert read({**CONFIG, "header": False}, ROW + ROW)[0].origin.row == 1


@pytest.mark.parametrize(
    ("written", "cell", "time"),
    [
        ("ISO8601", "2018-07-12T03:21:48Z", 1531365708),
        ("unix_time", "1531365708", 1531365708),
        ("DD-MM-YY", "12-07-18", 1531353600),
        ("YYYYMMDD", "20180712", 1531353600),
    ],
)
def test_times_are_read_in_the_format_it_names(written: str, cell: str, time: int) -> None:
    config = {**CONFIG, "format": {"event_time": {"timeFormat": written}}}
    assert [event.event_time for event in read(config, HEAD + ROW.replace("07/08/2018", cell))] == [time]


def test_a_birth_date_in_three_columns_is_one() -> None:
    mapping = {
        "0": "match_keys.dobd",
        "1": "match_keys.doby",
        "2": "match_keys.dobm",
        "3": "event_time",
        "4": "event_name",
    }
    [event] = read({"mapping": mapping, "header": False}, "21,1968,10,1531365708,Lead\n")
    assert (event.user_data.db, event.date_format) == (["1968 10 21"], "%Y-%m-%d")


def test_what_meta_has_no_place_for_is_said() -> None:
    assert left_out(CONFIG) == ["match_keys.age (column 7)"]
    assert left_out({"mapping": {"0": "match_keys.doby", "1": "event_time"}}) == ["match_keys.doby (column 0)"]
    three = {"0": "match_keys.doby", "1": "match_keys.dobm", "2": "match_keys.dobd"}
    assert left_out({"mapping": three}) == []


def test_what_the_uploader_would_not_have_read_is_named() -> None:
    assert "'match_keys.mail'" in complaint(mapping={"0": "match_keys.mail"})
    assert "'A'" in complaint(mapping={"A": "event_time"})
    assert "'B'" in complaint(mapping={"B": "custom_data.x"})
    assert "timeZone" in complaint(format={"event_time": {"timeFormat": "ISO8601", "timeZone": 99}})
    assert "MM/DD/YYYY" in complaint(format={"event_time": {"timeFormat": "whenever"}})
    assert "EVENT_TIME" in complaint(mapping={"0": "match_keys.email"})


def test_several_products_in_its_cells_are_aligned() -> None:
    several = ROW.replace("sku,7.50,shoes", "sku1;sku2,4.95;9.56,shoes;A > B")
    [event] = read(CONFIG, HEAD + several)
    assert event.custom_data.contents == [
        Content(id="sku1", item_price=Decimal("4.95"), category="shoes"),
        Content(id="sku2", item_price=Decimal("9.56"), category="A > B"),
    ]
    assert event.warnings == []


def test_a_column_of_another_number_of_products_is_left_out_as_the_tool_did() -> None:
    [event] = read(CONFIG, HEAD + ROW.replace("sku,7.50,shoes", "sku1;sku2,4.95,a;b"))
    assert [product.item_price for product in event.custom_data.contents] == [None, None]
    assert event.warnings == ["custom_data.contents.item_price:other_count"]


def test_a_column_may_say_where_it_happened() -> None:
    [event] = read(
        {**CONFIG, "mapping": {**CONFIG["mapping"], "7": "action_source"}}, HEAD + ROW.replace(",48,", ",chat,")
    )
    assert event.action_source == "chat"
