"""Wires one run of the reader together: what the command and the tests start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.bigquery.export import Export
from ingest.bigquery.export_state import ExportState
from ingest.bigquery.reader import ExportReader, Publish, utc_now
from ingest.bigquery.settings import ExportSettings
from ingest.maps.folder import Folder, Maps
from ingest.topic.shapes import ga4_bq
from omnicapi.publishing.publisher import Publisher, PublisherClient, pack
from omnicapi.storage.documents import Documents


def reader(settings: ExportSettings, publisher: PublisherClient, storage: Any, bigquery: Any) -> ExportReader:
    """Return the reader. ``storage`` and ``bigquery`` are Google's clients."""
    folder = Folder(settings.maps, Documents(lambda: storage))
    return ExportReader(
        export=Export(bigquery, settings.ga4_export),
        state=ExportState(storage, settings.ga4_export_state),
        publish=_publish(settings, publisher),
        names=Maps(folder).ga4().file,
        now=utc_now,
        window_days=settings.window_days,
        rows_at_a_time=settings.rows_at_a_time,
    )


def _publish(settings: ExportSettings, client: PublisherClient) -> Publish:
    topic = Publisher(client, settings.google_cloud_project, settings.event_of_interest_topic, settings.publish_timeout)
    path = client.topic_path(settings.google_cloud_project, settings.event_of_interest_topic)

    def publish(rows: Sequence[bytes]) -> None:
        # A producer like any other: the attributes say what the lists hold, and ingest's store reads them.
        topic.wait(
            [
                client.publish(path, data, schema=ga4_bq.SHAPE.name, channel=settings.channel)
                for data, _ in pack(iter(rows))
            ]
        )

    return publish
