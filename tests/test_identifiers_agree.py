"""The forms of Meta's identifiers, written twice on purpose, are the same: omnicapi's and the stand-in's own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.rules.identifiers import IDENTIFIER_RULES
from local.meta.rules.identifiers import IDENTIFIER_RULES as META_RULES
from omnicapi.server_event import ServerEvent, UserData
from omnicapi.values.identifiers import APPENDIX, EXTINFO_SLOTS, FBC, FBP, LEAD_ID, LONGEST_CLICK_ID, SHA256, UUID

NOW = 1_795_435_200
MS = st.one_of(
    st.integers(NOW - 100 * 86_400, NOW + 86_400).map(lambda seconds: str(seconds * 1000)),
    st.sampled_from(["1795435200", "17954352000000", "", "1795x35200000", "１７９５４３５２０００００"]),
)
TOKENS = st.sampled_from(["", ".AQ", ".Bg", ".ZZ", ".A", ".AQEAAQMB", ".AQEAAQMB.AQ", "."])
IDS = st.one_of(
    st.text("0123456789", min_size=1, max_size=22),
    st.integers(10**17, 10**18 - 1).map(str),
    st.text("AbC_-9", max_size=12),
    st.sampled_from(["a" * LONGEST_CLICK_ID, "a" * (LONGEST_CLICK_ID + 1), "a b", "a.b", "ä"]),
)
COOKIES = st.builds(
    "{}.{}.{}.{}{}".format, st.sampled_from(["fb", "FB", ""]), st.sampled_from("0129x"), MS, IDS, TOKENS
)
ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.builds("{}{}".format, st.ip_addresses().map(str), TOKENS),
    st.sampled_from(["1.2.3", "1.2.3.4:80", "[::1]", "unknown", "1.2.3.4, 5.6.7.8"]),
)
HEX = st.text("0123456789abcdefABCDEF", min_size=8, max_size=8)
DEVICES = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda one: str(one).upper()),
    HEX,
    st.just("00000000-0000-0000-0000-000000000000"),
)


def ours(**user: Any) -> set[str]:
    event = ServerEvent(
        event_name="Lead", event_time=NOW, event_id="e", user_data=UserData(**user), action_source="app"
    )
    found = (rule.check(event, NOW) for rule in IDENTIFIER_RULES)
    return {field.removeprefix("user_data.") for field in found if field}


def theirs(**user: Any) -> set[str]:
    event = {"event_name": "Lead", "event_time": NOW, "user_data": user, "action_source": "app"}
    found = (rule.check(event, NOW) for rule in META_RULES)
    return {str(one.path[-1]) for one in found if one}


@given(COOKIES, COOKIES)
def test_a_cookie_of_one_form_is_one_of_the_other(fbc: str, fbp: str) -> None:
    assert ours(fbc=fbc) == theirs(fbc=fbc)
    assert ours(fbp=fbp) == theirs(fbp=fbp)


@given(ADDRESSES, DEVICES, st.integers(1, 10**18))
def test_so_is_an_address_a_device_and_a_lead(address: str, device: str, lead: int) -> None:
    assert ours(client_ip_address=address) == theirs(client_ip_address=address)
    assert ours(madid=device) == theirs(madid=device)
    assert ours(lead_id=lead) == theirs(lead_id=lead)


@pytest.mark.parametrize("digits", [1, 10, 17, 18, 20, 21])
def test_a_browser_id_has_up_to_20_digits(digits: int) -> None:
    fbp = f"fb.1.1795000000001.{'9' * digits}"
    assert ours(fbp=fbp) == theirs(fbp=fbp) == (set() if digits <= 20 else {"fbp"})


def test_the_forms_are_those_of_the_specification() -> None:
    assert (LONGEST_CLICK_ID, EXTINFO_SLOTS) == (500, 16)
    assert FBC.fullmatch("fb.1.1554763741205.AbCdEfGhIjKlMnOpQrStUvWxYz1234567890")
    assert FBP.fullmatch("fb.1.1596403881668.1116446470.AQEAAQMB")
    assert SHA256.fullmatch("a" * 64 + ".AQQCAQIB")
    assert UUID.fullmatch("3F2504E0-4F89-11D3-9A0C-0305E82C3301")
    assert [bool(LEAD_ID.fullmatch("1" * digits)) for digits in (14, 15, 17, 18)] == [False, True, True, False]
    assert APPENDIX.startswith(r"\.")
