"""Acknowledgements and nacks of pulled messages leave together: what is answered meanwhile shares the next request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from google.api_core import exceptions
from google.api_core.grpc_helpers_async import wrap_errors
from google.api_core.retry import AsyncRetry, if_exception_type
from google.pubsub_v1.types import AcknowledgeRequest, ModifyAckDeadlineRequest

from omnicapi.logs import failure, fields

log = logging.getLogger(__name__)

MOST_IDS = 1000
"""Ids of a request; Pub/Sub takes 512 KiB (gcp.md §1.7)."""

SECONDS = 10.0
"""Seconds within which Pub/Sub has to take a request, tries included."""


class Answers:
    """Tells Pub/Sub what became of messages of a subscription, on one event loop."""

    def __init__(self, transport: Any, subscription: str) -> None:
        again = AsyncRetry(
            predicate=if_exception_type(exceptions.ServerError, exceptions.Aborted), initial=0.1, timeout=SECONDS
        )
        self._acknowledge = again(wrap_errors(transport.acknowledge))
        self._modify = again(wrap_errors(transport.modify_ack_deadline))
        self._subscription = subscription
        self._acks: list[str] = []
        self._nacks: list[str] = []
        self._sending: asyncio.Task[None] | None = None

    def ack(self, ack_id: str) -> None:
        """Acknowledge a message."""
        self._acks.append(ack_id)
        self._begin()

    def nack(self, ack_id: str) -> None:
        """Give a message back, to be delivered again."""
        self._nacks.append(ack_id)
        self._begin()

    async def extend(self, ack_ids: Sequence[str], seconds: int) -> None:
        """Keep messages for ``seconds`` from now."""
        for start in range(0, len(ack_ids), MOST_IDS):
            await self._move(ack_ids[start : start + MOST_IDS], seconds)

    async def sent(self) -> None:
        """Return when everything is told, or could not be."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    def _begin(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        while self._acks or self._nacks:
            acks, self._acks = self._acks[:MOST_IDS], self._acks[MOST_IDS:]
            nacks, self._nacks = self._nacks[:MOST_IDS], self._nacks[MOST_IDS:]
            if acks:
                await self._tell(self._acknowledge, AcknowledgeRequest(subscription=self._subscription, ack_ids=acks))
            if nacks:
                await self._move(nacks, 0)

    async def _move(self, ack_ids: Sequence[str], seconds: int) -> None:
        moved = ModifyAckDeadlineRequest(subscription=self._subscription, ack_ids=ack_ids, ack_deadline_seconds=seconds)
        await self._tell(self._modify, moved)

    async def _tell(self, call: Any, request: AcknowledgeRequest | ModifyAckDeadlineRequest) -> None:
        route = (("x-goog-request-params", f"subscription={self._subscription}"),)
        try:
            await call(request, timeout=SECONDS, metadata=route)
        except Exception as error:  # noqa: BLE001 - whatever it is, the messages come again when their lease is over
            about: Sequence[str] = request.ack_ids
            described = failure(error)["json_fields"]
            log.warning("Pub/Sub took no answers; the messages come again", extra=fields(count=len(about), **described))
