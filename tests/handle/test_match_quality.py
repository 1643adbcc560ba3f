from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handle.match_quality import match_quality
from omnicapi.server_event import ServerEvent
from tests.cases.server_events import ACCEPTED, APP, CRM, STORE, WEB, WHATSAPP, changed


def quality(base: dict[str, Any], **changes: Any) -> tuple[list[str], list[str]]:
    found = match_quality(msgspec.convert(changed(base, changes), ServerEvent))
    return found.present, [advice.field for advice in found.advice]


def test_the_best_identifiers_come_first() -> None:
    present, _ = quality(WEB)
    assert present == ["em", "client_ip_address", "client_user_agent", "ph", "external_id", "fbc", "fbp"]


def test_what_would_help_most_is_advised_first() -> None:
    _, advice = quality(STORE)
    assert advice[:2] == ["em", "external_id"]


@pytest.mark.parametrize(
    ("base", "first"), [(WEB, "fn"), (CRM, "fbc"), (APP, "em"), ({**APP, "user_data": {}}, "madid")]
)
def test_advice_fits_the_action_source(base: dict[str, Any], first: str) -> None:
    assert quality(base)[1][0] == first


def test_a_till_is_not_asked_for_cookies() -> None:
    assert not {"fbp", "fbc", "client_ip_address", "client_user_agent"} & set(quality(STORE)[1])


def test_a_thread_knows_its_person_already() -> None:
    assert quality(WHATSAPP) == (["ctwa_clid", "whatsapp_business_account_id"], [])


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_nothing_is_both_there_and_missed(case: Any) -> None:
    present, advice = quality(case.event)
    assert set(present) == set(case.event["user_data"])
    assert not set(present) & set(advice)
