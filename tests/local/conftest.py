"""An embedded Pub/Sub for the tests of this folder."""

from collections.abc import Iterator

import pytest

from local.clients import PubSubClients
from local.pubsub import EmbeddedPubSub


@pytest.fixture(scope="module")
def pubsub() -> Iterator[EmbeddedPubSub]:
    with EmbeddedPubSub() as broker:
        yield broker


@pytest.fixture(scope="module")
def clients(pubsub: EmbeddedPubSub) -> Iterator[PubSubClients]:
    with PubSubClients(pubsub.endpoint) as clients:
        yield clients
