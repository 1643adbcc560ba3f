"""Meta's own SDK as a client: what it sends is taken, what the stand-in answers it understands."""

import json
from typing import Any

import pytest
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.app_data import AppData
from facebook_business.adobjects.serverside.content import Content
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.extended_device_info import ExtendedDeviceInfo
from facebook_business.adobjects.serverside.gender import Gender
from facebook_business.adobjects.serverside.user_data import UserData
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from hypothesis import given
from hypothesis import strategies as st

from local.meta.control import MetaControl
from local.meta.judge import judge_event

NOW = 1_795_000_000


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch, base_url: str, control: MetaControl, token: str) -> MetaControl:
    """The SDK pointed at the stand-in by the one constant that names Meta's host."""
    monkeypatch.setattr(FacebookSession, "GRAPH", base_url)
    FacebookAdsApi.init(access_token=token, api_version="v25.0")
    return control


def purchase(**others: Any) -> Event:
    user = UserData(
        emails=["John_Smith@gmail.com", "joe@eg.com"],
        phones=["+1 (650) 555-1212"],
        first_name="Valéry",
        gender=Gender.FEMALE,
        country_code="us",
        date_of_birth="19970216",
        external_id="user-123",
        client_ip_address="203.0.113.9",
        client_user_agent="Mozilla/5.0",
        fbc="fb.1.1794990000000.AbCdEfGhIj",
        fbp="fb.1.1558571054389.1098115397",
        lead_id="1234567890123456",
    )
    money = CustomData(value=123.45, currency="USD", contents=[Content(product_id="p1", quantity=1)], order_id="o-1")
    facts = {
        "event_time": NOW - 60,
        "event_source_url": "https://shop.example/",
        "user_data": user,
        "custom_data": money,
    }
    return Event(event_name="Purchase", action_source=ActionSource.WEBSITE, **(facts | others))


def test_the_sdk_sends_a_form_of_json_texts_and_reads_the_answer(sdk: MetaControl) -> None:
    events = [purchase(event_id="1"), purchase(event_id="2")]
    response = EventRequest(
        pixel_id="123", events=events, test_event_code="TEST1", partner_agent="omnicapi_1"
    ).execute()
    assert (response.events_received, response.messages) == (2, [])
    accepted = sdk.accepted(fbtrace_id=response.fbtrace_id)
    assert [event.event_id for event in accepted] == ["1", "2"]
    assert accepted[0].decoded() == json.loads(json.dumps(events[0].normalize()))
    (request,) = sdk.requests()
    assert (request.content_type, request.user_agent[:4]) == ("application/x-www-form-urlencoded", "fbbi")


def test_the_sdk_reads_a_refusal_as_metas(sdk: MetaControl) -> None:
    with pytest.raises(FacebookRequestError) as refused:
        EventRequest(pixel_id="123", events=[purchase(event_time=NOW - 8 * 86_400)]).execute()
    error = refused.value
    assert (error.http_status(), error.api_error_code(), error.api_error_subcode()) == (400, 100, 2804003)
    assert error.api_error_type() == "OAuthException"
    assert error.api_transient_error() is False
    assert sdk.summary().accepted_events == 0


def test_the_sdk_sends_an_app_event_the_stand_in_takes(sdk: MetaControl) -> None:
    names = [name for name in vars(ExtendedDeviceInfo()) if name.startswith("_")]
    device = ExtendedDeviceInfo(**{name.lstrip("_"): "" for name in names})
    device.ext_info_version, device.os_version = "i2", "13.4.1"
    app = AppData(advertiser_tracking_enabled=True, application_tracking_enabled=True, extinfo=device)
    user = UserData(madid="38400000-8cf0-11bd-b23e-10b96e40000d", anon_id="install-1")
    event = Event(
        event_name="MobileAppInstall", event_time=NOW, action_source=ActionSource.APP, user_data=user, app_data=app
    )
    assert EventRequest(pixel_id="123", events=[event]).execute().events_received == 1
    assert sdk.summary().accepted_events == 1


@given(st.emails(), st.text(min_size=1), st.text("0123456789", min_size=5, max_size=5))
def test_whatever_the_sdk_hashes_is_hashed_for_the_stand_in(email: str, name: str, zip_code: str) -> None:
    user = UserData(email=email, last_name=name, zip_code=zip_code, client_user_agent="Mozilla/5.0").normalize()
    breach = judge_event({**purchase().normalize(), "user_data": user}, NOW)
    assert breach is None or breach.rule.id == "user_data.placeholder"
