"""Sums up what happens many times a second before it is logged: a line costs the same for one event and a thousand."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from omnicapi.logs import fields

SECONDS = 10.0
"""Seconds between two lines that tell of the same."""

MOST_LABELS = 100
"""Different labels of which sums are kept; with one more all are told at once."""

Labels = tuple[tuple[str, str], ...]


class Tally:
    """Logs one INFO line in :data:`SECONDS` for each set of labels, with what was counted since the line before.

    The first count is told at once, so that what happens seldom has a line each time; with ``LOG_LEVEL=DEBUG``
    everything has. What was counted last is told with the next one: nothing is dropped until the process ends. May be
    used by all threads; ``clock`` is in seconds and never goes back.
    """

    def __init__(self, log: logging.Logger, text: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._text = text
        self._clock = clock
        self._sums: dict[Labels, Counter[str]] = {}
        self._told: dict[Labels, float] = {}
        self._lock = threading.Lock()

    def add(self, labels: Mapping[str, str], counts: Mapping[str, int]) -> None:
        """Count; keys with a dot, ``added.country``, become fields of a field."""
        key = tuple(labels.items())
        with self._lock:
            self._sums.setdefault(key, Counter()).update(counts)
            due = self._due(key)
            telling = [(each, self._sums.pop(each)) for each in due]
        for each, sums in telling:
            self._log.info(self._text, extra=fields(**dict(each), **_nested(sums)))

    def _due(self, key: Labels) -> list[Labels]:
        now = self._clock()
        if key not in self._told and len(self._told) == MOST_LABELS:
            self._told = {key: now}
            return list(self._sums)
        if now - self._told.get(key, -SECONDS) < SECONDS and not self._log.isEnabledFor(logging.DEBUG):
            return []
        self._told[key] = now
        return [key]


def _nested(sums: Mapping[str, int]) -> dict[str, int | dict[str, int]]:
    found: dict[str, int | dict[str, int]] = {}
    for name, count in sums.items():
        field, dot, part = name.partition(".")
        if not dot:
            found[name] = count
        else:
            parts = found.setdefault(field, {})
            if isinstance(parts, dict):
                parts[part] = count
    return found
