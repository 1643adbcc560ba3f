"""Whether the maps can be used."""

from __future__ import annotations

from collections.abc import Iterator

from cli.doctor.finding import Finding, failed, passed
from ingest.maps.folder import Maps
from omnicapi.errors import OmniCapiError


def usable_maps(folder: Maps, place: str) -> Iterator[Finding]:
    """Say of each map whether ingest can use it; ``place`` is where they lie."""
    try:
        channels = sorted(folder.channels())
    except OmniCapiError as error:
        yield failed("maps", f"{place} cannot be read: {error}", "Correct MAPS, or give this account access.")
        return
    if not channels:
        yield Finding("warn", "maps", f"there is none in {place}", "Upload <channel>.json (docs/maps.md).")
    for channel in channels:
        try:
            folder.get(channel)
        except OmniCapiError as error:
            yield failed(f"map {channel}", str(error), "Mend the map; docs/maps.md shows its form.")
        else:
            yield passed(f"map {channel}", "can be used")
