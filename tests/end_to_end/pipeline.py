"""The stack as the end-to-end tests use it."""

from collections.abc import Sequence
from typing import Any

import msgspec
import urllib3

from local.services import COLLECTOR_KEY
from local.stack import Stack
from omnicapi.messages import Outcome


class Pipeline(Stack):
    """A stack whose tests ask about their own messages only."""

    def put_in(self, events: Sequence[dict[str, Any]], channel: str = "web") -> set[str]:
        """Publish each event as a message of its own; return the message ids."""
        return set(self.publish(channel, *map(msgspec.json.encode, events)))

    def collect(self, channel: str, body: bytes, **headers: str) -> urllib3.BaseHTTPResponse:
        """Send a request to the collector, with the key of the local stack unless ``headers`` say otherwise."""
        address = f"{self.addresses.url('ingest-collect')}/collect/{channel}"
        return urllib3.request("POST", address, body=body, headers={"X-Api-Key": COLLECTOR_KEY, **headers})

    def about(self, message_ids: set[str]) -> list[Outcome]:
        """Return the last outcome of each event of these messages."""
        return [outcome for outcome in self.outcomes.latest() if outcome.origin.message_id in message_ids]

    def in_file(self, name: str) -> list[Outcome]:
        """Return the last outcome of each row of a dropped file."""
        return [outcome for outcome in self.outcomes.latest() if outcome.origin.object == name]

    def accepted_ids(self) -> set[str | None]:
        """Return the ids of the events that Meta accepted."""
        return {event.event_id for event in self.meta.accepted()}
