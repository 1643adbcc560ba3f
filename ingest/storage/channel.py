"""Which channel a dropped file belongs to: a folder on its way says so, else how its name begins."""

from __future__ import annotations

from collections.abc import Collection

from omnicapi.errors import UnknownChannel

INCOMING, PREVIEW = "incoming/", "preview/"
"""Objects whose names begin so are files to process, or only to judge; all others are left alone."""


def channel_of(name: str, channels: Collection[str]) -> str:
    """Return the channel of an object: ``incoming/store/a.csv`` and ``incoming/store-0708.csv`` are both ``store``.

    Raises :class:`~omnicapi.errors.UnknownChannel` that lists ``channels``, which are in lower case.
    """
    *folders, file = name.removeprefix(INCOMING).removeprefix(PREVIEW).casefold().split("/")
    for folder in folders:
        if folder in channels:
            return folder
    beginnings = [channel for channel in channels if _begins(file, channel)]
    if not beginnings:
        known = ", ".join(sorted(channels)) or "none"
        raise UnknownChannel(
            f"Neither the folder nor the name says which channel this is; drop it in {INCOMING}<channel>/. "
            f"The known channels are: {known}. A new channel needs a map, maps/<channel>.json; "
            "omnicapi maps infer FILE writes one."
        )
    return max(beginnings, key=len)


def _begins(file: str, channel: str) -> bool:
    return file.startswith(channel) and not file[len(channel) : len(channel) + 1].isalnum()
