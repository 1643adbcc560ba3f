"""An embedded Pub/Sub: Google's gRPC API and concurrent HTTP push, in memory, with faults on command.

``EmbeddedPubSub`` runs it in process, ``python -m local.pubsub`` as a process, ``Control`` commands it from anywhere.
What it does and does not do: docs/local-pubsub.md.

    publisher, subscriber, streaming_pull   the gRPC services          ─┐
    control_server                          the control port            ├─► broker ─► topic, subscription ─► leases
    push, push_request, push_http           HTTP push                  ─┘
"""

from local.pubsub.controls.control import Control, ControlError, NotDrainedError
from local.pubsub.controls.status import SubscriptionStatus, TopicStatus
from local.pubsub.embedded import EmbeddedPubSub
from local.pubsub.faults import SubscriptionFaults, TopicFaults
from local.pubsub.server import Addresses, BrokerOptions, CannotListenError

__all__ = [
    "Addresses",
    "BrokerOptions",
    "CannotListenError",
    "Control",
    "ControlError",
    "EmbeddedPubSub",
    "NotDrainedError",
    "SubscriptionFaults",
    "SubscriptionStatus",
    "TopicFaults",
    "TopicStatus",
]
