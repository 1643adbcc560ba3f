"""Pull mode: the same core behind a StreamingPull, for a worker pool under high steady volume (gcp.md §1.7).

``INTAKE=pull`` chooses it. A message is acknowledged or nacked exactly as
the push service would answer it; flow control takes the place of the platform's request concurrency.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Annotated, Any, Protocol

import msgspec
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.subscriber.scheduler import ThreadScheduler
from google.cloud.pubsub_v1.types import FlowControl

from forward.assembly import on_sigterm, start
from forward.intake import Intake
from forward.settings import ForwardSettings
from omnicapi.errors import TransientError
from omnicapi.logs import failure, fields
from omnicapi.push import PushMessage
from omnicapi.settings import load

log = logging.getLogger("forward.worker")
"""By its own name: as a program the module is ``__main__``, whose lines would count as a library's."""


class WorkerSettings(ForwardSettings, frozen=True, kw_only=True):
    """Settings of the pull worker: those of the service, and where and how much it pulls.

    It has more messages under way than the service, so that several batches fill at once even where a message holds
    one signal (docs/adr/0063-full-batches.md).
    """

    signals_subscription: Annotated[str, msgspec.Meta(description="Pull subscription of the signals topic.")] = (
        "signals-pull"
    )
    threads: Annotated[int, msgspec.Meta(ge=1, description="Messages under way at once.")] = 2000
    pull_bytes: Annotated[
        int, msgspec.Meta(ge=1, description="Bytes of messages under way at once; fewer signals than SIGNALS_PENDING.")
    ] = 20_000_000


class Subscriber(Protocol):
    """The part of Google's subscriber client that is used here."""

    def subscription_path(self, project: str, subscription: str) -> str:
        """Return the full name of a subscription."""
        ...

    def subscribe(self, subscription: str, callback: Callable[[Message], None], **options: Any) -> Future[Any]:
        """Pull in the background until the future is cancelled; it ends when every callback has."""
        ...


def pull(intake: Intake, subscriber: Subscriber, settings: WorkerSettings) -> Future[Any]:
    """Pull and deliver until the returned future is cancelled; it ends when every message in hand is answered."""
    return subscriber.subscribe(
        subscriber.subscription_path(settings.google_cloud_project, settings.signals_subscription),
        lambda message: _deliver(intake, message),
        flow_control=FlowControl(max_messages=settings.threads, max_bytes=settings.pull_bytes),
        scheduler=ThreadScheduler(ThreadPoolExecutor(settings.threads, thread_name_prefix="pull")),
        await_callbacks_on_shutdown=True,
    )


def _deliver(intake: Intake, message: Message) -> None:
    try:
        intake.receive(_as_pushed(message))
    except Exception as error:  # noqa: BLE001 - whatever it is, the message must come again
        about = {**fields(message_id=message.message_id)["json_fields"], **failure(error)["json_fields"]}
        level = logging.WARNING if isinstance(error, TransientError) else logging.ERROR
        log.log(level, "message not acknowledged", extra=fields(**about))
        message.nack()
    else:
        message.ack()


def _as_pushed(message: Message) -> PushMessage:
    return PushMessage(
        data=message.data,
        attributes=dict(message.attributes),
        message_id=message.message_id,
        publish_ms=int(message.publish_time.timestamp() * 1000),
        delivery_attempt=message.delivery_attempt,
    )


def main() -> None:
    """Pull until SIGTERM, set up from the environment; raises what ends the stream, a missing subscription say."""
    settings = load(WorkerSettings, os.environ)
    forward = start(settings)
    pulling = pull(forward.intake, SubscriberClient(), settings)
    on_sigterm(pulling.cancel)
    log.info("pulling", extra=fields(subscription=settings.signals_subscription))
    pulling.result()


if __name__ == "__main__":
    main()
