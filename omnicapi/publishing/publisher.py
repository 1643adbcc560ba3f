"""Typed items out to a Pub/Sub topic, as lists of at most 500 items and 1 MB (gcp.md §2.4, shape C)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Literal, Protocol

import msgspec

from omnicapi.bounds import attribute
from omnicapi.errors import PublishFailed
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, SCHEMA
from omnicapi.packed import Encoding, packed
from omnicapi.waiting import all_done

Kind = Literal["event", "signal", "outcomes"]

encode = msgspec.json.Encoder(decimal_format="number").encode
"""Encode one item as JSON. Decimals become JSON numbers with their digits unchanged."""


class PublisherClient(Protocol):
    """The part of ``google.cloud.pubsub_v1.PublisherClient`` that is used here."""

    def topic_path(self, project: str, topic: str) -> str:
        """Return the full name of a topic."""
        ...

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        """Hand over one message; the future ends when Pub/Sub has it."""
        ...


class Publisher:
    """Publishes lists of items to one topic and knows when Pub/Sub has them.

    Handing over never raises for what the client or Pub/Sub says: whatever it is, the message's future ends with it.
    ``timeout`` is in seconds and counts from the moment somebody waits, for all messages waited for together. With
    ``encoding`` lists of items are packed where that saves bytes.
    """

    def __init__(
        self,
        client: PublisherClient,
        project: str,
        topic: str,
        timeout: float = 30.0,
        encoding: Encoding = "identity",
    ) -> None:
        self._client = client
        self._path = client.topic_path(project, topic)
        self.topic = topic
        self._encoding = encoding
        self.timeout = timeout

    def start(self, kind: Kind, items: Iterable[Any], **attributes: str) -> list[Future[str]]:
        """Hand ``items`` to the client as one or more messages and return their futures without waiting."""
        return self.start_encoded(kind, map(encode, items), **attributes)

    def start_encoded(self, kind: Kind, items: Iterable[bytes], **attributes: str) -> list[Future[str]]:
        """Hand over items that :func:`encode` wrote already."""
        return [
            self._hand_over(data, kind=kind, schema=SCHEMA, count=str(count), **attributes, **encoding)
            for (data, encoding), count in ((packed(text, self._encoding), count) for text, count in pack(items))
        ]

    def start_one(self, kind: Kind, item: Any, *, count: int, **attributes: str) -> Future[str]:
        """Hand over one item as a JSON object, not a list; ``count`` is what the ``count`` attribute says."""
        return self._hand_over(encode(item), kind=kind, schema=SCHEMA, count=str(count), **attributes)

    def tell(self, **attributes: str) -> None:
        """Publish a message that only its attributes say anything, and return when Pub/Sub has it.

        Raises :class:`PublishFailed`.
        """
        self.wait([self._hand_over(b"{}", **attributes)])

    def wait(self, futures: Iterable[Future[str]]) -> None:
        """Return when Pub/Sub has every message; raise :class:`PublishFailed` where it does not in time."""
        for failure in self.failures(futures):
            if failure is not None:
                raise failure

    async def wait_async(self, futures: Sequence[Future[str]]) -> None:
        """Do as :meth:`wait` does, in an event loop: nothing but the coroutine waits."""
        await all_done(futures, self.timeout)
        for failure in self.failures(futures, 0):
            if failure is not None:
                raise failure

    def failures(self, futures: Iterable[Future[str]], timeout: float | None = None) -> Iterator[PublishFailed | None]:
        """Yield for each message ``None`` once Pub/Sub has it, or why it does not have it in time; never raises.

        ``timeout`` is in seconds, the publisher's own where absent.
        """
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        for future in futures:
            try:
                future.result(timeout=max(0.0, deadline - time.monotonic()))
            except Exception as error:  # noqa: BLE001 - the client, gRPC and the credentials each have errors of their own
                yield PublishFailed(
                    f"Topic {self.topic} did not take a message ({type(error).__name__}); it will be tried again."
                )
            else:
                yield None

    def publish(self, kind: Kind, items: Iterable[Any], **attributes: str) -> None:
        """Publish ``items`` and return when Pub/Sub has them; raise :class:`PublishFailed` otherwise."""
        self.wait(self.start(kind, items, **attributes))

    def _hand_over(self, data: bytes, **attributes: str) -> Future[str]:
        about = {name: attribute(value) for name, value in attributes.items()}
        try:
            return self._client.publish(self._path, data, **about)
        except Exception as error:  # noqa: BLE001 - too large, stopped, out of threads: the others' messages go on
            failed: Future[str] = Future()
            failed.set_exception(error)
            return failed


def pack(encoded: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Join JSON texts into JSON lists within both limits, in order; yield each list with its number of items.

    An item above the byte limit travels alone.
    """
    for batch in grouped(encoded):
        yield b"[" + b",".join(batch) + b"]", len(batch)


def grouped(encoded: Iterable[bytes], most_bytes: int = MAX_BYTES) -> Iterator[list[bytes]]:
    """Yield JSON texts in order in groups that fit into one message as a list; one that is too large alone."""
    batch: list[bytes] = []
    room = empty = most_bytes - 1  # for the opening bracket; the closing one counts with the last item, as a comma
    for item in encoded:
        room -= len(item) + 1
        if (room < 0 or len(batch) == MAX_ITEMS) and batch:
            yield batch
            batch, room = [], empty - len(item) - 1
        batch.append(item)
    if batch:
        yield batch


def publisher_client(timeout: float = 30.0) -> PublisherClient:
    """Make Google's client; call it after the server forked (gcp.md §1.4).

    Our messages are full already and somebody waits for each, so the client's own wait is kept short. It gives up
    ``timeout`` seconds after its first try, about when :meth:`Publisher.wait` does: by default it would go on for ten
    minutes with a thread per request, on messages that Pub/Sub delivers to us again meanwhile.
    """
    # A second of import that tests and previews can do without.
    from google.api_core.retry import Retry  # noqa: PLC0415
    from google.cloud.pubsub_v1 import PublisherClient as GoogleClient  # noqa: PLC0415
    from google.cloud.pubsub_v1.types import BatchSettings, PublisherOptions  # noqa: PLC0415

    options = PublisherOptions(retry=Retry(initial=0.1, maximum=5.0, timeout=timeout), timeout=timeout)
    client: PublisherClient = GoogleClient(BatchSettings(max_latency=0.005), options)
    return client


def loop_publisher(timeout: float = 30.0) -> PublisherClient:
    """Return a client for an event loop; it connects there, with the first message.

    It gives up as that of :func:`publisher_client` does.
    """
    from omnicapi.publishing.loop_publisher import LoopPublisher, connect  # noqa: PLC0415 - as slow an import

    return LoopPublisher(lambda: connect(timeout))
