"""The settings of the reader of the export, from its environment."""

from __future__ import annotations

from typing import Annotated

import msgspec

from omnicapi.settings import ServiceSettings

Description = msgspec.Meta


class ExportSettings(ServiceSettings, frozen=True, kw_only=True):
    """Settings of ``python -m ingest.bigquery``; the names are the environment variables in lower case."""

    ga4_export: Annotated[
        str,
        Description(
            pattern=r"^[A-Za-z0-9:.-]+\.[A-Za-z0-9_]+$",
            description="The export's dataset: project.analytics_123456789.",
        ),
    ]
    ga4_export_state: Annotated[
        str,
        Description(
            pattern="^gs://[^/]+/.+", description="Folder that remembers what was published: gs://bucket/folder."
        ),
    ]
    event_of_interest_topic: Annotated[str, Description(description="Topic the rows go to.")] = "event-of-interest"
    channel: Annotated[str, Description(description="Channel of the rows.")] = "ga4"
    maps: Annotated[str, Description(description="Field maps: a directory, or gs://bucket/folder.")] = "maps"
    window_days: Annotated[
        int, Description(ge=1, le=7, description="Age in days of the oldest rows; Meta takes none after 7.")
    ] = 7
    rows_at_a_time: Annotated[
        int, Description(ge=1, le=100_000, description="Rows that are read, published and remembered together.")
    ] = 5000
