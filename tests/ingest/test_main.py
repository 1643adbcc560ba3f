import base64
import io
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ingest.assembly import Lazy
from omnicapi.http.service import MAX_BODY
from omnicapi.intake.push import PushMessage
from tests.ingest.fakes import Topics, notification, only
from tests.ingest.serving import ROOT, serve
from tests.requests import Client

FLAT = {"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "em": "a@b.example"}
ROW = b"Purchase;1719852447;physical_store;;customer;;;;;;;;;;ATN1;brl;220.00;product1;1\n"


pytestmark = pytest.mark.usefixtures("settings_of_a_deployment")


@pytest.fixture
def store(topics: Topics, monkeypatch: pytest.MonkeyPatch) -> Client:
    return serve("store", topics, monkeypatch)


def body(message: PushMessage) -> dict[str, object]:
    data = base64.b64encode(message.data).decode()
    return {"message": {"data": data, "attributes": message.attributes, "messageId": message.message_id}}


def test_a_push_of_events_is_answered_when_they_are_in_the_queue(store: Client, topics: Topics) -> None:
    answer = store.post("/", json=body(PushMessage(json.dumps(FLAT).encode(), {"channel": "app"}, "m1")))
    assert (answer.status_code, answer.data) == (204, b"")
    assert only(topics.events()).channel == "app"


@pytest.mark.parametrize(("encoding", "said"), [("", "zstd"), ("zstd", "zstd"), ("identity", None)])
def test_events_travel_packed_unless_somebody_says_otherwise(
    topics: Topics, monkeypatch: pytest.MonkeyPatch, encoding: str, said: str | None
) -> None:
    monkeypatch.setenv("EVENTS_ENCODING", encoding)
    store = serve("store", topics, monkeypatch)
    store.post("/", json=body(PushMessage(json.dumps([FLAT] * 20).encode(), {"channel": "app"}, "m1")))
    assert only(topics.messages).attributes.get("content-encoding") == said
    assert len(topics.events()) == 20


def test_a_push_about_a_file_is_answered_when_it_is_read(
    topics: Topics, storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = bucket.blob("incoming/store/a.csv")
    blob.upload_from_string(ROW)
    files = serve("files", topics, monkeypatch)
    answer = files.post("/", json=body(notification(bucket.name, blob.name, blob.generation)))
    assert answer.status_code == 204
    assert only(topics.events()).custom_data.order_id == "ATN1"
    assert [blob.name for blob in storage_client.list_blobs(bucket, prefix="processed/")] == ["processed/store/a.csv"]


def test_maps_may_lie_in_the_bucket(
    topics: Topics, storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.blob("maps/erp.json").upload_from_string(
        json.dumps({"columns": {"event_time": "at"}, "defaults": {"event_name": "Lead", "action_source": "other"}})
    )
    monkeypatch.setenv("MAPS", f"gs://{bucket.name}/maps")
    store = serve("store", topics, monkeypatch)
    message = PushMessage(b'{"at": 1795435200}', {"channel": "erp"}, "m1")
    assert store.post("/", json=body(message)).status_code == 204
    assert only(topics.events()).event_name == "Lead"


def test_what_must_come_again_is_not_acknowledged(store: Client, topics: Topics) -> None:
    topics.refusing = {"events"}
    assert store.post("/", json=body(PushMessage(json.dumps(FLAT).encode(), {}, "m1"))).status_code == 503


@pytest.mark.parametrize("target", ["store", "files"])
def test_health_says_whether_the_settings_will_do(topics: Topics, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    client = serve(target, topics, monkeypatch)
    monkeypatch.setenv("MAX_SPREADSHEET_BYTES", "planted")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "MAX_SPREADSHEET_BYTES" in answer.text
    assert "planted" not in answer.text
    assert client.post("/", json=body(PushMessage(b"{}", {}, "m1"))).status_code == 503
    monkeypatch.delenv("MAX_SPREADSHEET_BYTES")
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("content", [b"planted", b'{"message": {"data": "planted!"}}', b"{}"])
def test_a_body_that_is_no_push_is_not_repeated_to_the_caller(store: Client, content: bytes) -> None:
    answer = store.post("/", data=content, headers={"Authorization": "Bearer planted"})
    assert answer.status_code == 400
    assert "planted" not in answer.text


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_not_read_to_its_end(store: Client, topics: Topics, declared: bool) -> None:
    body = io.BytesIO(b"planted" * MAX_BODY)
    answer = store.post("/", body=body, declared=7 * MAX_BODY if declared else None)
    assert answer.status_code == 413
    assert "planted" not in answer.text
    assert body.tell() < 2 * MAX_BODY
    assert topics.messages == []


def test_importing_the_entry_points_starts_nothing() -> None:
    check = (
        "import sys, threading, ingest.main\n"
        "assert threading.active_count() == 1\n"
        "assert not {'google.cloud.pubsub_v1', 'google.cloud.storage'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True, cwd=ROOT, env={"PATH": os.environ["PATH"]}, timeout=60)


def test_what_is_made_on_demand_is_made_once_and_again_only_after_a_failure() -> None:
    together = threading.Barrier(8)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        if len(made) == 1:
            raise ValueError("not yet")
        return len(made)

    lazy = Lazy(make)
    with pytest.raises(ValueError, match="not yet"):
        lazy()

    def ask(_: int) -> int:
        together.wait()
        return lazy()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {2}
