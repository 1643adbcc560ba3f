"""The brokers that the tests of this folder run against."""

import socket
from collections.abc import Iterator

import pytest

from local.pubsub import BrokerOptions, Control, EmbeddedPubSub
from tests.local.pubsub.bench import Backend, Bench
from tests.local.pubsub.differences import GOOGLE, expect_differences
from tests.local.pubsub.google_emulator import find_emulator, running_emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    expect_differences(items)


@pytest.fixture(scope="session")
def broker() -> Iterator[EmbeddedPubSub]:
    # Short pauses, so that tests of endpoints that refuse are quick.
    with EmbeddedPubSub(BrokerOptions(push_backoff_max=0.1)) as broker:
        yield broker


@pytest.fixture(scope="session")
def control(broker: EmbeddedPubSub) -> Control:
    return Control(broker.control_url)


@pytest.fixture(scope="session")
def embedded(broker: EmbeddedPubSub) -> Iterator[Backend]:
    backend = Backend.of("embedded", broker.endpoint)
    yield backend
    backend.close()


@pytest.fixture(scope="session")
def google() -> Iterator[Backend]:
    program = find_emulator()
    if program is None:
        pytest.skip("Google's Pub/Sub emulator is not installed (gcloud components install pubsub-emulator, Java)")
    with running_emulator(program, _free_port()) as endpoint:
        backend = Backend.of(GOOGLE, endpoint)
        yield backend
        backend.close()


@pytest.fixture(scope="session", params=["embedded", GOOGLE])
def backend(request: pytest.FixtureRequest) -> Backend:
    backend = request.getfixturevalue(request.param)
    assert isinstance(backend, Backend)
    return backend


@pytest.fixture
def bench(backend: Backend) -> Bench:
    """A project in each broker: the embedded one, and Google's emulator where it is installed."""
    return Bench(backend)


@pytest.fixture
def own(embedded: Backend) -> Bench:
    """A project in the embedded broker alone."""
    return Bench(embedded)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
