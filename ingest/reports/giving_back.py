"""Gives back the rows to mend, as a file that is made to be corrected and dropped again as it is.

They are read from the dropped file a second time, which may end earlier than the first, or otherwise. Whatever the
file holds, there is an answer: a file in one form or another, with all the rows or with those that could be read, and
a sentence on the others. It holds the client's own rows and stays in the client's bucket.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from tempfile import TemporaryDirectory

from ingest.maps.field_map import Map
from ingest.maps.folder import Maps
from ingest.readers.file_types import read
from ingest.readers.table import BEGINNING, ReadOptions
from ingest.reports.accounts import Accounts
from ingest.reports.folder import ReportFolder
from ingest.reports.rejected import to_mend
from ingest.reports.report import Counting
from ingest.reports.row_writers import CannotBeWritten, Form, Sink, Writer, forms, writer, written
from ingest.reports.summary import File
from ingest.rows.conversion import read_by
from ingest.storage.bucket import Bucket, Dropped
from omnicapi.errors import ConfigurationError, PermanentError, UnreadableFile
from omnicapi.logs import failure

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GivenBack:
    """``name`` is the object with the rows to mend, ``lacking`` says which are not in it, and why."""

    name: str | None = None
    lacking: str | None = None


@dataclass
class _Progress:
    """How many rows were written, and why others were not."""

    problem: str | None = None
    written: int = 0


class RowsToMend:
    """Writes files of rejected rows. Methods raise what those of :class:`~ingest.storage.bucket.Bucket` do."""

    def __init__(self, bucket: Bucket, maps: Maps, options: ReadOptions) -> None:
        self._bucket = bucket
        self._maps = maps
        self._options = options

    def give_back(
        self, file: File, folder: ReportFolder, accounts: Accounts, counting: Counting, channel: str | None
    ) -> GivenBack:
        """Write the rows of ``file`` that were rejected, as ``accounts`` have them."""
        wanted = counting.verdicts["rejected"]
        if not wanted or counting.first is None:
            return GivenBack()
        found = self._bucket.find_moved(file.bucket, file.object, file.generation)
        if found is None:
            return GivenBack(lacking=_lacking(wanted, _Progress("the file itself is no longer in the bucket")))
        map_, progress = self._map(channel), _Progress("it cannot be written in any form")
        for form in forms(file.object):
            name = folder.name(f"rejected{form.ending}")
            try:
                progress = self._write(name, form, found, file, map_, accounts, counting.first)
            except CannotBeWritten as error:
                log.warning("the rows to mend are written in another form", extra=failure(error))
                continue
            return GivenBack(name if progress.written else None, _lacking(wanted, progress))
        return GivenBack(lacking=_lacking(wanted, progress))

    def _write(
        self, name: str, form: Form, found: Dropped, file: File, map_: Map | None, accounts: Accounts, first: int
    ) -> _Progress:
        """Write one form, or nothing where no row comes of it; raise CannotBeWritten where it cannot hold them."""
        options = read_by(map_, self._options) if map_ else self._options
        with self._bucket.open(found) as stream:
            try:
                table = read(file.object, stream, options, BEGINNING)
                header, rows = to_mend(table.rows, accounts.pages(), first)
                begun = list(islice(rows, 1))
            except UnreadableFile as error:
                return _Progress(str(error))
            if not begun:
                return _Progress()
            with (
                TemporaryDirectory() as folder,  # a library leaves its files there where it does not come to its end
                self._bucket.objects(file.bucket).writing(name, form.content_type) as target,
            ):
                sink = Sink(target)
                with written(sink):
                    out = writer(sink, form.ending, table, map_, folder)
                    for cells in header:
                        out.row(cells)
                progress = _filled(out, sink, chain(begun, rows), is_last=form.is_last)
                with written(sink):
                    out.close()
        return progress

    def _map(self, channel: str | None) -> Map | None:
        """Return how the file was read; one that is gone or wrong meanwhile leaves it to be found out."""
        try:
            return self._maps.get(channel or "")
        except (PermanentError, ConfigurationError):
            return None


def _filled(out: Writer, sink: Sink, rows: Iterable[list[str]], *, is_last: bool) -> _Progress:
    """Write rows as far as they can be read; in the last form those that it cannot hold are left out."""
    progress = _Progress()
    try:
        for cells in rows:
            try:
                with written(sink):
                    out.row(cells)
            except CannotBeWritten:
                if not is_last:
                    raise
                progress.problem = "they have cells that are too long for the file of rejected rows"
            else:
                progress.written += 1
    except UnreadableFile as error:
        progress.problem = str(error)
    return progress


def _lacking(wanted: int, progress: _Progress) -> str | None:
    """Say how many rows were not given back, why, and what to do."""
    lacking = wanted - progress.written
    if lacking <= 0:
        return None
    why = progress.problem or "the file was read otherwise than before, or its map was changed meanwhile"
    return (
        f"{lacking:,} of the {wanted:,} rejected rows could not be given back: {why.rstrip('.')}. Take them from your "
        "own file by the row numbers that the outcomes table has, correct them and drop them again."
    )
