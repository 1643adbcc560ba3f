"""Publishes the chunks of a file: each is claimed in the ledger, and what was sent before is left out."""

from __future__ import annotations

import msgspec
import numpy as np

from ingest.chunks import Chunk
from ingest.ledger.digests import repeated
from ingest.ledger.ledger import Ledger, Sighting
from ingest.ledger.records import Content, Progress, Records
from ingest.outgoing import Outgoing
from omnicapi.errors import Busy
from omnicapi.messages import Event, Outcome
from omnicapi.personal_data import impersonal

ALREADY_SENT, UNDER_WAY, REPEATED = "already_sent", "under_way", "repeated"
"""Reasons of a row that is dropped because its event is known already."""

_MESSAGES = {
    ALREADY_SENT: "Meta has accepted this event before, from this file or another one; it was not sent again.",
    UNDER_WAY: "This event was published already from a file whose report is not complete; should it be rejected "
    "there, drop the row again once the report is complete.",
    REPEATED: "An earlier row of the file has the same event id; it was not sent twice.",
}

_decode = msgspec.json.Decoder(Event).decode


class ChunkPublisher:
    """Publishes chunks in any order, and any of them again. ``ledger`` is that of the file's channel."""

    def __init__(self, records: Records, ledger: Ledger, outgoing: Outgoing) -> None:
        self._records = records
        self._ledger = ledger
        self._outgoing = outgoing

    def publish(self, chunk: Chunk) -> Progress:
        """Return when every row of the chunk is an event in the queue or an outcome, and the ledger says so.

        The claim comes first and the look into the ledger after: of two files with the same event that are published
        at the same moment, at least the later claim sees the earlier one (docs/adr/0077-the-ledger.md).
        Raises :class:`~omnicapi.errors.Busy` where another file that has one of these events is just being published.
        """
        content = chunk.content()
        progress = Progress(chunk.start, chunk.end, chunk.last, rows=chunk.accounted, rejected=len(chunk.refused))
        self._records.write(progress, content)
        sighting = self._ledger.look(content.digests, own=self._records.name(chunk.start))
        if sighting.claimed.any():
            self._records.withdraw(chunk.start)
            raise Busy("Another file with the same events is being published; this one will be tried again.")
        reasons = _reasons(content, sighting)
        fresh = [index for index, reason in enumerate(reasons) if reason is None]
        skipped = [_dropped(chunk.events[index], reason) for index, reason in enumerate(reasons) if reason]
        self._outgoing.send([chunk.events[index] for index in fresh], [*chunk.refused, *skipped])
        progress = msgspec.structs.replace(progress, published=True, events=len(fresh), skipped=len(skipped))
        self._records.write(progress, Content(content.rows[fresh], content.digests[fresh]))
        return progress


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
