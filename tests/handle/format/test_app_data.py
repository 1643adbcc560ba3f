from __future__ import annotations

from typing import Any

import pytest

from handle.format.app_data import app_data
from tests.cases.server_events import EXTINFO


def formatted(**given: Any) -> tuple[dict[str, Any], list[str]]:
    warnings: list[str] = []
    return app_data(given, warnings), warnings


def test_app_data_in_full() -> None:
    given = {
        "advertiser_tracking_enabled": 1,
        "application_tracking_enabled": 0,
        "extinfo": EXTINFO,
        "campaign_ids": "encrypted",
        "install_referrer": "utm_source=x",
        "url_schemes": ["acme"],
        "vendor_id": "E621E1F8-C36C-495A-93FC-0C247A3E6E5F",
        "include_dwell_data": True,
    }
    assert formatted(**given) == (given, [])


@pytest.mark.parametrize(
    ("given", "sent"), [(True, 1), (False, 0), ("1", 1), ("true", 1), ("No", 0), (0, 0), (1.0, None)]
)
def test_a_permission_is_0_or_1(given: Any, sent: int | None) -> None:
    assert formatted(advertiser_tracking_enabled=given)[0].get("advertiser_tracking_enabled") == sent


def test_slots_are_texts_and_unknown_ones_empty() -> None:
    given = ["i2", "app", 771, "7.7.1", "13.4.1", None, "en_US", "PDT", "", 320, 568, 2, 2, 13, 8, "x"]
    assert formatted(extinfo=given)[0]["extinfo"] == [
        *["i2", "app", "771", "7.7.1", "13.4.1", "", "en_US", "PDT", ""],
        *["320", "568", "2", "2", "13", "8", "x"],
    ]


def test_missing_slots_at_the_end_are_unknown() -> None:
    made, warnings = formatted(extinfo=EXTINFO[:7])
    assert made["extinfo"] == [*EXTINFO[:7], *[""] * 9]
    assert warnings == ["app_data.extinfo:filled_to_16"]


def test_slots_behind_the_last_are_left_out() -> None:
    assert formatted(extinfo=[*EXTINFO, "x", "y"]) == ({"extinfo": EXTINFO}, ["app_data.extinfo:cut_to_16"])


def test_a_slot_that_holds_no_text_is_unknown_and_the_others_stay() -> None:
    made, warnings = formatted(extinfo=[*EXTINFO[:5], {"model": "x"}, *EXTINFO[6:]])
    assert made["extinfo"] == [*EXTINFO[:5], "", *EXTINFO[6:]]
    assert warnings == ["app_data.extinfo:slot_unusable"]


def test_slots_that_became_an_object_by_their_places_are_the_list_again() -> None:
    assert formatted(extinfo={str(place): slot for place, slot in enumerate(EXTINFO)}) == ({"extinfo": EXTINFO}, [])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("madid", "38400000-8cf0-11bd-b23e-10b96e40000d"),
        ("extinfo", "i2"),
        ("extinfo", [["i2"]]),
        ("url_schemes", "acme"),
        ("consider_views", "yes"),
        ("install_referrer", {"a": 1}),
        ("install_referrer", "jane@example.com"),
    ],
)
def test_what_is_not_metas_is_left_out(key: str, value: Any) -> None:
    made, warnings = formatted(**{key: value})
    assert made == {}
    assert warnings == [f"app_data.{'*' if key == 'madid' else key}:unusable"]


def test_nothing_said_is_nothing_sent() -> None:
    assert formatted(campaign_ids="", extinfo=[], vendor_id=None) == ({}, [])
