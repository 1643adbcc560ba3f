"""Whether the maps can be used and the bucket tells ingest about dropped files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, NotFound

from cli.doctor.finding import Finding, failed, passed
from cli.doctor.queues import APPLY
from ingest.map_folder import Maps
from local.topology import Notification
from omnicapi.errors import BadMap, OmniCapiError


def maps(folder: Maps, place: str) -> Iterator[Finding]:
    """Say of each map whether ingest can use it; ``place`` is where they lie."""
    try:
        channels = sorted(folder.channels())
    except (OmniCapiError, OSError) as error:
        yield failed("maps", f"{place} cannot be read: {error}", "Correct MAPS, or give this account access.")
        return
    if not channels:
        yield Finding("warn", "maps", f"there is none in {place}", "Upload <channel>.json (docs/files.md).")
    for channel in channels:
        try:
            folder.get(channel)
        except BadMap as error:
            yield failed(f"map {channel}", str(error), "Mend the map; docs/files.md shows its form.")
        else:
            yield passed(f"map {channel}", "can be used")


def notification(bucket: Any, wanted: Notification) -> Iterator[Finding]:
    """Say whether ``bucket`` (a client's ``Bucket``) announces new files under the prefixes on the topic."""
    check = f"notification of bucket {bucket.name}"
    try:
        found = [(each.topic_name, each.blob_name_prefix) for each in bucket.list_notifications()]
    except NotFound:
        yield failed(check, "there is no such bucket", APPLY)
        return
    except GoogleAPICallError as error:
        yield Finding(
            "warn",
            check,
            f"could not be looked at ({type(error).__name__})",
            "Run the doctor as an account with roles/storage.legacyBucketReader on the bucket.",
        )
        return
    for prefix in wanted.prefixes:
        if (wanted.topic, prefix) in found:
            yield passed(check, f"new files under {prefix} are announced on {wanted.topic}")
        else:
            yield failed(check, f"new files under {prefix} are announced nowhere: they stay unread", APPLY)
