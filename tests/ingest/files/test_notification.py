import pytest

from ingest.files.notification import Notification, read
from omnicapi.errors import BadMessage
from omnicapi.intake.push import PushMessage
from tests.ingest.fakes import notification


def test_a_new_object_under_incoming_is_to_be_processed() -> None:
    assert read(notification("drops", "incoming/store/a b.csv", 17)) == Notification(
        "drops", "incoming/store/a b.csv", 17
    )


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("processed/store/a.csv", "OBJECT_FINALIZE"),
        ("rejected/store/a.csv", "OBJECT_FINALIZE"),
        ("maps/store.json", "OBJECT_FINALIZE"),
        ("incoming/store/", "OBJECT_FINALIZE"),
        ("incoming/store/a.csv", "OBJECT_DELETE"),
        ("incoming/store/a.csv", "OBJECT_METADATA_UPDATE"),
    ],
)
def test_everything_else_is_left_alone(name: str, event: str) -> None:
    assert read(notification("drops", name, 17, event)) is None


@pytest.mark.parametrize("missing", ["eventType", "bucketId", "objectId", "objectGeneration"])
def test_what_is_no_notification_is_told_so(missing: str) -> None:
    message = notification("drops", "incoming/a.csv", 17)
    attributes = {key: value for key, value in message.attributes.items() if key != missing}
    with pytest.raises(BadMessage, match="Message 1 is no notification"):
        read(PushMessage(b"{}", attributes, "1"))


def test_a_generation_is_a_number() -> None:
    message = notification("drops", "incoming/a.csv", 17)
    with pytest.raises(BadMessage):
        read(PushMessage(b"", {**message.attributes, "objectGeneration": "new"}, "1"))
