from __future__ import annotations

import hashlib

import msgspec
import pytest

from handle.consent.opt_out import opted_out
from handle.consent.opt_out_list import OptOutList
from omnicapi.server_event import UserData


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


JANE = sha256("jane@example.com")


@pytest.mark.parametrize("field", ["em", "ph", "external_id"])
def test_a_person_is_found_by_any_hashed_identifier(field: str) -> None:
    user = msgspec.convert({field: [sha256("somebody else"), JANE]}, UserData)
    assert opted_out(user, OptOutList([JANE]))
    assert not opted_out(user, OptOutList([sha256("a third")]))


@pytest.mark.parametrize(
    "user",
    [
        UserData(fbp="fb.1.1596403881668.1116446470"),
        UserData(fbp="fb.1.1596403881668.1116446470.AQIDAQMC"),
        UserData(fbp="fb.1.1596403881668.1116446470.AQIDAQMC.2"),
        UserData(madid="38400000-8cf0-11bd-b23e-10b96e40000d"),
        UserData(lead_id=1234567890123456),
        UserData(ctwa_clid="ARAkLkA8rmlF"),
        UserData(external_id=["m-0042"]),
    ],
    ids=str,
)
def test_a_person_is_found_by_an_identifier_that_is_sent_plain(user: UserData) -> None:
    plain = ["fb.1.1596403881668.1116446470", "38400000-8cf0-11bd-b23e-10b96e40000d", "1234567890123456"]
    listed = OptOutList(map(sha256, [*plain, "ARAkLkA8rmlF", "m-0042"]))
    assert opted_out(user, listed)
    assert not opted_out(user, OptOutList([JANE]))


def test_an_appendix_does_not_hide_a_person() -> None:
    assert opted_out(UserData(em=[f"{JANE}.AQQCAQIB"]), OptOutList([JANE]))


def test_a_name_or_a_city_is_not_a_person() -> None:
    user = UserData(fn=[sha256("jane")], ct=[sha256("paris")], country=[sha256("fr")])
    assert not opted_out(user, OptOutList(map(sha256, ["jane", "paris", "fr"])))
