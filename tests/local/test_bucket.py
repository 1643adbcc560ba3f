import platform
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api_core.exceptions import NotFound
from google.cloud.pubsub_v1.subscriber.message import Message

from local import bucket
from local.bucket import Bucket, NoBucketServer
from local.clients import PubSubClients, storage_client
from local.ports import HOST, free_ports
from local.process import Process, base_environment, wait_healthy
from local.pubsub import EmbeddedPubSub
from omnicapi.supplied import ROOT
from omnicapi.topology import Notification

PROJECT = "bucket-test"
NOTIFICATION = Notification(topic="files", prefixes=("incoming/",))


@pytest.fixture(scope="module")
def store(pubsub: EmbeddedPubSub, clients: PubSubClients, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    clients.publisher.create_topic(name=f"projects/{PROJECT}/topics/files")
    (port,) = free_ports(1)
    directory = tmp_path_factory.mktemp("bucket")
    server = Process(
        "bucket",
        bucket.command(port, PROJECT, "a-bucket", NOTIFICATION),
        base_environment() | {"PUBSUB_EMULATOR_HOST": pubsub.endpoint},
        directory=ROOT,
        log=directory / "log",
        health=f"http://{HOST}:{port}{bucket.HEALTH_PATH}",
    )
    server.start()
    wait_healthy([server])
    store = Bucket(storage_client(f"http://{HOST}:{port}", PROJECT), "a-bucket")
    store.create()
    yield store
    server.stop()


def test_what_is_put_can_be_listed_and_read(store: Bucket, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(b"from a file")
    store.put("shelf/one.csv", b"bytes")
    store.put("shelf/two.csv", file)
    assert store.names("shelf/") == ["shelf/one.csv", "shelf/two.csv"]
    assert store.read("shelf/one.csv") == b"bytes"
    assert store.read("shelf/two.csv") == b"from a file"
    with pytest.raises(NotFound):
        store.read("shelf/three.csv")


def test_only_objects_under_the_prefix_notify_and_as_cloud_storage_does(store: Bucket, clients: PubSubClients) -> None:
    subscription = f"projects/{PROJECT}/subscriptions/files-pull"
    clients.subscriber.create_subscription(name=subscription, topic=f"projects/{PROJECT}/topics/files")
    messages: queue.Queue[Message] = queue.Queue()
    pulling = clients.subscriber.subscribe(subscription, messages.put)
    try:
        store.put("processed/store.csv", b"old")
        store.put("incoming/store.csv", b"new")
        message = messages.get(timeout=10)
    finally:
        pulling.cancel()
        pulling.result()
    assert message.attributes["eventType"] == "OBJECT_FINALIZE"
    assert message.attributes["bucketId"] == "a-bucket"
    assert message.attributes["objectId"] == "incoming/store.csv"
    assert int(message.attributes["objectGeneration"]) > 0
    assert messages.empty()


def test_a_machine_without_a_bucket_server_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(NoBucketServer, match="riscv64"):
        bucket.command(1, PROJECT, "a-bucket", NOTIFICATION)
