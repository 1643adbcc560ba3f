"""What ingest is told by its environment."""

from __future__ import annotations

from typing import Annotated

import msgspec

from omnicapi.packed import Encoding
from omnicapi.settings import Intake, InWorkBytes, ServiceSettings

Description = msgspec.Meta


class IngestSettings(ServiceSettings, frozen=True, kw_only=True):
    """Settings of all entry points; the names are the environment variables in lower case."""

    events_topic: Annotated[str, Description(description="Topic for canonical events.")] = "events"
    events_encoding: Annotated[
        Encoding, Description(description="How lists of events travel: zstd (packed) or identity (as they are).")
    ] = "zstd"
    maps: Annotated[str, Description(description="Field maps: a directory, or gs://bucket/folder.")] = "maps"
    maps_refresh: Annotated[
        float, Description(ge=0, description="Seconds after which changed maps are noticed at the latest.")
    ] = 60.0
    store_linger: Annotated[
        float, Description(ge=0, le=5, description="Seconds an event waits for others to share a message.")
    ] = 0.08
    unconfirmed_messages: Annotated[
        int, Description(ge=1, le=1000, description="Messages of a file that may wait for Pub/Sub, about 1 MB each.")
    ] = 16
    max_spreadsheet_bytes: Annotated[int, Description(ge=1, description="Largest spreadsheet. CSV has no limit.")] = (
        500_000_000
    )
    max_parquet_memory_bytes: Annotated[
        int, Description(ge=1, description="Most memory, in bytes, for decoding Parquet.")
    ] = 1_000_000_000
    max_cells: Annotated[
        int, Description(ge=1, description="Most cells of a spreadsheet, empty ones between others included.")
    ] = 100_000_000
    max_packing: Annotated[
        int, Description(ge=1, description="How many times its own size a .gz, .zip or spreadsheet may unpack to.")
    ] = 200


class StoreSettings(IngestSettings, frozen=True, kw_only=True):
    """Settings of the receiver of producers' messages."""

    intake: Intake = "push"


Page = Annotated[str, Description(pattern=r"^https?://[^/\s]+$")]
"""An origin as browsers write it: scheme and host, no path, not even a slash."""


class CollectSettings(IngestSettings, frozen=True, kw_only=True):
    """Settings of the HTTP collector: those of ingest, and who may send."""

    in_work_bytes: InWorkBytes = 24_000_000

    collect_keys_dir: Annotated[
        str, Description(description="Directory with each channel's keys as <channel>/keys, one per line.")
    ] = ""
    collect_keys_refresh: Annotated[
        float, Description(ge=0, description="Seconds after which changed keys are noticed at the latest.")
    ] = 60.0
    collect_origins: Annotated[
        dict[str, list[Page]],
        Description(
            description='JSON by channel: pages that may send without a key: {"web": ["https://shop.example"]}.'
        ),
    ] = msgspec.field(default_factory=dict)
    collect_max_bytes: Annotated[int, Description(ge=1000, description="Bytes at which a request is too large.")] = (
        1_000_000
    )
    collect_wrong_keys: Annotated[
        int, Description(ge=1, description="Wrong keys that an address may try within a minute.")
    ] = 20
    client_ip_hop: Annotated[
        int,
        Description(
            ge=1, description="Place of a browser's address in X-Forwarded-For, from the right: 2 behind a balancer."
        ),
    ] = 1


class FilesSettings(IngestSettings, frozen=True, kw_only=True):
    """Settings of the reader of files."""

    files_topic: Annotated[str, Description(description="Topic of the bucket's notifications.")] = "files"
    file_seconds: Annotated[
        float, Description(gt=0, le=500, description="Seconds after which reading a file goes on in another request.")
    ] = 240.0
    shared_file_bytes: Annotated[
        int, Description(ge=1, description="Size from which several instances share a file of text, 200,000 rows each.")
    ] = 100_000_000


class ReportsSettings(IngestSettings, frozen=True, kw_only=True):
    """Settings of the writer of reports."""

    reports_linger: Annotated[
        float,
        Description(ge=0, le=20, description="Seconds an outcome waits for others of its file before they are kept."),
    ] = 1.0
    reports_timeout: Annotated[
        float,
        Description(gt=0, description="Seconds within which outcomes are kept and a report that is due is written."),
    ] = 540.0
