"""The end of a file in ingest: it is moved aside, its summary is kept, and its report written if it is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from ingest.events.outcomes import UNKNOWN_CHANNEL, rejected
from ingest.ledger import records
from ingest.ledger.records import Progress, Records
from ingest.reports import summary
from ingest.reports.settlement import Settlement
from ingest.reports.summary import File, Summary
from ingest.storage.bucket import PROCESSED, REJECTED, Bucket, Dropped
from ingest.storage.channel import INCOMING
from ingest.storage.derived_names import SHOWN_ROOM, fitting
from omnicapi.errors import PassedOver, PermanentError, Refused, UnknownChannel, UnreadableFile
from omnicapi.logs import fields
from omnicapi.messages import Origin
from omnicapi.outcomes import OutcomeWriter
from omnicapi.storage.errors import ObjectGone

log = logging.getLogger(__name__)

REASON_SUFFIX = ".reason.txt"
"""A rejected file's reason lies beside it under its name and this ending."""

MOST_TEXT = 1500
"""Characters of a reason, which also stands in the object's metadata: names of sheets or header cells may be long."""

_REASONS: dict[type[PermanentError], str] = {UnknownChannel: "channel_unknown", UnreadableFile: "file_unreadable"}


_REPLACED = (
    "Another upload of the same name took the file's place before it was read to its end. {rows} of its rows had been "
    "taken by then, and are accounted for here; the other upload has a report of its own beside this one."
)
_DELETED = (
    "The file was deleted or moved before it was read to its end. {rows} of its rows had been taken by then, and are "
    "accounted for here. Drop the file again for the others; rows that Meta accepted are not sent again."
)


class Finish:
    """Ends files. Everything may be done again: what a crash interrupted is completed, nothing is done twice."""

    def __init__(
        self, bucket: Bucket, settlement: Settlement, outcomes: OutcomeWriter, clock_ms: Callable[[], int]
    ) -> None:
        self._bucket = bucket
        self._settlement = settlement
        self._outcomes = outcomes
        self._clock_ms = clock_ms

    def complete(self, dropped: Dropped, channel: str, chain: Sequence[Progress]) -> None:
        """End a file whose rows are all published, up to its end or to a place that cannot be read."""
        sums, error = records.totals(chain), chain[-1].error
        if error is not None:
            known = shortened(error, MOST_TEXT // 2)
            text = (
                f"{known} Of the rows before, {sums['events']} were taken as events, {sums['rejected']} rejected and "
                f"{sums['skipped']} skipped because they were sent before. Mend the file and drop it again; rows that "
                "Meta accepted are not sent again."
            )
            self.refuse(dropped, UnreadableFile(text), channel, chain)
            return
        self._keep(dropped, channel, chain)
        metadata = {"omnicapi-channel": channel, **{f"omnicapi-{name}": str(count) for name, count in sums.items()}}
        moved = self._move(dropped, PROCESSED, metadata)
        log.info("file processed", extra=fields(stage="ingest", channel=channel, object=moved, **sums))
        self._settle(dropped.bucket, dropped.name, dropped.generation)

    def refuse(
        self,
        dropped: Dropped,
        error: UnknownChannel | UnreadableFile,
        channel: str | None = None,
        chain: Sequence[Progress] = (),
    ) -> None:
        """End a file that cannot be read, or not to its end."""
        reason, text = _REASONS[type(error)], shortened(str(error))
        self._tell_once(dropped, channel, Refused(reason, text))
        self._keep(dropped, channel, chain, text)
        metadata = {"omnicapi-reason": reason, "omnicapi-message": text}
        moved = self._move(dropped, REJECTED, metadata)
        if not dropped.is_dry_run:
            self._bucket.note(dropped.bucket, moved + REASON_SUFFIX, f"{dropped.name}\n\n{text}\n")
        log.warning("file rejected", extra=fields(stage="ingest", object=moved, reason=reason))
        self._settle(dropped.bucket, dropped.name, dropped.generation)

    def gone(self, file: File, channel: str | None, dropped: Dropped | None = None) -> None:
        """End a generation that is no longer there; ``dropped`` says what is known of it.

        If it came to its end before, only its report may be left to write, where a crash came between. Else somebody
        replaced or deleted it: its published rows are all that the report has to account for. Raises
        :class:`~omnicapi.errors.Busy` while more of them may be published.
        """
        if summary.find(self._bucket.objects(file.bucket), file) is None:
            known = dropped or Dropped(file.bucket, file.object, file.generation, 0, None, {})
            self._break_off(known, channel, self._records(file, channel))
        self._settle(file.bucket, file.object, file.generation)

    def _records(self, file: File, channel: str | None) -> Records | None:
        root = records.root(is_dry_run=file.is_dry_run)
        objects = self._bucket.objects(file.bucket)
        return Records(objects, root, channel, file.object, file.generation) if channel else None

    def _break_off(self, dropped: Dropped, channel: str | None, kept: Records | None) -> None:
        published = kept.end() if kept else []
        if records.is_complete(chain := kept.chain() if kept else []) and chain[-1].error is None:
            self._keep(dropped, channel, chain)  # only the end of its end is missing
            return
        rows = records.totals(published)["rows"]
        if self._bucket.exists(dropped.bucket, dropped.name):
            why = PassedOver("file_replaced", _REPLACED.format(rows=rows))
        else:
            why = PassedOver("file_deleted", _DELETED.format(rows=rows))
        self._tell_once(dropped, channel, why)
        self._keep(dropped, channel, published, str(why))
        log.warning("file gone before its end", extra=fields(stage="ingest", object=dropped.name, reason=why.reason))

    def _tell_once(self, dropped: Dropped, channel: str | None, refused: Refused) -> None:
        """Write the outcome of a whole file, unless it was written by whoever kept the file's summary."""
        file = File(dropped.bucket, dropped.name, dropped.generation)
        if summary.find(self._bucket.objects(dropped.bucket), file) is None:
            origin = Origin(bucket=dropped.bucket, object=dropped.name, generation=str(dropped.generation))
            self._outcomes.write([rejected(refused, channel or UNKNOWN_CHANNEL, origin, self._clock_ms())])

    def _move(self, dropped: Dropped, folder: str, metadata: Mapping[str, str]) -> str:
        """Move a file aside and return where it lies then; one that was only judged stays where it is."""
        if dropped.is_dry_run:
            self._bucket.annotate(dropped, metadata)
            return dropped.name
        name = folder + fitting(dropped.name, SHOWN_ROOM).removeprefix(INCOMING)
        try:
            return self._bucket.move(dropped, name, metadata)
        except ObjectGone:
            log.warning("file deleted, or moved by someone else, when it was read", extra=fields(object=dropped.name))
            return name

    def _keep(self, dropped: Dropped, channel: str | None, chain: Sequence[Progress], error: str | None = None) -> None:
        # Before the move: whoever comes after a crash finds either the file or its summary.
        kept = Summary(
            object=dropped.name,
            generation=dropped.generation,
            size=dropped.size,
            channel=channel,
            dropped_ms=dropped.created_ms,
            read_ms=self._clock_ms(),
            error=error,
            notes=records.notes(chain),
            **records.totals(chain),
        )
        summary.keep(self._bucket.objects(dropped.bucket), File(dropped.bucket, dropped.name, dropped.generation), kept)

    def _settle(self, bucket: str, name: str, generation: int) -> None:
        self._settlement.settle(File(bucket, name, generation))


def shortened(text: str, most: int = MOST_TEXT) -> str:
    """Return a text of at most ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
