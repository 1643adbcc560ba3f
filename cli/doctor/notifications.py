"""Whether the bucket tells ingest about dropped files: what its notifications announce, and to which topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from google.api_core.exceptions import GoogleAPIError, NotFound
from requests.exceptions import RequestException

from cli.doctor.finding import Finding, failed, passed
from cli.doctor.queues import APPLY
from omnicapi.topology import Notification

FINALIZE = "OBJECT_FINALIZE"

_SERVICE = "//pubsub.googleapis.com/"


class Announced(msgspec.Struct):
    """A notification as the API lists it (Cloud Storage JSON API, resource ``notificationConfigs``).

    Without ``event_types`` it announces every event, without ``object_name_prefix`` every object.
    """

    topic: str | None = None
    event_types: tuple[str, ...] | None = None
    object_name_prefix: str | None = None

    @property
    def place(self) -> str:
        """The topic's full name, ``projects/…/topics/…``."""
        return (self.topic or "").removeprefix(_SERVICE)

    @property
    def prefix(self) -> str:
        """How the names of the objects begin that it announces."""
        return self.object_name_prefix or ""

    @property
    def tells_of_new_files(self) -> bool:
        """Whether it announces that an object was written."""
        return not self.event_types or FINALIZE in self.event_types


def notification(bucket: Any, project: str, wanted: Notification) -> Iterator[Finding]:
    """Say whether ``bucket`` (a client's ``Bucket``) announces new files under the prefixes on the project's topic."""
    check = f"notification of bucket {bucket.name}"
    try:
        found = _listed(bucket)
    except NotFound:
        yield failed(check, "there is no such bucket", APPLY)
        return
    except (GoogleAPIError, RequestException) as error:
        yield Finding(
            "warn",
            check,
            f"could not be looked at ({type(error).__name__})",
            "Run the doctor as an account with roles/storage.legacyBucketReader on the bucket.",
        )
        return
    for prefix in wanted.prefixes:
        yield _judged(check, prefix, found, project, wanted.topic)


def _listed(bucket: Any) -> list[Announced]:
    """Return all notifications, read from what the API answers.

    The client's own class takes topics of most projects only: it raises at one of ``example.com:p``.
    """
    listed = bucket.list_notifications()
    listed.item_to_value = lambda _, item: msgspec.convert(item, Announced)
    return list(listed)


def _judged(check: str, prefix: str, found: Sequence[Announced], project: str, topic: str) -> Finding:
    """Say whether new files under one prefix are announced, else what comes nearest to it."""
    place = f"projects/{project}/topics/{topic}"
    covering = [each for each in found if prefix.startswith(each.prefix)]
    timely = [each for each in covering if each.tells_of_new_files]
    if any(each.place == place for each in timely):
        return passed(check, f"new files under {prefix} are announced on {topic}")
    if (maybe := next((each for each in timely if _may_be(each.place, project, topic)), None)) is not None:
        text = (
            f"new files under {prefix} are announced on {maybe.place}; whether that is project {project} is not known"
        )
        return Finding("warn", check, text, "Name the project as the notification does, by its id or by its number.")
    unread = f"new files under {prefix} are announced nowhere: they stay unread"
    return failed(check, unread + _nearest(prefix, [each for each in found if each.place == place], timely), APPLY)


def _may_be(place: str, project: str, topic: str) -> bool:
    """Say whether two projects could be one, because one is told by its number and one by its id."""
    other = place.removeprefix("projects/").removesuffix(f"/topics/{topic}")
    return place == f"projects/{other}/topics/{topic}" and other.isdecimal() != project.isdecimal()


def _nearest(prefix: str, here: Sequence[Announced], timely: Sequence[Announced]) -> str:
    """Say what comes near to what is needed, of the notifications ``here`` and those that are ``timely`` elsewhere."""
    for each in here:
        if each.tells_of_new_files and each.prefix.startswith(prefix):
            return f"; only those under {each.prefix} are announced"
        if not each.tells_of_new_files and prefix.startswith(each.prefix):
            return f"; there is a notification, but of {', '.join(each.event_types or ())} and not of {FINALIZE}"
    return f"; there is a notification on {timely[0].place}" if timely else ""
