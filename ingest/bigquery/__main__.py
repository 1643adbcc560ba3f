"""``python -m ingest.bigquery``: one run of the reader, as a Cloud Run job that Cloud Scheduler starts.

Exit code: 0 everything new is published, 1 the next run must go on, 2 somebody has to change a setting.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from ingest.bigquery.assembly import reader
from ingest.bigquery.reader import ExportReader
from ingest.bigquery.settings import ExportSettings
from omnicapi import logs
from omnicapi.errors import ConfigurationError, TransientError
from omnicapi.logs import failure, fields
from omnicapi.publishing.publisher import publisher_client
from omnicapi.settings import load

log = logging.getLogger("ingest.bigquery")
"""By its package's name: as a program the module is ``__main__``, whose lines would count as a library's."""

_NAME = "ga4-export"


def run(make: Callable[[], ExportReader]) -> int:
    """Make the reader, let it run once and return the exit code."""
    try:
        count = make().run()
    except ConfigurationError as error:
        log.error("export not read", extra=failure(error))  # noqa: TRY400 - the text says it all
        return 2
    except TransientError as error:
        log.warning("export not read to its end", extra=failure(error))
        return 1
    log.info("run finished", extra=fields(stage="ingest", count=count))
    return 0


def _from_environment() -> ExportReader:
    settings = load(ExportSettings, os.environ)
    project = settings.google_cloud_project
    logs.setup(_NAME, project, settings.log_level)
    # They load slowly, and wrong settings should be told at once.
    from google.auth.exceptions import DefaultCredentialsError  # noqa: PLC0415
    from google.cloud import bigquery, storage  # noqa: PLC0415

    try:
        return reader(
            settings,
            publisher_client(settings.publish_timeout),
            storage.Client(project=project),
            bigquery.Client(project=project),
        )
    except DefaultCredentialsError:
        raise ConfigurationError(
            "There are no credentials of Google Cloud here: let the job run as its service account, or say "
            "`gcloud auth application-default login` on your own machine."
        ) from None


if __name__ == "__main__":
    logs.setup(_NAME, os.environ.get("GOOGLE_CLOUD_PROJECT", ""))  # settings that cannot be used are logged as well
    sys.exit(run(_from_environment))
