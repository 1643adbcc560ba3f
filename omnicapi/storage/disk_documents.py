"""Files on disk, each as it is now: one that is replaced while it is read is noticed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from omnicapi.errors import BadDocument
from omnicapi.storage.found import CHUNK, Found, NoDocument, Replaced
from omnicapi.storage.gzipped import DAMAGE


def file(place: str) -> Found:
    """Return a file as it is now; raises NoDocument where there is none, and BadDocument where it may not be read."""
    with _disk_errors(place):
        version = _version(place)

    def unchanged() -> None:
        if _version(place) != version:
            raise Replaced(place)

    return Found(
        place,
        version,
        lambda: io.BufferedReader(_Watched(place, unchanged), CHUNK),
        lambda: _disk_errors(place),
    )


def files(folder: Path, suffix: str) -> Iterator[tuple[str, Found]]:
    """Yield names and files of a folder whose names end in ``suffix``; a folder that is not there has none."""
    for path in sorted(folder.glob(f"*{suffix}")):
        with suppress(NoDocument):  # removed at this moment
            yield path.name, file(str(path))


def _version(path: str) -> str:
    about = Path(path).stat()
    return f"{about.st_mtime_ns} {about.st_size} {about.st_ino}"


class _Watched(io.FileIO):
    """A file on disk that calls ``at_end`` before it ends: somebody may be writing it."""

    def __init__(self, path: str, at_end: Callable[[], None]) -> None:
        super().__init__(path)
        self._at_end = at_end

    def readinto(self, buffer: Any, /) -> int:
        count = super().readinto(buffer) or 0
        if not count:
            self._at_end()
        return count


@contextmanager
def _disk_errors(place: str) -> Iterator[None]:
    """Say in our own words why a file on disk cannot be read."""
    try:
        yield
    except DAMAGE:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise NoDocument(f"{place} does not exist; create it, or correct the setting that names it.") from None
    except OSError as error:
        raise BadDocument(f"{place} cannot be read: {error.strerror or type(error).__name__}.") from None
