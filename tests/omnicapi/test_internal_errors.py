"""What nobody foresaw costs one item; what is no item's fault, or the deployment's, costs none."""

from __future__ import annotations

import logging
import math

import pytest

from omnicapi.errors import BadMap, Busy, PublishFailed
from omnicapi.internal_errors import MOST_IN_A_ROW, InternalErrors
from omnicapi.messages import Origin

PLACE = Origin(message_id="7", index=3)
ANA = "ana@example.com"


@pytest.mark.parametrize("error", [ValueError(ANA), RecursionError(ANA), KeyError(ANA), OverflowError(ANA)])
def test_an_item_is_refused_by_name_and_nothing_of_it_is_quoted(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    refused = InternalErrors().refusal(error, PLACE)
    assert refused.reason == "internal_error"
    assert type(error).__name__ in str(refused)
    (record,) = caplog.records
    noted = record.__dict__["json_fields"]
    assert (record.levelno, noted["origin"]) == (logging.ERROR, "message 7 item 3")
    assert ANA not in str(refused) + str(noted)


@pytest.mark.parametrize("error", [PublishFailed(""), Busy(""), BadMap(""), MemoryError()])
def test_what_is_no_items_fault_is_raised_on(error: Exception) -> None:
    with pytest.raises(type(error)):
        InternalErrors().refusal(error, PLACE)


def test_message_after_message_without_a_good_item_is_the_deployments_fault() -> None:
    errors = InternalErrors()
    for _ in range(MOST_IN_A_ROW):
        errors.refusal(ValueError(), PLACE)
        errors.end_message(1, 1)
    errors.refusal(ValueError("planted"), PLACE)
    with pytest.raises(ValueError, match="planted"):
        errors.end_message(1, 1)
    errors.end_message(2, 1)
    errors.refusal(ValueError(), PLACE)
    errors.end_message(1, 1)
    assert MOST_IN_A_ROW == 50


def test_however_many_items_of_a_message_fail_one_good_one_shows_whose_fault_it_is() -> None:
    errors = InternalErrors()
    for _ in range(499):
        errors.refusal(ValueError(), PLACE)
    errors.end_message(500, 499)
    assert errors.in_a_row == 0


def test_where_the_sender_learns_of_each_all_may_be_refused_and_the_log_stays_short(
    caplog: pytest.LogCaptureFixture,
) -> None:
    errors = InternalErrors(math.inf)
    for _ in range(4 * MOST_IN_A_ROW):
        errors.refusal(ValueError(), PLACE)
    assert len(caplog.records) == MOST_IN_A_ROW
