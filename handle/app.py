"""The handle service: pushes of the ``events`` topic in, messages of the ``signals`` topic out.

A push is acknowledged when Pub/Sub has a signal or an outcome for every event of the message.
"""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from handle.configuration import Configuration
from handle.outcomes import unsendable
from handle.settings import HandleSettings
from handle.step import Handled, Setup, signals
from omnicapi import logs
from omnicapi.http import service
from omnicapi.http.admission import ITEM, Admission, weight
from omnicapi.http.asgi import App
from omnicapi.intake.push import PushMessage, size, stream
from omnicapi.internal_errors import InternalErrors
from omnicapi.messages import LARGEST_ITEM, Event, ReadySignal
from omnicapi.off_loop import is_large, perform
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher, PublisherClient, encode, loop_publisher
from omnicapi.settings import load
from omnicapi.storage.documents import Documents, storage_client
from omnicapi.tally import Tally
from omnicapi.window import WindowClass, window_class

log = logging.getLogger(__name__)

TOO_LARGE = f"Hashed and formatted, the event is larger than {LARGEST_ITEM:,} bytes; send fewer products or properties."


Groups = dict[tuple[str, WindowClass], list[bytes]]
"""Signals as JSON, by dataset and time window."""


class Handle:
    """Takes messages, as many at once as come. ``clock`` is Unix seconds, UTC.

    ``admission`` bounds what was made of messages and waits to be published.
    """

    def __init__(
        self,
        setup: Callable[[], Setup],
        signals: Publisher,
        outcomes: OutcomeWriter,
        clock: Callable[[], float],
        admission: Admission,
    ) -> None:
        self._setup = setup
        self._signals = signals
        self._outcomes = outcomes
        self._clock = clock
        self._admission = admission
        self._errors = InternalErrors()
        self._tally = Tally(log, "events handled")

    async def receive(self, message: PushMessage) -> None:
        """Return when Pub/Sub has a signal or an outcome for every event of ``message``.

        An event, or an item that is none, costs no other event. Raises :class:`~omnicapi.errors.BadMessage` where
        nothing of it is an event, :class:`~omnicapi.errors.Overloaded` where too much waits to be published, and
        :class:`~omnicapi.errors.PublishFailed` where Pub/Sub does not take what became of them.
        """
        is_long = is_large(size(message))
        handled, groups = await perform(self._handled, message) if is_long else self._handled(message)
        with self._admission.request() as share:
            share.take(_weight(handled, groups))
            # First, since what fails after it comes again as the same outcomes, and not as second signals.
            if handled.outcomes:
                await self._outcomes.write_async(handled.outcomes)
            await self._signals.wait_async(self._start(groups))
        self._count(handled, groups)

    def _handled(self, message: PushMessage) -> tuple[Handled, Groups]:
        handled = Handled(errors=self._errors, message_id=message.message_id)
        groups = encoded(signals(stream(message, Event), self._setup(), int(self._clock()), handled), handled)
        self._errors.end_message(handled.events, handled.failed)
        return handled, groups

    def _count(self, handled: Handled, groups: Groups) -> None:
        counts = {
            "count": handled.events,
            "signals": sum(map(len, groups.values())),
            "outcomes": len(handled.outcomes),
            **{f"added.{what}": count for what, count in handled.added.items()},
        }
        self._tally.add({}, counts)

    def _start(self, groups: Groups) -> list[Future[str]]:
        return [
            future
            for (dataset, window), group in groups.items()
            for future in self._signals.start_encoded("signal", group, dataset=dataset, window=window)
        ]


def _weight(handled: Handled, groups: Groups) -> int:
    return ITEM * len(handled.outcomes) + sum(weight(map(len, group)) for group in groups.values())


def encoded(signals: Iterable[ReadySignal], handled: Handled) -> Groups:
    """Write each signal as it comes, by dataset and time window, which share no request to Meta (meta-capi.md §1.5).

    One that cannot be written, or is larger than any message may be, ends in an outcome instead.
    """
    groups: Groups = defaultdict(list)
    for signal in signals:
        try:
            item = encode(signal)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other signals
            refused = handled.errors.refusal(error, signal.origin)
            handled.outcomes.append(unsendable(signal, refused.reason, str(refused)))
            handled.failed += 1
            continue
        if len(item) > LARGEST_ITEM:
            handled.outcomes.append(unsendable(signal, "event_too_large", TOO_LARGE))
            continue
        groups[signal.dataset, window_class(signal.event.action_source)].append(item)
    return groups


def assemble(
    settings: HandleSettings,
    client: PublisherClient,
    documents: Documents,
    clock: Callable[[], float] = time.time,
) -> Handle:
    """Wire the parts. Raises :class:`~omnicapi.errors.BadSettings` where the settings or their files cannot be used."""
    project, timeout = settings.google_cloud_project, settings.publish_timeout
    signals = Publisher(client, project, settings.signals_topic, timeout, settings.signals_encoding)

    configuration = Configuration(settings, documents)
    outcomes = OutcomeWriter(
        Publisher(client, project, settings.outcomes_topic, timeout), "handle", lambda: int(clock() * 1000)
    )
    return Handle(configuration.setup, signals, outcomes, clock, Admission(settings.in_work_bytes))


def start(settings: HandleSettings) -> Handle:
    """Return handle as its image runs it: logs set up, Pub/Sub connected. Call it in the process that serves."""
    logs.setup("handle", settings.google_cloud_project, settings.log_level)
    return assemble(settings, loop_publisher(settings.publish_timeout), Documents(storage_client))


def create_app() -> App:
    """Return the service as its image runs it, set up from the environment."""
    settings = load(HandleSettings, os.environ)
    return service.create_app(start(settings).receive, admission=Admission(settings.in_work_bytes))
