"""The entry point ``reports``: pushes of the ``outcomes`` topic in, accounts and reports of files out.

Outcomes of concurrent pushes are gathered by page of a file, so that a million rows make few writes; each push is
answered when what it brought is kept.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ingest.reports.accounts import Accounts
from ingest.reports.page import first_of
from ingest.reports.settlement import Settlement
from ingest.reports.summary import File
from ingest.storage.bucket import Bucket
from omnicapi.batching.batch import Limits
from omnicapi.batching.batcher import Batcher
from omnicapi.errors import OmniCapiError, TransientError
from omnicapi.intake.push import PushMessage
from omnicapi.logs import failure, fields
from omnicapi.messages import Outcome, Outcomes
from omnicapi.off_loop import is_large, perform
from omnicapi.validation import without_value
from omnicapi.waiting import all_done

log = logging.getLogger(__name__)

MOST_ROWS = 2**32 - 1
"""The last row that an account and the ledger can number."""

_GENERATION = re.compile("[0-9]{1,20}")


class _Raw(msgspec.Struct):
    outcomes: list[msgspec.Raw]


_decode = msgspec.json.Decoder(Outcomes).decode
_decode_raw = msgspec.json.Decoder(_Raw).decode
_decode_one = msgspec.json.Decoder(Outcome).decode


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

    async def receive(self, message: PushMessage) -> None:
        """Return when the outcomes of rows are accounted for and a report that is due is written.

        Outcomes of anything but files are none of ours. What is no outcome is logged and passed over: to read it again
        would give the same. Raises :class:`~omnicapi.errors.TransientError` where the message must come again.
        """
        places = await perform(_by_place, message) if is_large(len(message.data)) else _by_place(message)
        futures = [self._batcher.submit(place, part) for place, part in places.items()]
        if not await all_done(futures, self._timeout):
            raise TransientError("The account was not written in time; the outcomes will come again.")
        for future in futures:
            future.result()

    def close(self) -> None:
        """Write what is open and take nothing more."""
        self._batcher.close()

    def _keep(self, place: _Place, outcomes: list[Outcome]) -> list[None]:
        self._add(Accounts(self._bucket.objects(place.file.bucket), place.file), place, outcomes)
        self._settlement.settle(place.file)
        return [None] * len(outcomes)

    def _add(self, accounts: Accounts, place: _Place, outcomes: list[Outcome]) -> None:
        """Add outcomes to their page; one that no page can take is left out, and no other with it."""
        try:
            accounts.add(place.first, outcomes)
        except (OmniCapiError, OSError, MemoryError):
            raise  # the bucket's failures and this instance's: it will be tried again
        except Exception as error:
            if len(outcomes) == 1:
                log.exception("an outcome cannot be kept", extra=fields(stage="ingest", object=place.file.object))
                return
            log.info("outcomes are added in two halves", extra=failure(error))
            half = len(outcomes) // 2
            for part in (outcomes[:half], outcomes[half:]):
                self._add(accounts, place, part)


def _by_place(message: PushMessage) -> dict[_Place, list[Outcome]]:
    places: defaultdict[_Place, list[Outcome]] = defaultdict(list)
    for outcome in _outcomes(message):
        for place in _places(outcome):
            places[place].append(outcome)
    return places


def _outcomes(message: PushMessage) -> Iterator[Outcome]:
    """Yield the outcomes of a message, passing over what is none."""
    try:
        yield from _decode(message.data).outcomes
    except (ValueError, RecursionError):
        pass  # one of them is none, or the message
    else:
        return
    try:
        found = _decode_raw(message.data).outcomes
    except (ValueError, RecursionError) as error:
        _passed_over(message, None, error)
        return
    for index, raw in enumerate(found):
        try:
            yield _decode_one(raw)
        except (ValueError, RecursionError) as error:
            _passed_over(message, index, error)


def _passed_over(message: PushMessage, index: int | None, error: Exception) -> None:
    log.error(
        "no outcome; passed over",
        extra=fields(stage="ingest", message_id=message.message_id, index=index, problem=without_value(error)),
    )


def _places(outcome: Outcome) -> Iterator[_Place]:
    """Yield the pages on which rows of an outcome stand."""
    origin = outcome.origin
    if origin.bucket is None or origin.object is None or origin.generation is None or origin.row is None:
        return
    if not _GENERATION.fullmatch(origin.generation):
        log.error("an outcome names no generation of a file", extra=fields(stage="ingest", object=origin.object))
        return
    file = File(origin.bucket, origin.object, int(origin.generation))
    for first in sorted({first_of(row) for row in origin.rows or (origin.row,) if 0 <= row <= MOST_ROWS}):
        yield _Place(file, first)
