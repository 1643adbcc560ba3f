"""The pages of a file in the bucket, written by whoever has outcomes of its rows, at any time, from any instance."""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ingest.reports.page import Page
from ingest.reports.summary import File
from ingest.storage.objects import ABSENT, Entry, Objects
from omnicapi.errors import TransientError
from omnicapi.logs import fields
from omnicapi.messages import Outcome

log = logging.getLogger(__name__)

_COUNTS = "omnicapi-counts"
_TRIES = 20

_decode_counts = msgspec.json.Decoder(dict[str, int]).decode


class Accounts:
    """The account of one file's rows. Methods raise TransientError where the bucket does not answer."""

    def __init__(self, objects: Objects, file: File) -> None:
        self._objects = objects
        self._folder = f"{file.work}outcomes/"

    def add(self, first: int, outcomes: Sequence[Outcome]) -> None:
        """Add outcomes to the page that begins at row ``first``; when it returns they are kept.

        A page is only written in place of the one it was made from: of two instances the second reads again.
        """
        name = f"{self._folder}{first:09}"
        for _ in range(_TRIES):
            stored = self._objects.read(name)
            page = _page(name, stored.content) if stored else Page(first)
            page.add(outcomes)
            packed = page.pack()
            if stored is not None and stored.content == packed:
                return
            metadata = {_COUNTS: msgspec.json.encode(page.counts()).decode()}
            generation = stored.generation if stored else ABSENT
            if self._objects.write(name, packed, metadata=metadata, generation=generation) is not None:
                return
        raise TransientError("Others write the same page of the account all the time; it will be tried again.")

    def counts(self) -> Counter[str]:
        """Return how many rows are settled by verdict, from the listing alone."""
        total: Counter[str] = Counter()
        for entry in self._objects.list(self._folder):
            total.update(self._counts(entry))
        return total

    def _counts(self, entry: Entry) -> Mapping[str, int]:
        try:
            return _decode_counts(entry.metadata.get(_COUNTS, "{}"))
        except ValueError:  # somebody else wrote it; the page knows
            stored = self._objects.read(entry.name)
            return _page(entry.name, stored.content).counts() if stored else {}

    def version(self) -> str:
        """Return something that changes with every page that is written."""
        return " ".join(str(entry.generation) for entry in self._objects.list(self._folder))

    def pages(self) -> Iterator[Page]:
        """Yield the pages in the order of their rows."""
        for entry in list(self._objects.list(self._folder)):
            stored = self._objects.read(entry.name)
            if stored is not None:
                yield _page(entry.name, stored.content)


def _page(name: str, content: bytes) -> Page:
    """Return the page of an object; what somebody else wrote in its place is begun anew, and logged."""
    try:
        return Page.unpack(content)
    except (zlib.error, ValueError, LookupError):
        log.exception("a page of the account is damaged and begun anew", extra=fields(stage="ingest", object=name))
        return Page(int(name.rpartition("/")[2]))
