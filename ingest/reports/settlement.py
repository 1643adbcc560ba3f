"""Writes a file's report when it is due: when every row has ended, and now and then before.

Whoever learns something new about a file, a row's end or that it has been read, calls :meth:`Settlement.settle`
afterwards. Of any two that finish a file together the later one sees everything, so the report is never left undone.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable

from ingest.maps.folder import Maps
from ingest.readers.table import USUAL, ReadOptions
from ingest.reports import closing, summary
from ingest.reports.accounts import Accounts
from ingest.reports.folder import ReportFolder
from ingest.reports.giving_back import RowsToMend
from ingest.reports.html import as_html
from ingest.reports.report import as_json, report
from ingest.reports.summary import File, Summary
from ingest.storage.bucket import Bucket
from omnicapi.logs import fields

log = logging.getLogger(__name__)

BETWEEN = 20.0
"""Seconds between two reports of a file that is not complete."""


class Settlement:
    """Writes reports, from any thread and any instance. ``clock`` is monotonic, in seconds."""

    def __init__(
        self, bucket: Bucket, maps: Maps, options: ReadOptions = USUAL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bucket = bucket
        self._rows_to_mend = RowsToMend(bucket, maps, options)
        self._clock = clock
        self._told: dict[File, float] = {}
        self._lock = threading.Lock()

    def settle(self, file: File) -> None:
        """Write the report of a file, if it is due and says something new.

        What is learned while it is written may have been told by somebody else already, whose report this one then
        covers; so after writing it looks again.
        """
        objects = self._bucket.objects(file.bucket)
        accounts, folder, written = Accounts(objects, file), ReportFolder(objects, file), ""
        while True:
            kept, version = summary.find(objects, file), accounts.version()
            complete = kept is not None and accounts.counts().total() >= kept.rows
            if not complete and (written or not self._is_time(file)):
                return
            mark = _mark(kept, version)
            if mark == (written or folder.version()):
                return
            self._write(file, folder, accounts, kept, mark)
            written = mark

    def _write(self, file: File, folder: ReportFolder, accounts: Accounts, kept: Summary | None, mark: str) -> None:
        made, counting = report(file, kept, accounts.pages())
        if made.complete:
            closing.close(self._bucket.objects(file.bucket), file, made.channel, accounts)
            back = self._rows_to_mend.give_back(file, folder, accounts, counting, made.channel)
            made.rejected_file, made.rejected_lacking = back.name, back.lacking
        folder.write("report.html", as_html(made), "text/html; charset=utf-8")
        folder.write("report.json", as_json(made), "application/json", mark)
        log.info(
            "report written",
            extra=fields(stage="ingest", object=file.object, complete=made.complete, counts=made.verdicts),
        )

    def _is_time(self, file: File) -> bool:
        with self._lock:
            now = self._clock()
            self._told = {each: told for each, told in self._told.items() if now - told < BETWEEN}
            if file in self._told:
                return False
            self._told[file] = now
            return True


def _mark(kept: Summary | None, version: str) -> str:
    return hashlib.blake2b(f"{kept}\x00{version}".encode(), digest_size=16).hexdigest()
