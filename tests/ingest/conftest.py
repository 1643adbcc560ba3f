"""A bucket server, the repository's maps and a publisher in memory for the tests of ingest."""

import gc
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ingest.maps.folder import Folder, Maps
from local import bucket as bucket_server
from local.clients import storage_client as client_of
from local.ports import HOST, free_ports
from local.process import Process, base_environment, wait_healthy
from omnicapi.topology import Notification
from tests.ingest.fakes import Topics

MAPS = Path(__file__).parents[2] / "maps"


@pytest.fixture(scope="session")
def maps() -> Maps:
    return Maps(Folder(MAPS))


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture(scope="session")
def storage_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bucket server. It notifies nobody: a test says itself what the notification would."""
    [port] = free_ports(1)
    url, directory = f"http://{HOST}:{port}", tmp_path_factory.mktemp("bucket")
    server = Process(
        "bucket",
        bucket_server.command(port, "project", "none", Notification(topic="none", prefixes=("none/",))),
        base_environment() | {"PUBSUB_EMULATOR_HOST": f"{HOST}:1"},
        directory=directory,
        log=directory / "log",
        health=f"{url}{bucket_server.HEALTH_PATH}",
    )
    server.start()
    wait_healthy([server])
    yield url
    server.stop()


@pytest.fixture(scope="session")
def storage_client(storage_url: str) -> Any:
    return client_of(storage_url, "project")


@pytest.fixture
def bucket(storage_client: Any) -> Any:
    """A new bucket of Google's client."""
    return storage_client.create_bucket(f"drops-{uuid4().hex}")


@pytest.fixture
def settings_of_a_deployment(monkeypatch: pytest.MonkeyPatch, storage_url: str) -> Iterator[None]:
    """The environment a deployment gives; what a service sets up in its process is put back."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "project")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_url)
    monkeypatch.setenv("MAPS", str(MAPS))
    root, threshold = logging.getLogger(), gc.get_threshold()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    gc.set_threshold(*threshold)
    gc.unfreeze()
