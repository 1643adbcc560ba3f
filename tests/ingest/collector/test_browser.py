import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as HttpRequest

from ingest.collector.browser import Request, read_request
from omnicapi.messages import CustomerInformation, Event, Origin

FBP = "fb.1.1795000000001.1098115397"
FBC = "fb.1.1795000000001.IwAR0x-y_z%2F"


def request(**headers: str) -> HttpRequest:
    named = [(name.replace("_", "-").lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return HttpRequest({"type": "http", "headers": named})


def address(forwarded_for: str, hop: int = 1) -> str | None:
    return read_request(request(X_Forwarded_For=forwarded_for), hop).client_ip_address


@pytest.mark.parametrize(
    ("forwarded_for", "hop", "expected"),
    [
        ("93.184.216.34", 1, "93.184.216.34"),
        ("1.1.1.1, 93.184.216.34", 1, "93.184.216.34"),
        ("1.1.1.1,93.184.216.34 , 35.191.0.1", 2, "93.184.216.34"),
        ("2A00:1450:4001:82B::200E", 1, "2a00:1450:4001:82b::200e"),
        ("93.184.216.34", 2, None),
        ("10.0.0.7", 1, None),
        ("::1", 1, None),
        ("169.254.1.1", 1, None),
        ("unknown", 1, None),
        ("93.184.216.34:51234", 1, "93.184.216.34"),
        ("[2a00:1450:4001:82b::200e]:443", 1, "2a00:1450:4001:82b::200e"),
        ("::ffff:93.184.216.34", 1, "93.184.216.34"),
        ("[::ffff:10.0.0.7]:80", 1, None),
        ("10.0.0.7:80", 1, None),
        ("unknown, 93.184.216.34:1, 35.191.0.1:2", 2, "93.184.216.34"),
        ("", 1, None),
    ],
)
def test_the_address_is_that_of_the_hop_that_is_trusted(forwarded_for: str, hop: int, expected: str | None) -> None:
    assert address(forwarded_for, hop) == expected


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_nobody_chooses_an_address_by_writing_the_header(written: str) -> None:
    assert address(f"{written}, 93.184.216.34") == "93.184.216.34"


def test_cookies_are_taken_byte_for_byte() -> None:
    browser = read_request(
        request(Cookie=f"a=b; _fbp=fb.1.1795000000001.1098115397; _fbc={FBC}", User_Agent=" Mozilla/5.0 "), 1
    )
    assert (browser.fbp, browser.fbc) == ("fb.1.1795000000001.1098115397", FBC)
    assert browser.client_user_agent == "Mozilla/5.0"


def test_what_the_request_does_not_say_is_absent() -> None:
    browser = read_request(request(Cookie="_fbp="), 1)
    assert (browser.client_ip_address, browser.client_user_agent, browser.fbp, browser.fbc) == (None, None, None, None)


def test_what_the_event_says_itself_stays_and_the_rest_is_filled() -> None:
    user = CustomerInformation(client_ip_address="93.184.216.34", fbp="its own")
    event = Event(
        event_id="e",
        event_name="Lead",
        event_time=1,
        channel="web",
        action_source="website",
        origin=Origin(),
        user_data=user,
    )
    Request("1.1.1.1", "Mozilla/5.0", "the cookie", FBC).complete(event)
    assert (user.client_ip_address, user.fbp) == ("93.184.216.34", "its own")
    assert (user.client_user_agent, user.fbc) == ("Mozilla/5.0", FBC)


def completed(**said: object) -> CustomerInformation:
    event = Event(
        event_id="e", event_name="Lead", event_time=1, channel="web", action_source="website", origin=Origin(),
        user_data=CustomerInformation(**said),  # type: ignore[arg-type]  # fields by name
    )  # fmt: skip
    Request(IPV6, "Mozilla/5.0", FBP, FBC).complete(event)
    return event.user_data


IPV6 = "2a00:1450:4001:82b::200e"


@pytest.mark.parametrize("given", ["93.184.216.34", ["93.184.216.34", "8.8.8.8"]])
def test_an_ipv6_address_of_the_request_stands_beside_what_the_event_says(given: str | list[str]) -> None:
    said = completed(client_ip_address=given).client_ip_address
    assert said == ["93.184.216.34", *(["8.8.8.8"] if isinstance(given, list) else []), IPV6]


def test_what_stands_for_a_missing_value_is_filled_from_the_request() -> None:
    user = completed(fbp="undefined", fbc="null", client_ip_address="(not set)", client_user_agent="[object Object]")
    assert (user.fbp, user.fbc, user.client_ip_address, user.client_user_agent) == (FBP, FBC, IPV6, "Mozilla/5.0")


def test_its_repr_shows_none_of_it() -> None:
    assert "1.1.1.1" not in repr(Request("1.1.1.1", None, None, None))
