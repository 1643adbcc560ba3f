"""What ingest is told by its environment."""

from __future__ import annotations

from typing import Annotated

import msgspec

from omnicapi.settings import ServiceSettings

Description = msgspec.Meta


class IngestSettings(ServiceSettings, frozen=True, kw_only=True):
    """Settings of both entry points; the names are the environment variables in lower case."""

    events_topic: Annotated[str, Description(description="Topic for canonical events.")] = "events"
    maps: Annotated[str, Description(description="Field maps: a directory, or gs://bucket/folder.")] = "maps"
    maps_refresh: Annotated[
        float, Description(ge=0, description="Seconds after which changed maps are noticed at the latest.")
    ] = 60.0
    store_linger: Annotated[
        float, Description(ge=0, le=5, description="Seconds an event waits for others to share a message.")
    ] = 0.02
    unconfirmed_messages: Annotated[
        int, Description(ge=1, le=1000, description="Messages of a file that may wait for Pub/Sub, about 1 MB each.")
    ] = 16
    max_spreadsheet_bytes: Annotated[
        int, Description(ge=1, description="Largest spreadsheet; it is held in memory whole. CSV has no limit.")
    ] = 64_000_000
    max_unpacked_bytes: Annotated[
        int, Description(ge=1, description="Largest size to which a spreadsheet may unpack.")
    ] = 1_000_000_000
    max_packing: Annotated[
        int, Description(ge=1, description="How many times its own size a .gz or .zip may unpack to.")
    ] = 200
