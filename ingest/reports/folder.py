"""Where an analyst finds a report: a folder of the file's name, ``incoming/store/a.csv`` → ``reports/store/a.csv/``."""

from __future__ import annotations

from ingest.reports.summary import File
from ingest.storage.bucket import with_generation
from ingest.storage.channel import INCOMING
from ingest.storage.derived_names import SHOWN_ROOM, fitting
from ingest.storage.objects import ABSENT, Entry, Objects
from omnicapi.errors import TransientError

REPORTS = "reports/"

_GENERATION, _VERSION = "omnicapi-generation", "omnicapi-version"


class ReportFolder:
    """The folder of one content of a file. A later one of the same name gets its generation into its folder's name."""

    def __init__(self, objects: Objects, file: File) -> None:
        self._objects = objects
        self._file = file
        self._path: str | None = None

    @property
    def path(self) -> str:
        """The folder's name; it is this file's from now on."""
        # Not functools' cached_property: in Python 3.11 one lock for all folders is held while the bucket is asked.
        if self._path is None:
            self._path = self._taken()
        return self._path

    def _taken(self) -> str:
        shown = REPORTS + fitting(self._file.object, SHOWN_ROOM).removeprefix(INCOMING)
        for folder in (f"{shown}/", f"{with_generation(shown, self._file.generation)}/"):
            there = self._report(folder)
            if there is None:
                metadata = {_GENERATION: str(self._file.generation)}
                name = f"{folder}report.json"
                if self._objects.write(name, b"{}", metadata=metadata, generation=ABSENT) is None:
                    there = self._report(folder)
            if there is None or there.metadata.get(_GENERATION) == str(self._file.generation):
                return folder
        raise TransientError("The report's folder was taken at the same moment; it will be tried again.")

    def name(self, name: str) -> str:
        """Return the whole name of something in the folder."""
        return self.path + name

    def version(self) -> str | None:
        """Return what the last report was made of, or ``None`` before the first."""
        there = self._report(self.path)
        return there.metadata.get(_VERSION) if there else None

    def write(self, name: str, content: bytes, content_type: str, version: str = "") -> None:
        """Write something into the folder; ``version`` is what it was made of."""
        metadata = {_GENERATION: str(self._file.generation), _VERSION: version}
        self._objects.write(self.name(name), content, metadata=metadata, content_type=content_type)

    def _report(self, folder: str) -> Entry | None:
        name = f"{folder}report.json"
        first = next(self._objects.list(name), None)  # the name itself comes before those that go on after it
        return first if first is not None and first.name == name else None
