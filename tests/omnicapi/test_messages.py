import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.messages import (
    Content,
    CustomerInformation,
    Event,
    Origin,
    Outcomes,
    PostableSignal,
    ReadySignal,
)
from omnicapi.publishing.publisher import encode
from omnicapi.server_event import ServerEvent, UserData
from tests.examples import examples
from tests.omnicapi.structs import JSON, structs

MESSAGES: dict[str, Any] = {"Event": Event, "Signal": ReadySignal, "Outcomes": Outcomes}
EVENTS = structs(Event)
SIGNALS = structs(ReadySignal)

MINIMAL = b'{"event_id":"1","event_name":"Lead","event_time":5,"channel":"web","action_source":"website","origin":{}}'


@pytest.mark.parametrize("type_", MESSAGES.values(), ids=MESSAGES)
@examples(40)
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(type_: Any, data: st.DataObject) -> None:
    message = data.draw(structs(type_))
    assert msgspec.json.decode(encode(message), type=type_) == message


@examples(40)
@given(signal=SIGNALS)
def test_forward_reads_the_server_event_as_the_very_bytes_that_handle_wrote(signal: ReadySignal) -> None:
    postable = msgspec.json.decode(encode(signal), type=PostableSignal)
    assert bytes(postable.event) == encode(signal.event)
    assert (postable.dataset, postable.origin) == (signal.dataset, signal.origin)


@examples(40)
@given(event=EVENTS, unknown=st.dictionaries(st.text().map("x-{}".format), JSON, max_size=3))
def test_a_newer_versions_keys_are_ignored(event: Event, unknown: dict[str, Any]) -> None:
    written = msgspec.json.decode(encode(event))
    newer = {**written, **unknown, "origin": {**written["origin"], **unknown}}
    assert msgspec.json.decode(msgspec.json.encode(newer), type=Event).event_id == event.event_id


def test_an_older_versions_absent_keys_take_their_defaults_and_defaults_take_no_room() -> None:
    event = msgspec.json.decode(MINIMAL, type=Event)
    assert event.user_data == CustomerInformation()
    assert event.consent == {}
    assert event.received_ms == 0
    assert {key: value for key, value in msgspec.json.decode(encode(event)).items() if value != {}} == {
        key: value for key, value in msgspec.json.decode(MINIMAL).items() if value != {}
    }


@pytest.mark.parametrize("digits", ["0.10", "220.00", "19.999999999999999999", "123456789012345678901234567890"])
def test_amounts_keep_their_digits_and_are_json_numbers(digits: str) -> None:
    written = encode(Content(item_price=Decimal(digits)))
    assert written == b'{"item_price":' + digits.encode() + b"}"
    assert str(msgspec.json.decode(written, type=Content).item_price) == digits


def test_two_messages_never_share_a_list() -> None:
    first, second = CustomerInformation(), CustomerInformation()
    first.em.append("a")
    assert second.em == []


@examples(40)
@given(about=structs(CustomerInformation) | structs(UserData))
def test_customer_information_shows_which_fields_it_has_and_no_value(about: Any) -> None:
    shown = re.fullmatch(r"(?:CustomerInformation|UserData)\(([\w, ]*)\)", repr(about))
    assert shown is not None
    assert set(shown[1].split(", ")) <= {*about.__struct_fields__, ""}


@pytest.mark.parametrize("struct", [Event, ServerEvent])
def test_an_event_shows_no_customer_information(struct: Any) -> None:
    event = msgspec.convert(
        {**msgspec.json.decode(MINIMAL), "user_data": {"em": ["ana@example.com"], "client_ip_address": "203.0.113.7"}},
        struct,
    )
    assert "user_data=" in repr(event)
    assert "ana@" not in repr(event)
    assert "203.0" not in repr(event)


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        (Origin(object="incoming/store/a.csv", row=7), "incoming/store/a.csv row 7"),
        (Origin(object="incoming/store/a.xlsx", sheet="Vendas", row=7), "incoming/store/a.xlsx sheet Vendas row 7"),
        (Origin(object="incoming/store/a.csv"), "incoming/store/a.csv"),
        (Origin(object="a.csv", row=7, rows=(7, 8)), "a.csv rows 7-8"),
        (Origin(object="a.csv", row=7, rows=(7, 8, 9, 12)), "a.csv rows 7-9, 12"),
        (Origin(object="a.csv", row=1, rows=(1, 3, 5, 7, 9, 11)), "a.csv rows 1, 3, 5, 7, 9, …"),
        (Origin(message_id="123", index=4), "message 123 item 4"),
        (Origin(message_id="123"), "message 123"),
        (Origin(request_id="r-1"), "request r-1"),
    ],
)
def test_an_origin_names_its_place(origin: Origin, place: str) -> None:
    assert origin.text() == place
