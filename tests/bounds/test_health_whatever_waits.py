"""Cloud Run restarts what does not answer ``/health``, as nothing slow behind it and no full instance may make it."""

import base64
import json
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import msgspec
import pytest

from forward import assembly
from forward.app import create_app as forward_app
from handle import app as handle
from ingest.framework import create_app as ingest_app
from omnicapi.http.asgi import App
from tests.cases.server_events import NOW
from tests.forward.fakes import MemoryPubSub, signal
from tests.handle.test_app import purchase
from tests.ingest.serving import ROOT
from tests.requests import health_beside

WAITING = 200
LEAD = {"event_name": "Lead", "event_time": NOW, "action_source": "website", "em": "a@b.example"}


class Silent(MemoryPubSub):
    """A Pub/Sub that confirms nothing."""

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        super().publish(topic, data, **attributes)
        return Future()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    for module in (handle, assembly):
        monkeypatch.setattr(module.logs, "setup", lambda *_: None)
    monkeypatch.setattr(assembly, "on_sigterm", lambda _: None)


@pytest.fixture
def silent_meta(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Meta that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        monkeypatch.setenv("META_API_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("META_ACCESS_TOKEN", "a-token")
        monkeypatch.setenv("META_READ_TIMEOUT", "3")
        yield


def body(item: Any) -> bytes:
    data = base64.b64encode(msgspec.json.encode([item])).decode()
    return json.dumps({"message": {"data": data, "messageId": "1"}}).encode()


def ingest(monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("MAPS", str(ROOT / "maps"))
    made = ingest_app("store", str(ROOT / "ingest" / "main.py"))
    monkeypatch.setattr(sys.modules["main"], "loop_publisher", lambda _timeout: Silent())
    return made


def handled(monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(handle, "loop_publisher", lambda _timeout: Silent())
    monkeypatch.setenv("META_DATASET_ID", "42")
    return handle.create_app()


def forwarded(monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(assembly, "publisher_client", lambda _timeout: Silent())
    return forward_app()


Make = Callable[[pytest.MonkeyPatch], App]
SERVICES = pytest.mark.parametrize(
    ("make", "pushed"),
    [(ingest, body(LEAD)), (handled, body(purchase(1, event_time=NOW))), (forwarded, body(signal("1")))],
    ids=["ingest", "handle", "forward"],
)
pytestmark = pytest.mark.usefixtures("silent_meta")


@SERVICES
def test_while_pushes_wait_health_is_answered(make: Make, pushed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    health, answered = health_beside(make(monkeypatch), pushed, WAITING)
    assert (health.status_code, health.json["status"]) == (200, "ok")
    assert answered == []


@SERVICES
def test_a_full_instance_refuses_pushes_and_is_healthy(
    make: Make, pushed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IN_WORK_BYTES", "1000")
    health, answered = health_beside(make(monkeypatch), pushed, WAITING, WAITING - 1)
    assert health.status_code == 200
    assert answered == [503] * (WAITING - 1)
