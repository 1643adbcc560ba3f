from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handle.consent.policy import ChannelPolicy, ConsentPolicy, LimitedDataUsePolicy, read_policy
from omnicapi.errors import BadSettings
from omnicapi.messages import LimitedDataUse

SCHEMA = Path(__file__).parents[3] / "docs" / "schema" / "consent.json"


def policy(**text: Any) -> ConsentPolicy:
    return read_policy(json.dumps(text).encode(), "consent.json")


def test_an_empty_file_is_the_default_policy() -> None:
    assert policy() == ConsentPolicy()


def test_by_default_unknown_consent_is_allowed() -> None:
    assert ConsentPolicy().of("web").unknown == "allow"
    assert ConsentPolicy().of("web").required == ("ad_storage", "ad_user_data")


def test_a_channel_stands_on_the_default_section() -> None:
    found = policy(default={"required": ["marketing"], "unknown": "deny"}, channels={"crm": {"unknown": "allow"}})
    assert found.of("crm") == ChannelPolicy(required=("marketing",), unknown="allow")
    assert found.of("web") == ChannelPolicy(required=("marketing",), unknown="deny")


def test_capitals_in_a_channels_name_do_not_lift_its_policy() -> None:
    assert policy(channels={"Web": {"unknown": "deny"}}).of("web").unknown == "deny"
    with pytest.raises(
        BadSettings, match=r": Two channels differ in capitals only, which count for nothing - at `\$.channels`$"
    ):
        policy(channels={"Web": {"unknown": "deny"}, "web": {}})


def test_debugging_lifts_no_policy() -> None:
    found = policy(channels={"ga4": {"unknown": "deny"}, "web": {"unknown": "deny"}, "web-debug": {"unknown": "allow"}})
    assert found.of("ga4-debug").unknown == "deny"
    assert found.of("web-debug").unknown == "allow"
    assert found.of("shop-debug") == found.default


def test_a_file_may_name_its_schema() -> None:
    assert read_policy(b'{"$schema": "../docs/schema/consent.json"}', "p").of("web") == ChannelPolicy()


def test_places_become_metas_codes() -> None:
    use = LimitedDataUsePolicy(country="US", state="CA")
    assert use.keys() == LimitedDataUse(options=["LDU"], country=1, state=1000)
    assert LimitedDataUsePolicy().keys() == LimitedDataUse(options=["LDU"], country=0, state=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"channels": {"web": {"unknown": "maybe"}}}', "$.channels[...].unknown"),
        ('{"channels": {"web": {"requires": []}}}', "requires"),
        ('{"channels": []}', "$.channels"),
        ('{"default": 3}', "$.default"),
        ('{"channels": {"web": 3}}', "$.channels[...]"),
        ('{"default": {"limited_data_use": {"country": "FR"}}}', "geolocate, US"),
        ('{"default": {"limited_data_use": {"country": "US", "state": "NY"}}}', "state is one of geolocate, CA, CO, "),
        (
            '{"default": {"limited_data_use": {"state": "CA"}}}',
            ": a state needs its country, US - at `$.default.limited_data_use`",
        ),
        ('{"opt_out_list": {"list": ""}}', "$.opt_out_list.list"),
        ("[]", "object"),
        ("{", "truncated"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_place(text: str, expected: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read_policy(text.encode(), "gs://bucket/consent.json")
    assert "gs://bucket/consent.json" in str(refused.value)
    assert expected in str(refused.value)


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(BadSettings):
        read_policy(b'{"default": {"required": ["\xff"]}}', "consent.json")


def test_the_policy_is_described_for_the_log() -> None:
    found = policy(
        channels={
            "web": {"unknown": "deny", "respected": ["ad_personalization", "marketing"]},
            "crm": {
                "required": [],
                "opt_out": ["do_not_contact", "do_not_call"],
                "limited_data_use": {"country": "US", "state": "CA"},
            },
            "app": {"required": ["consent"], "limited_data_use": {"signals": ["do_not_sell", "ca_opt_out"]}},
        }
    )
    assert found.described() == {
        "default": "requires ad_storage + ad_user_data (unknown: allow), "
        "Limited Data Use geolocate/geolocate on do_not_sell",
        "web": "requires ad_storage + ad_user_data (unknown: deny), respects ad_personalization + marketing, "
        "Limited Data Use geolocate/geolocate on do_not_sell",
        "crm": "requires nothing (unknown: allow), blocked by do_not_contact or do_not_call, "
        "Limited Data Use US/CA always",
        "app": "requires consent (unknown: allow), Limited Data Use geolocate/geolocate on do_not_sell or ca_opt_out",
    }


def test_the_schema_for_editors_is_the_one_in_the_code() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(msgspec.json.encode(msgspec.json.schema(ConsentPolicy)))
