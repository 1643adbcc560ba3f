"""``fbc`` and ``fbp``: passed on byte for byte or refused; which of cookie and URL counts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.customer.click_ids import build_fbc, choose_fbc, fbclid_in, is_click
from handle.customer.normaliser import normalise

ParamBuilder = pytest.importorskip("capi_param_builder").ParamBuilder  # comes with facebook-business

NOW = 1_795_435_200.0
FBC = "fb.1.1795000000002.IwAR2F4-dbP0l7Mn1IawQQGCINEz7PYXQvwjNwB_qa2ofrHyiLjcbCRxTDMgk"
FBP = "fb.1.1795000000001.1098115397"
TOKENS = ["", ".AQEAAQMB", ".AQIAAQMC", ".AQ", ".Bg"]

fbclids = st.text("ABCdef019_-", min_size=1, max_size=150).filter(is_click)
NO_CLICKS = [
    *("undefined", "null", "NULL", "None", "NaN", "0", "-", "__", "fbclid", "your_fbclid", "Undefined-Undefined"),
    *("test", "true", "d41d8cd98f00b204e9800998ecf8427e"),
]


@given(st.integers(0, 3), st.integers(1_795_000_000_000, 1_795_435_200_000), fbclids, st.sampled_from(TOKENS))
def test_a_good_fbc_passes_byte_for_byte(index: int, created: int, fbclid: str, token: str) -> None:
    value = f"fb.{index}.{created}.{fbclid}{token}"
    result = normalise("fbc", value, now=NOW)

    assert result.value == value or (fbclid.islower() and len(fbclid) >= 40)


@pytest.mark.parametrize("random", ["0", "1116446470", "905422308846523384"])
@pytest.mark.parametrize("token", TOKENS)
def test_a_good_fbp_passes_byte_for_byte(random: str, token: str) -> None:
    value = f"fb.2.1596403881668.{random}{token}"

    assert normalise("fbp", f" {value} ", now=NOW).value == value


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("fbc", "fb.1.1795000000.IwAR_abc", "seconds_not_ms"),
        ("fbp", "fb.1.1795000000.1098115397", "seconds_not_ms"),
        ("fbc", "IwAR_abc", "not_a_click_id"),
        ("fbc", "fb.1.1795000000002.", "not_a_click_id"),
        ("fbc", "fb.1.1795000000002.IwAR abc", "not_a_click_id"),
        ("fbc", "fb.1.1795000000002.IwAR_abc.ZZ", "not_a_click_id"),
        ("fbc", "fb.1.1795000000002.IwAR_abc.AQEAAQMB.AQEAAQMB", "not_a_click_id"),
        ("fbp", "fb.1.1795000000001.abc", "not_a_click_id"),
        ("fbp", "FB.1.1795000000001.1098115397", "not_a_click_id"),
        ("fbp", "fb.1.１７９５０００００００００.1", "not_a_click_id"),
        ("fbp", "{{cookie _fbp}}", "template"),
        ("fbp", "undefined", "placeholder"),
        ("fbc", "fb.1.1795000000002.iwar2f4-dbp0l7mn1iawqqgcinez7pyxqvwjnwb_qa2ofrhyiljcbcrx", "case_lost"),
        ("fbc", "fb.1.1554763741205.AbCdEfGhIjKlMnOpQrStUvWxYz1234567890", "stale"),
        ("fbc", "fb.1.1795600000000.IwAR_abc", "created_in_future"),
        ("fbp", "fb.1.1795600000000.1098115397", "created_in_future"),
    ],
)
def test_a_malformed_stale_or_future_value_is_refused(field: str, value: str, why: str) -> None:
    assert normalise(field, value, now=NOW).reason == why


def test_a_click_counts_for_90_days_and_a_clock_may_run_a_minute_ahead() -> None:
    clicked = 1_787_659_200  # exactly 90 days before NOW
    for seconds, why in (
        (clicked, None),
        (clicked - 1, "stale"),
        (NOW + 60, None),
        (NOW + 61, "created_in_future"),
    ):
        assert normalise("fbc", build_fbc("IwAR_abc", int(seconds * 1000)), now=NOW).reason == why


def test_an_old_fbp_stays_good_and_without_a_time_nothing_is_judged() -> None:
    assert normalise("fbp", "fb.1.1554763741205.1098115397", now=NOW).reason is None
    assert normalise("fbc", "fb.1.1554763741205.AbC").reason is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.co.uk/?fbclid=IwAR2F4-dbP_q&utm_source=fb", "IwAR2F4-dbP_q"),
        ("https://shop.example.com/p?a=1&fbclid=IwAR%5Fabc#top", "IwAR_abc"),
        ("https://shop.example.com/?fbclid=first&fbclid=second", "first"),
        ("https://shop.example.com/?xfbclid=no", None),
        ("https://shop.example.com/?next=%2F%3Ffbclid%3Dinner", None),
        ("https://shop.example.com/#fbclid=IwAR", None),
        ("https://shop.example.com/?fbclid=", None),
        ("https://shop.example.com/?fbclid=a%2520b", None),
        ("https://shop.example.com/?fbclid=Iw+AR", None),
        ("https://shop.example.com/?fbclid=Iw%20AR", None),
        ("https://shop.example.com/?fbclid={{fbclid}}", None),
        ("https://shop.example.com/?fbclid=%7B%7Bfbclid%7D%7D", None),
        ("https://shop.example.com/?fbclid=%28not%20set%29", None),
        ("https://shop.example.com/?fbclid=undefined&fbclid=IwAR_abc", "IwAR_abc"),
        (f"https://shop.example.com/?fbclid={'a' * 500}", "a" * 500),
        (f"https://shop.example.com/?fbclid={'a' * 501}", None),
        ("https://shop.example.com/", None),
        ("", None),
    ],
)
def test_the_click_id_is_read_from_the_query_in_its_own_case(url: str, expected: str | None) -> None:
    assert fbclid_in(url) == expected


URL = "https://shop.example.com/?fbclid="


def test_the_cookie_counts_unless_the_url_has_another_click() -> None:
    clicked = FBC.split(".")[3]

    assert choose_fbc(FBC, None, 5) == choose_fbc(FBC, "https://shop.example.com/", 5) == FBC
    assert choose_fbc(FBC, URL + clicked, 5) == FBC
    assert choose_fbc(f"{FBC}.AQEAAQMB", URL + clicked, 5) == f"{FBC}.AQEAAQMB"  # the last dot is not the id's
    assert choose_fbc(FBC, URL + "IwAR_new", 1_795_000_000_009) == "fb.1.1795000000009.IwAR_new"
    assert choose_fbc(None, URL + "IwAR_new", 1_795_000_000_009) == "fb.1.1795000000009.IwAR_new"
    assert choose_fbc(f"fb.1.179.{clicked}", URL + clicked, 7) == f"fb.1.7.{clicked}"  # a malformed cookie
    assert choose_fbc(None, None, 5) is None


@given(fbclids, fbclids, st.sampled_from(["", ".AQEAAQMB"]))
def test_the_choice_is_that_of_metas_param_builder(stored: str, clicked: str, token: str) -> None:
    created = int(time.time() * 1000) - 3_600_000
    cookie = f"fb.1.{created}.{stored}{token}"
    builder = ParamBuilder(["example.com"])
    builder.process_request("shop.example.com", {"fbclid": [clicked]}, {"_fbc": cookie}, None)
    theirs = builder.get_fbc()
    ours = choose_fbc(cookie, URL + clicked, created + 1)

    assert theirs is not None
    assert ours is not None
    assert ours.split(".")[3] == theirs.split(".")[3]
    assert (ours.split(".")[2] == str(created)) == (theirs.split(".")[2] == str(created)) == (ours == cookie)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_cookie_and_no_url_raise(cookie: str, url: str) -> None:
    chosen = choose_fbc(cookie, f"https://e.com/?{url}&fbclid={url}", 1_795_000_000_000)

    assert chosen is None or normalise("fbc", chosen).value in (chosen.strip(), None)


@pytest.mark.parametrize("fbclid", NO_CLICKS)
def test_what_stands_for_a_missing_click_makes_no_fbc(fbclid: str) -> None:
    assert choose_fbc(None, URL + fbclid, 5) is None
    assert choose_fbc(FBC, URL + fbclid, 5) == FBC
    for token in TOKENS:
        assert normalise("fbc", f"fb.1.1795000000002.{fbclid}{token}", now=NOW).reason == "placeholder"


@pytest.mark.parametrize("fbclid", ["a", "IwAR_abc", "null1", "undefined-7", "NOTHING", "PAZXh0bgNhZW0BMABhZGlk"])
def test_any_other_click_id_is_one(fbclid: str) -> None:
    assert choose_fbc(None, URL + fbclid, 1_795_000_000_009) == f"fb.1.1795000000009.{fbclid}"
    assert normalise("fbc", f"fb.1.1795000000002.{fbclid}", now=NOW).value == f"fb.1.1795000000002.{fbclid}"


def test_a_click_id_has_500_characters_at_most() -> None:
    assert normalise("fbc", f"fb.1.1795000000002.A{'a' * 499}", now=NOW).reason is None
    assert normalise("fbc", f"fb.1.1795000000002.A{'a' * 500}", now=NOW).reason == "too_long"


@pytest.mark.parametrize("cookie", ["undefined", "fb.1.1795000000002.null", "fb.1.1795000000.IwAR_old"])
def test_a_click_takes_the_place_of_a_cookie_without_one(cookie: str) -> None:
    assert choose_fbc(cookie, URL + "IwAR_new", 1_795_000_000_009) == "fb.1.1795000000009.IwAR_new"
    assert choose_fbc(cookie, "https://shop.example.com/", 5) == cookie
