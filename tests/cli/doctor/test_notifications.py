from __future__ import annotations

from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, NotFound
from google.api_core.page_iterator import HTTPIterator
from google.cloud.storage.notification import BucketNotification
from requests.exceptions import ConnectionError as NetworkError

from cli.doctor.notifications import notification
from omnicapi.topology import PIPELINE

PROJECT = "my-project-1"
WANTED = PIPELINE.notification


class Bucket:
    """A bucket of Google's client, as far as its notifications go, which that client's own class reads."""

    name = "drop"

    def __init__(self, *found: dict[str, Any], error: Exception | None = None) -> None:
        self._found = found
        self._error = error

    def list_notifications(self) -> HTTPIterator:
        if self._error:
            raise self._error
        listed = {"items": list(self._found)}
        own = lambda _, item: BucketNotification.from_api_repr(item, bucket=self)  # noqa: E731 - as the client has it
        return HTTPIterator(client=None, api_request=lambda **_: listed, path="/", item_to_value=own)


def announced(
    prefix: str | None = None, *, project: str = PROJECT, topic: str = WANTED.topic, **more: Any
) -> dict[str, Any]:
    made = {"topic": f"//pubsub.googleapis.com/projects/{project}/topics/{topic}", "id": "1", **more}
    return made if prefix is None else {**made, "object_name_prefix": prefix}


def usual(**more: Any) -> list[dict[str, Any]]:
    return [announced(prefix, **{"event_types": ["OBJECT_FINALIZE"], **more}) for prefix in WANTED.prefixes]


def said(*found: dict[str, Any], project: str = PROJECT) -> list[str]:
    return [f"{each.status}: {each.text}" for each in notification(Bucket(*found), project, WANTED)]


def test_a_bucket_must_announce_its_new_files() -> None:
    texts = said(announced("", topic="other"), *usual())
    assert texts == [f"pass: new files under {prefix} are announced on files" for prefix in WANTED.prefixes]
    assert all("stay unread" in text for text in said(announced("elsewhere/")))
    assert all(text.startswith("fail") for text in said())


@pytest.mark.parametrize(
    "found",
    [
        [announced()],
        [announced("")],
        [announced(None, event_types=None, object_name_prefix=None)],
        [announced(None, event_types=["OBJECT_DELETE", "OBJECT_FINALIZE"])],
        [announced("inc"), announced("prev", payload_format="NONE")],
        usual(event_types=[]),
    ],
)
def test_whatever_announces_every_new_file_passes(found: list[dict[str, Any]]) -> None:
    assert [text[:4] for text in said(*found)] == ["pass", "pass"]


def test_notifications_of_other_events_announce_no_file() -> None:
    for text in said(*usual(event_types=["OBJECT_DELETE", "OBJECT_ARCHIVE"])):
        assert text.startswith("fail")
        assert "of OBJECT_DELETE, OBJECT_ARCHIVE and not of OBJECT_FINALIZE" in text


def test_the_topic_of_another_project_is_another_topic() -> None:
    for text in said(*usual(project="other-project-1")):
        assert text.startswith("fail")
        assert "there is a notification on projects/other-project-1/topics/files" in text


def test_a_part_of_the_files_is_not_all_of_them() -> None:
    first, second = said(announced("incoming/store/"), announced("preview/"))
    assert first.startswith("fail")
    assert "only those under incoming/store/ are announced" in first
    assert second.startswith("pass")


@pytest.mark.parametrize("project", ["example.com:p", "a", "p" * 60])
def test_projects_may_have_any_name(project: str) -> None:
    assert [text[:4] for text in said(*usual(project=project), project=project)] == ["pass", "pass"]
    assert [text[:4] for text in said(*usual(), *usual(project="example.com:p"))] == ["pass", "pass"]


def test_a_project_that_is_told_by_its_number_is_not_compared_with_one_by_its_id() -> None:
    assert [text[:4] for text in said(*usual(), project="123456789")] == ["warn", "warn"]
    assert [text[:4] for text in said(*usual(project="123456789"), project="123456789")] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NotFound("no"), "fail: there is no such bucket"),
        (Forbidden("no"), "warn: could not be looked at (Forbidden)"),
        (NetworkError("no"), "warn: could not be looked at (ConnectionError)"),
    ],
)
def test_a_bucket_that_cannot_be_asked_is_told(error: Exception, text: str) -> None:
    [finding] = notification(Bucket(error=error), PROJECT, WANTED)
    assert f"{finding.status}: {finding.text}" == text
