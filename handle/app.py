"""The handle service: pushes of the ``events`` topic in, messages of the ``signals`` topic out.

A push is acknowledged when Pub/Sub has a signal or an outcome for every event of the message.
"""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Iterable

import flask

from handle.configuration import Configuration
from handle.documents import Files, storage_client
from handle.settings import HandleSettings
from handle.step import Handled, Setup, signals
from omnicapi import logs, service
from omnicapi.logs import fields
from omnicapi.messages import Event, ReadySignal
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher, PublisherClient, encode, publisher_client
from omnicapi.push import PushMessage, stream
from omnicapi.settings import load
from omnicapi.window import WindowClass, window_class

log = logging.getLogger(__name__)


class Handle:
    """Takes messages from as many threads as there are. ``clock`` is Unix seconds, UTC."""

    def __init__(
        self,
        setup: Callable[[], Setup],
        signals: Publisher,
        outcomes: OutcomeWriter,
        clock: Callable[[], float],
    ) -> None:
        self._setup = setup
        self._signals = signals
        self._outcomes = outcomes
        self._clock = clock

    def receive(self, message: PushMessage) -> None:
        """Return when Pub/Sub has a signal or an outcome for every event of ``message``.

        Raises :class:`~omnicapi.errors.BadMessage` where it holds no events and
        :class:`~omnicapi.errors.PublishFailed` where Pub/Sub does not take what became of them.
        """
        handled = Handled()
        made = signals(stream(message, Event), self._setup(), int(self._clock()), handled)
        groups = encoded(made)
        publishing = [
            future
            for (dataset, window), group in groups.items()
            for future in self._signals.start_encoded("signal", group, dataset=dataset, window=window)
        ]
        if handled.outcomes:
            self._outcomes.write(handled.outcomes)
        self._signals.wait(publishing)
        log.info(
            "events handled",
            extra=fields(
                count=handled.events,
                signals=sum(map(len, groups.values())),
                outcomes=len(handled.outcomes),
                added=dict(handled.added),
            ),
        )


def encoded(signals: Iterable[ReadySignal]) -> dict[tuple[str, WindowClass], list[bytes]]:
    """Write each signal as it comes, by dataset and time window, which share no request to Meta (meta-capi.md §1.5)."""
    groups: dict[tuple[str, WindowClass], list[bytes]] = {}
    for signal in signals:
        group = (signal.dataset, window_class(signal.event.action_source))
        groups.setdefault(group, []).append(encode(signal))
    return groups


def assemble(
    settings: HandleSettings,
    client: PublisherClient,
    files: Files,
    clock: Callable[[], float] = time.time,
) -> Handle:
    """Wire the parts. Raises :class:`~omnicapi.errors.BadSettings` where the settings or their files cannot be used."""

    def topic(name: str) -> Publisher:
        return Publisher(client, settings.google_cloud_project, name, settings.publish_timeout)

    configuration = Configuration(settings, files)
    outcomes = OutcomeWriter(topic(settings.outcomes_topic), "handle", lambda: int(clock() * 1000))
    return Handle(configuration.setup, topic(settings.signals_topic), outcomes, clock)


def spare_the_collector() -> None:
    """Let Python look for cycles every 100,000 allocations instead of 700: it took a fifth of the time.

    Events, signals and outcomes hold no cycles, so they are freed as soon as their message is done; what was made
    before now lives as long as the process and need not be looked at again.
    """
    gc.freeze()
    gc.set_threshold(100_000)


def create_app() -> flask.Flask:
    """Return the service as its image runs it, set up from the environment."""
    settings = load(HandleSettings, os.environ)
    logs.setup("handle", settings.google_cloud_project, settings.log_level)
    spare_the_collector()
    return service.create_app(
        assemble(settings, publisher_client(settings.publish_timeout), Files(storage_client)).receive
    )
