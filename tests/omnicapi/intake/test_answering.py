"""Answers to pulled messages share requests, and one that Pub/Sub does not take costs no other."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from google.pubsub_v1.types import AcknowledgeRequest, ModifyAckDeadlineRequest

from omnicapi.intake.answering import MOST_IDS, Answers


class PubSub:
    """Takes answers in its own time; refuses those of ``refused``."""

    def __init__(self, refused: str = "") -> None:
        self.acked: list[list[str]] = []
        self.nacked: list[list[str]] = []
        self.refused = refused

    async def acknowledge(self, request: AcknowledgeRequest, **_: Any) -> None:
        await asyncio.sleep(0)
        if self.refused in request.ack_ids:
            raise ValueError("jane@example.com")
        self.acked.append(list(request.ack_ids))

    async def modify_ack_deadline(self, request: ModifyAckDeadlineRequest, **_: Any) -> None:
        assert request.ack_deadline_seconds == 0
        self.nacked.append(list(request.ack_ids))


async def answer(pubsub: PubSub, *ids: str, back: str = "") -> None:
    answers = Answers(pubsub, "projects/p/subscriptions/s")
    for ack_id in ids:
        answers.ack(ack_id)
    if back:
        answers.nack(back)
    await answers.sent()


def test_what_is_answered_in_one_turn_shares_a_request() -> None:
    pubsub = PubSub()
    asyncio.run(answer(pubsub, "a", "b", back="c"))
    assert (pubsub.acked, pubsub.nacked) == ([["a", "b"]], [["c"]])


def test_a_request_holds_no_more_than_pubsub_takes() -> None:
    pubsub = PubSub()
    asyncio.run(answer(pubsub, *map(str, range(2 * MOST_IDS + 1))))
    assert [len(ids) for ids in pubsub.acked] == [MOST_IDS, MOST_IDS, 1]


def test_what_is_not_taken_costs_no_other_and_is_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    pubsub = PubSub(refused="0")
    asyncio.run(answer(pubsub, *map(str, range(MOST_IDS + 1)), back="c"))
    assert (pubsub.acked, pubsub.nacked) == ([[str(MOST_IDS)]], [["c"]])
    [told] = caplog.records
    assert (told.levelno, told.__dict__["json_fields"]["count"]) == (logging.WARNING, MOST_IDS)
    assert "jane" not in str(told.__dict__)


def test_nothing_is_waited_for_where_nothing_was_answered() -> None:
    pubsub = PubSub()
    asyncio.run(answer(pubsub))
    assert pubsub.acked == pubsub.nacked == []
