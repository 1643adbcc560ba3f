"""A service at the bound of what it may have in work, as a process: ``python -m tests.bounds.memory ROOM KIND``.

More messages come than the service takes, and Pub/Sub confirms nothing meanwhile, so that whatever was made of them
stays. Prints the most memory that the process ever held, in MB, and how many messages were refused.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from forward.assembly import assemble as assemble_forward
from forward.settings import ForwardSettings
from handle.app import assemble as assemble_handle
from handle.settings import HandleSettings
from ingest.assembly import store
from ingest.settings import StoreSettings
from local.samples.messages import web_event
from omnicapi.http.admission import Admission
from omnicapi.http.service import Door, Take
from omnicapi.off_loop import perform
from omnicapi.settings import ServiceSettings
from omnicapi.storage.documents import Documents
from tests.forward.fakes import MemoryMeta, signal
from tests.handle.test_app import purchase

AT_ONCE = {"large": 10, "small": 4}
"""Messages at once; more than an instance takes."""

LARGE = 6_000_000
"""Bytes of a message of ordinary items."""

SMALL = 90_000
"""Items of a message of the smallest; no message may have many more."""

TIMEOUT = 300.0
NOW = int(time.time())


class Silent:
    """A client whose Pub/Sub never confirms anything, and keeps all it is given."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, Future[str]]] = []

    def topic_path(self, project: str, topic: str) -> str:
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        future: Future[str] = Future()
        self.kept.append((topic.encode() + data + str(attributes).encode(), future))
        return future


def no_storage() -> Any:
    raise AssertionError("nothing lies in a bucket here")


def ingest() -> tuple[Take, ServiceSettings, Any]:
    settings = StoreSettings(google_cloud_project="p", publish_timeout=TIMEOUT, maps="maps")
    return store(settings, Silent(), no_storage).receive, settings, web_event(1, NOW)


def handle() -> tuple[Take, ServiceSettings, Any]:
    settings = HandleSettings(google_cloud_project="p", meta_dataset_id="42", publish_timeout=TIMEOUT)
    made = assemble_handle(settings, Silent(), Documents(no_storage), time.time)
    return made.receive, settings, purchase(1, event_time=NOW - 60)


def forward() -> tuple[Take, ServiceSettings, Any]:
    settings = ForwardSettings(google_cloud_project="p", verdict_timeout=TIMEOUT, publish_timeout=TIMEOUT)
    return assemble_forward(settings, MemoryMeta(), Silent()).intake.receive, settings, signal("1")


ROOMS: dict[str, Callable[[], tuple[Take, ServiceSettings, Any]]] = {
    "ingest": ingest,
    "handle": handle,
    "forward": forward,
}


def body(kind: str, item: Any) -> bytes:
    """Return a push: of ordinary items, or of one such and as many of the smallest as a message may have."""
    text = msgspec.json.encode(item)
    items = [text] * (LARGE // len(text)) if kind == "large" else [text, *[b"1"] * SMALL]
    data = base64.b64encode(b"[" + b",".join(items) + b"]").decode()
    return json.dumps({"message": {"data": data, "messageId": "1"}}).encode()


async def fill(door: Door, pushed: bytes, at_once: int) -> int:
    """Push so many at once; return, when all have been read, how many were refused for want of room."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"%d" % len(pushed))]}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": bytes(bytearray(pushed)), "more_body": False}

    pushing = [asyncio.create_task(door.respond(scope, receive)) for _ in range(at_once)]
    for _ in range(5):  # turns of the loop: bodies come, and messages queue for the one thread that reads them
        await asyncio.sleep(0)
        await perform(lambda: None)
    refused = sum(one.done() and one.result().status == 503 for one in pushing)
    for one in pushing:
        one.cancel()
    return refused


def main(room: str, kind: str) -> None:
    logging.disable(logging.CRITICAL)
    take, settings, item = ROOMS[room]()
    refused = asyncio.run(
        fill(Door(take, admission=Admission(settings.in_work_bytes)), body(kind, item), AT_ONCE[kind])
    )
    print(json.dumps({"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, "refused": refused}), flush=True)
    os._exit(0)  # whoever still waits for Pub/Sub has nothing to tell


if __name__ == "__main__":
    main(*sys.argv[1:])
