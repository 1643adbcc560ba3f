"""What ``files`` says of a file when it has read it: how many rows the report must account for, and what went wrong."""

from __future__ import annotations

import logging

import msgspec

from ingest.storage.channel import PREVIEW
from ingest.storage.derived_names import fitting
from ingest.storage.objects import Objects
from omnicapi.logs import fields
from omnicapi.publishing.publisher import encode

log = logging.getLogger(__name__)


class Summary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that has been read. ``rows`` is how many rows must end in an outcome; times are Unix milliseconds."""

    object: str
    generation: int
    size: int
    channel: str | None = None
    rows: int = 0
    events: int = 0
    rejected: int = 0
    skipped: int = 0
    dropped_ms: int = 0
    read_ms: int = 0
    error: str | None = None
    """Why the file, or its end, could not be read."""
    notes: list[str] = []
    """What a person should know of how it was read."""


_decode = msgspec.json.Decoder(Summary).decode


class File(msgspec.Struct, frozen=True):
    """One content of one name in the drop bucket, and where what is known of it is kept."""

    bucket: str
    object: str
    generation: int

    @property
    def is_dry_run(self) -> bool:
        """Whether the file is only judged."""
        return self.object.startswith(PREVIEW)

    @property
    def work(self) -> str:
        """The folder of what machines keep about the file."""
        return f"work/{fitting(self.object)}/{self.generation}/"


def keep(objects: Objects, file: File, summary: Summary) -> None:
    """Write the summary of a file."""
    objects.write(f"{file.work}summary.json", encode(summary), content_type="application/json")


def find(objects: Objects, file: File) -> Summary | None:
    """Return the summary of a file, or ``None`` while it is being read, or where somebody else wrote in its place."""
    stored = objects.read(f"{file.work}summary.json")
    try:
        return _decode(stored.content) if stored else None
    except ValueError:
        log.exception(
            "a summary is damaged; its file stays under way", extra=fields(stage="ingest", object=file.object)
        )
        return None
