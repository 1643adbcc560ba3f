"""Ids of messages that a program took for numbers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.json.items import decode
from ingest.topic.shapes import capi
from ingest.topic.shapes.shape import Arrival, RecordReader
from ingest.values.convert import Rounded, as_cell
from omnicapi.errors import Refused
from omnicapi.messages import Event, Origin

BEYOND = 2**53


def event(
    custom: str = "{}", user: str = '{"em": "a@b.example"}', event_time: str = "1796063000", **more: str
) -> Event:
    said = "".join(f', "{name}": {value}' for name, value in more.items())
    text = (
        f'{{"event_name": "Lead", "event_time": {event_time}, "action_source": "website", '
        f'"user_data": {user}, "custom_data": {custom}{said}}}'
    )
    [record] = capi.records(decode(text))
    assert not isinstance(record, Refused)
    return RecordReader(capi.SHAPE).event(record, Arrival("web", Origin()))


@given(st.integers(BEYOND, 10**30), st.sampled_from([1, -1]))
def test_a_number_from_2_53_on_is_rounded_and_one_before_is_not(number: int, sign: int) -> None:
    assert type(as_cell(sign * number)) is Rounded
    assert type(as_cell(decode(f"{sign * number}.0"))) is Rounded
    small = sign * (number % BEYOND)
    assert not isinstance(as_cell(small), Rounded)
    assert as_cell(small) == str(small)


@pytest.mark.parametrize("number", ["1.23456789012346E+15", "9007199254740992", "1E+3", "12345678901234567890.0"])
def test_an_id_of_a_person_that_lost_digits_is_left_out(number: str) -> None:
    made = event(user=f'{{"em": "a@b.example", "lead_id": {number}, "external_id": [{number}, "b"]}}')
    assert made.user_data.lead_id is None
    assert made.user_data.external_id == ["b"]
    assert sorted(made.warnings) == ["user_data.external_id:digits_lost", "user_data.lead_id:digits_lost"]


@pytest.mark.parametrize("number", ["1.23456789012346E+15", "9007199254740993", '"5.51E+12"'])
def test_an_order_whose_id_lost_digits_goes_without_it_and_an_event_is_refused(number: str) -> None:
    made = event(custom=f'{{"order_id": {number}}}')
    assert (made.custom_data.order_id, made.warnings) == (None, ["custom_data.order_id:digits_lost"])
    with pytest.raises(Refused, match=r"^event_id: .*digits") as caught:
        event(event_id=number)
    assert caught.value.reason == "digits_lost"


@pytest.mark.parametrize("name", ["ph", "zp", "db"])
@pytest.mark.parametrize("form", ["{}", "[{}]", '["a", {}]'])
def test_a_number_of_a_person_that_lost_digits_is_left_out(name: str, form: str) -> None:
    made = event(user=f'{{"em": "a@b.example", "{name}": {form.format("4.91511E+12")}}}')
    assert getattr(made.user_data, name) == (["a"] if "a" in form else [])
    assert made.warnings == [f"user_data.{name}:digits_lost"]
    sound = event(user=f'{{"em": "a@b.example", "{name}": {form.format("4.915112345678E+12")}}}')
    assert "4915112345678" in getattr(sound.user_data, name)
    assert sound.warnings == []


def test_a_time_that_lost_digits_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        event(event_time="1.79606E+9")
    assert (caught.value.reason, caught.value.field) == ("digits_lost", "event_time")
    assert event(event_time="1.796063E+9").event_time == 1796063000


@pytest.mark.parametrize("lost", ["5.51E+12", "5,51E+12", "5.51e+012", "5.51198E12"])
def test_texts_of_products_that_lost_digits_are_left_out_and_their_neighbours_stay(lost: str) -> None:
    listed = event(custom=json.dumps({"content_ids": [lost, "a"], "contents": [{"id": lost, "quantity": 2}]}))
    assert listed.custom_data.content_ids == ["a"]
    assert [product.id for product in listed.custom_data.contents] == [None]
    assert set(listed.warnings) == {"custom_data.contents[0].id:digits_lost", "custom_data.content_ids:digits_lost"}
    alone = event(custom=json.dumps({"content_ids": lost}))
    assert (alone.custom_data.content_ids, alone.warnings) == ([], ["custom_data.content_ids:digits_lost"])
    assert event(custom=json.dumps({"content_ids": f"a;{lost}"})).custom_data.content_ids[0] == "a"


def test_a_text_of_products_with_a_zero_behind_its_point_is_the_number() -> None:
    made = event(custom=json.dumps({"content_ids": ["12345.0", "a"]}))
    assert made.custom_data.content_ids == ["12345", "a"]


@pytest.mark.parametrize("written", ["12345.0", '"12345.0"', "1.2345E+4", "12345", '"=\\"12345\\""', '"\'12345"'])
def test_an_id_is_the_digits_that_were_meant(written: str) -> None:
    made = event(custom=f'{{"order_id": {written}, "contents": [{{"id": {written.lstrip()}}}]}}', event_id=written)
    assert made.custom_data.order_id == made.event_id == "12345"


def test_an_amount_may_have_any_size_and_exponent() -> None:
    made = event(custom='{"value": 1.5E+3, "currency": "EUR"}')
    assert made.custom_data.value == 1500
    assert made.warnings == []


def test_products_whose_ids_lost_digits_keep_what_else_they_say() -> None:
    made = event(
        custom='{"contents": [{"id": 1.2E+17, "quantity": 2}, {"id": 7.0}], "content_ids": [9007199254740993, "a"]}'
    )
    assert [(product.id, product.quantity) for product in made.custom_data.contents] == [(None, 2), ("7", None)]
    assert made.custom_data.content_ids == ["a"]
    assert set(made.warnings) == {"custom_data.contents[0].id:digits_lost", "custom_data.content_ids:digits_lost"}


@given(st.text(min_size=1, max_size=20))
def test_a_text_is_no_number_that_lost_digits(text: str) -> None:
    made = event(user=json.dumps({"em": "a@b.example", "lead_id": text}, ensure_ascii=True))
    assert "user_data.lead_id:digits_lost" not in made.warnings
