"""Wires ingest together: what the entry points and the tests start from."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ingest.collector.access import Access, ChannelKeys
from ingest.collector.collector import MOST_EVENTS, Collect
from ingest.collector.guesses import Guesses
from ingest.maps.folder import Folder, Maps
from ingest.publishing.bundles import Bundles
from ingest.readers.table import ReadOptions
from ingest.settings import CollectSettings, FilesSettings, IngestSettings, ReportsSettings
from ingest.storage.bucket import Bucket
from ingest.topic.reader import TopicReader
from ingest.topic.store import Store
from omnicapi.http.admission import Admission
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher, PublisherClient
from omnicapi.storage.documents import Documents

if TYPE_CHECKING:
    from ingest.files.intake import Files
    from ingest.reports.intake import Reports

T = TypeVar("T")


class Lazy(Generic[T]):
    """Makes something when it is first called, once, whichever thread comes first.

    functions-framework imports the entry point before it forks, so nothing with threads or connections may exist until
    a request asks for it (gcp.md §1.9, trap 2). What ``make`` raises is raised, and tried again at the next call.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        """Return what was made."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


def clock_ms() -> int:
    """Return Unix milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def store(settings: IngestSettings, client: PublisherClient, storage: Callable[[], Any]) -> Store:
    """Return the receiver of producers' messages. ``storage`` makes a Cloud Storage client, where one is needed."""
    return Store(TopicReader(_maps(settings, storage)), _bundles(settings, client), clock_ms)


def collect(settings: CollectSettings, client: PublisherClient, storage: Callable[[], Any]) -> Collect:
    """Return the receiver of requests that bring events."""
    keys = ChannelKeys(settings.collect_keys_dir, settings.collect_keys_refresh, documents=Documents(storage))
    access = Access(keys, settings.collect_origins, Guesses(settings.collect_wrong_keys))
    reader = TopicReader(_maps(settings, storage), MOST_EVENTS)
    return Collect(access, reader, _bundles(settings, client), settings, clock_ms)


def files(settings: FilesSettings, client: PublisherClient, storage: Callable[[], Any]) -> Files:
    """Return the receiver of the bucket's notifications."""
    # numpy and the readers take a moment to load, and the other entry points need none of them.
    from ingest.files.intake import Files  # noqa: PLC0415
    from ingest.files.reading import Pace, Queues  # noqa: PLC0415

    _tune_for_rows()
    queues = Queues(
        _events(settings, client),
        _outcomes(settings, client),
        _publisher(settings, client, settings.files_topic),
        settings.unconfirmed_messages,
    )
    pace = Pace(settings.file_seconds, settings.shared_file_bytes)
    options = _options(settings)
    return Files(Bucket(storage(), options), _maps(settings, storage), queues, clock_ms, options, pace)


def reports(settings: ReportsSettings, storage: Callable[[], Any]) -> Reports:
    """Return the receiver of outcomes, which accounts for the rows of files and writes their reports."""
    from ingest.reports.intake import Reports  # noqa: PLC0415
    from ingest.reports.settlement import Settlement  # noqa: PLC0415

    options = _options(settings)
    bucket = Bucket(storage(), options)
    settlement = Settlement(bucket, _maps(settings, storage), options)
    return Reports(bucket, settlement, settings.reports_linger, settings.reports_timeout)


def _options(settings: IngestSettings) -> ReadOptions:
    return ReadOptions(
        max_spreadsheet_bytes=settings.max_spreadsheet_bytes,
        max_parquet_memory_bytes=settings.max_parquet_memory_bytes,
        max_cells=settings.max_cells,
        max_packing=settings.max_packing,
    )


def _tune_for_rows() -> None:
    # Rows make many short-lived objects and no cycles: looking for cycles after every 700 costs a third of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _publisher(settings: IngestSettings, client: PublisherClient, topic: str) -> Publisher:
    return Publisher(client, settings.google_cloud_project, topic, settings.publish_timeout)


def _events(settings: IngestSettings, client: PublisherClient) -> Publisher:
    project, timeout = settings.google_cloud_project, settings.publish_timeout
    return Publisher(client, project, settings.events_topic, timeout, settings.events_encoding)


def _bundles(settings: IngestSettings, client: PublisherClient) -> Bundles:
    admission = Admission(settings.in_work_bytes)
    return Bundles(_events(settings, client), _outcomes(settings, client), settings.store_linger, admission)


def _outcomes(settings: IngestSettings, client: PublisherClient) -> OutcomeWriter:
    return OutcomeWriter(_publisher(settings, client, settings.outcomes_topic), "ingest", clock_ms)


def _maps(settings: IngestSettings, storage: Callable[[], Any]) -> Maps:
    return Maps(Folder(settings.maps, Documents(storage)), settings.maps_refresh)
