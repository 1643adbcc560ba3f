"""A complete report closes the file's part of the ledger: only what Meta accepted stays, sorted, in one object.

What was rejected or dropped may come again from then on.
"""

from __future__ import annotations

import numpy as np

from ingest.ledger import records
from ingest.ledger.digests import pack
from ingest.ledger.ledger import ACCEPTED
from ingest.ledger.records import EMPTY, Content, Records, Rows
from ingest.reports.accounts import Accounts
from ingest.reports.row_outcome import is_accepted
from ingest.reports.summary import File
from ingest.storage.objects import ABSENT, Objects


def close(objects: Objects, file: File, channel: str | None, accounts: Accounts) -> None:
    """Put the accepted events of a file in the place of its records; it may be done again, with later outcomes."""
    if channel is None or file.is_dry_run:
        return
    kept = Records(objects, records.LEDGER, channel, file.object, file.generation)
    names = [entry.name for entry in objects.list(kept.folder) if records.read(entry) is not None]
    published = _published(objects, f"{file.work}published", names)
    digests = published.digests[np.isin(published.rows, _accepted_rows(accounts))]
    objects.write(f"{kept.folder}{ACCEPTED}", pack(np.unique(digests)))
    for name in (*names, f"{kept.folder}{records.ENDED}"):
        objects.delete(name)


def _published(objects: Objects, copy: str, names: list[str]) -> Content:
    """Return the events of all records. They are copied first: outcomes may still come when the records are gone.

    The first copy is whole, for nobody deletes a record before there is one. A second one may lack what another
    instance has deleted meanwhile.
    """
    known = objects.read(copy)
    if known is not None:
        return records.content(known.content)
    parts = [records.content(stored.content) for name in names if (stored := objects.read(name)) is not None]
    rows = np.concatenate([EMPTY.rows, *(part.rows for part in parts)])
    digests = np.concatenate([EMPTY.digests, *(part.digests for part in parts)])
    is_first = objects.write(copy, records.body(Content(rows, digests)), generation=ABSENT) is not None
    return Content(rows, digests) if is_first else _published(objects, copy, names)


def _accepted_rows(accounts: Accounts) -> Rows:
    ways = (way for page in accounts.pages() for way in page.ways())
    return np.concatenate(
        [EMPTY.rows, *(np.array(rows, np.uint32) for outcomes, rows in ways if is_accepted(outcomes))]
    )
