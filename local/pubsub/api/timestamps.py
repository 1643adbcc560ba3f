"""Publish times as Google writes them: UTC, to the millisecond."""

from datetime import datetime


def truncated(moment: datetime) -> datetime:
    """Drop the microseconds, so that a pull and a push of one message tell the same time."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """Write a UTC moment, such as ``2026-02-26T19:13:55.749Z``."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
