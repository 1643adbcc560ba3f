"""Publishes the chunks of a file: each is claimed in the ledger, and what was sent before is left out."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import numpy as np

from ingest.files.chunks import Chunk
from ingest.ledger.digests import repeated
from ingest.ledger.ledger import Ledger, Sighting
from ingest.ledger.records import Claim, Content, Progress, Records
from ingest.publishing.outgoing import Outgoing
from omnicapi.errors import Busy
from omnicapi.messages import Event, Outcome
from omnicapi.values.personal_data import impersonal

ALREADY_SENT, UNDER_WAY, REPEATED = "already_sent", "under_way", "repeated"
"""Reasons of a row that is dropped because its event is known already."""

_MESSAGES = {
    ALREADY_SENT: "Meta has accepted this event before, from this file or another one; it was not sent again.",
    UNDER_WAY: "This event was published already from a file whose report is not complete; should it be rejected "
    "there, drop the row again once the report is complete.",
    REPEATED: "An earlier row of the file has the same event id; it was not sent twice.",
}

_TAKEN_OVER = "Another delivery of this file's notification has taken over; this one will look again."
_OVER = "The file has come to an end meanwhile; this delivery of its notification will look again."
_CLAIMED = "Another file with the same events is being published; this one will be tried again."
_AWAITED = "An earlier upload of this name has some of these events and no complete report yet; this one waits for it."

_decode = msgspec.json.Decoder(Event).decode

LONGEST_WAIT_MS = 6 * 3_600_000
"""How long a file waits for the report of an earlier upload of the same name that has some of its events."""

SLOW = 1.0
"""Seconds that a look into the ledger may take before it is out of date."""

LOOKS = 3
"""Looks into the ledger at most before a chunk is published."""


class ChunkPublisher:
    """Publishes chunks in any order, and any of them again. ``ledger`` is that of the file's channel.

    With ``waits``, events that an earlier upload of the same name has under way are left until its report is complete.
    """

    def __init__(
        self,
        records: Records,
        ledger: Ledger,
        outgoing: Outgoing,
        *,
        waits: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._outgoing = outgoing
        self._waits = waits
        self._clock = clock

    def publish(self, chunk: Chunk) -> Progress:
        """Return when every row of the chunk is an event in the queue or an outcome, and the ledger says so.

        The claim comes first and the look into the ledger after: of two files with the same event that are published
        at the same moment, at least the later claim sees the earlier one (docs/adr/0077-the-ledger.md).
        Raises :class:`~omnicapi.errors.Busy` where somebody else is just publishing one of these events, from another
        file or, because a notification came twice, from this one; where the file was ended meanwhile; and where one of
        them has to wait.
        """
        content = chunk.content()
        progress = Progress(
            chunk.start,
            chunk.end,
            chunk.last,
            rows=chunk.accounted,
            rejected=len(chunk.refused),
            noticed=chunk.noticed or None,
        )
        sighting = self._sighting(content, self._records.write(progress, content))
        self._step_back(chunk, sighting)
        reasons = _reasons(content, sighting)
        fresh = [index for index, reason in enumerate(reasons) if reason is None]
        skipped = [_dropped(chunk.events[index], reason) for index, reason in enumerate(reasons) if reason]
        self._outgoing.send([chunk.events[index] for index in fresh], [*chunk.refused, *skipped])
        progress = msgspec.structs.replace(progress, published=True, events=len(fresh), skipped=len(skipped))
        self._records.write(progress, Content(content.rows[fresh], content.digests[fresh]))
        return progress

    def _sighting(self, content: Content, claim: Claim) -> Sighting:
        """Look into the ledger, and again where that took long: others may have published meanwhile."""
        for _ in range(LOOKS):
            started = self._clock()
            sighting = self._ledger.look(content.digests, claim)
            if self._clock() - started < SLOW:
                break
        return sighting

    def _step_back(self, chunk: Chunk, sighting: Sighting) -> None:
        """Raise Busy, and withdraw the claim if it is ours, where these events are not ours to publish now."""
        if not sighting.ours:
            raise Busy(_TAKEN_OVER)
        waits_for = (
            (sighting.over, _OVER),
            (sighting.claimed.any(), _CLAIMED),
            (self._waits and sighting.awaited.any(), _AWAITED),
        )
        for waits, text in waits_for:
            if waits:
                self._records.withdraw(chunk.start)
                raise Busy(text)


def _reasons(content: Content, sighting: Sighting) -> list[str | None]:
    """Say of each event why it is not published; ``None`` where it is."""
    reasons = np.full(len(content.digests), None, object)
    reasons[repeated(content.digests)] = REPEATED
    reasons[sighting.under_way] = UNDER_WAY
    reasons[sighting.accepted] = ALREADY_SENT
    return list(reasons)


def _dropped(encoded: bytes, reason: str) -> Outcome:
    event = _decode(encoded)
    return Outcome(
        stage="ingest",
        verdict="dropped",
        channel=event.channel,
        origin=event.origin,
        event_id=impersonal(event.event_id),
        event_name=impersonal(event.event_name),
        event_time=event.event_time,
        order_id=impersonal(event.custom_data.order_id),
        dataset=event.dataset,
        reason=reason,
        field="event_id",
        message=_MESSAGES[reason],
        received_ms=event.received_ms,
    )
