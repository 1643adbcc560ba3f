"""Google's own clients, pointed at the stand-ins of one stack.

The services find the stand-ins through ``PUBSUB_EMULATOR_HOST`` and ``STORAGE_EMULATOR_HOST``; this process may talk to
several stacks at once, so its clients are given their addresses instead. None of them looks for credentials or a proxy.
"""

from __future__ import annotations

from types import TracebackType

import grpc
import requests
from google.cloud import pubsub_v1, storage
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

_CHANNEL_OPTIONS = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
)


class PubSubClients:
    """A publisher and a subscriber for the Pub/Sub at ``address`` (``host:port``)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._channel = grpc.insecure_channel(address, options=_CHANNEL_OPTIONS)
        self.publisher = pubsub_v1.PublisherClient(
            pubsub_v1.types.BatchSettings(max_latency=0.005), transport=PublisherGrpcTransport(channel=self._channel)
        )
        self.subscriber = pubsub_v1.SubscriberClient(transport=SubscriberGrpcTransport(channel=self._channel))

    def close(self) -> None:
        """Send what is waiting and let go of the connection."""
        self.publisher.stop()
        self._channel.close()

    def __enter__(self) -> PubSubClients:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def storage_client(url: str, project: str) -> storage.Client:
    """Return a Cloud Storage client for the stand-in at ``url``."""
    session = requests.Session()
    session.trust_env = False
    return storage.Client(
        project=project,
        client_options={"api_endpoint": url},
        use_auth_w_custom_endpoint=False,
        _http=session,
    )
