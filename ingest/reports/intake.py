"""The entry point ``reports``: pushes of the ``outcomes`` topic in, accounts and reports of files out.

Outcomes of concurrent pushes are gathered by page of a file, so that a million rows make few writes; each push is
answered when what it brought is kept.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import NamedTuple

import msgspec

from ingest.bucket import Bucket
from ingest.reports.accounts import Accounts
from ingest.reports.page import first_of
from ingest.reports.settlement import Settlement
from ingest.reports.summary import File
from omnicapi.batch import Limits
from omnicapi.batcher import Batcher
from omnicapi.errors import BadMessage, TransientError
from omnicapi.messages import Outcome, Outcomes
from omnicapi.push import PushMessage
from omnicapi.validation import without_value

log = logging.getLogger(__name__)

_decode = msgspec.json.Decoder(Outcomes).decode


class _Place(NamedTuple):
    """A page of the account of a file."""

    file: File
    first: int


class Reports:
    """Takes pushes of outcomes. ``linger`` is how many seconds an outcome waits for others of its page."""

    def __init__(self, bucket: Bucket, settlement: Settlement, linger: float, timeout: float) -> None:
        self._bucket = bucket
        self._settlement = settlement
        self._timeout = timeout
        limits = Limits(count=100_000, size=100_000, linger=linger, senders=4, senders_per_key=1, pending=200_000)
        self._batcher = Batcher[_Place, Outcome, None](self._keep, limits, lambda _: 1)

    def receive(self, message: PushMessage) -> None:
        """Return when the outcomes of rows are accounted for and a report that is due is written.

        Outcomes of anything but files are none of ours. Raises :class:`~omnicapi.errors.TransientError` where the
        message must come again and :class:`~omnicapi.errors.BadMessage` where it holds no outcomes.
        """
        try:
            outcomes = _decode(message.data).outcomes
        except (ValueError, RecursionError) as error:
            raise BadMessage(f"Message {message.message_id} holds no outcomes: {without_value(error)}.") from None
        places: defaultdict[_Place, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            for place in _places(outcome):
                places[place].append(outcome)
        futures = [self._batcher.submit(place, part) for place, part in places.items()]
        for future in futures:
            try:
                future.result(self._timeout)
            except FutureTimeoutError:
                raise TransientError("The account was not written in time; the outcomes will come again.") from None

    def close(self) -> None:
        """Write what is open and take nothing more."""
        self._batcher.close()

    def _keep(self, place: _Place, outcomes: list[Outcome]) -> list[None]:
        Accounts(self._bucket.objects(place.file.bucket), place.file).add(place.first, outcomes)
        self._settlement.settle(place.file)
        return [None] * len(outcomes)


def _places(outcome: Outcome) -> Iterator[_Place]:
    """Yield the pages on which rows of an outcome stand."""
    origin = outcome.origin
    if origin.bucket is None or origin.object is None or origin.generation is None or origin.row is None:
        return
    file = File(origin.bucket, origin.object, int(origin.generation))
    for first in sorted({first_of(row) for row in origin.rows or (origin.row,)}):
        yield _Place(file, first)
