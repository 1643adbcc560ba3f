"""Publishes dead letters back to their topic, with the ids they had, and never loses one between read and publish.

A letter is acknowledged only after Pub/Sub confirmed its copy. Whoever interrupts in between leaves it in both places:
the same event ids go out again, and forward and Meta know them. What is not replayed is released.

Letters are published by the API's own request. ``publish()`` of the usual client takes attributes as keyword arguments,
where a producer's ``topic``, ``data`` or ``timeout`` meets a parameter of the same name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from google.api_core.exceptions import GoogleAPIError, InvalidArgument
from google.api_core.retry import Retry
from google.pubsub_v1.types import PublishRequest, PubsubMessage

from cli.dead_letters.letter import Letter
from cli.dead_letters.queue import DeadLetterQueue
from omnicapi.errors import PublishFailed

CONFIRM_WITHIN = 30.0
"""Seconds Pub/Sub may take to confirm the copies of one request."""

MOST_BYTES = 8_000_000
"""Bytes of the letters of one request, of which Pub/Sub takes 10 MB; a larger letter goes alone."""

_PAGE = 100


class PublisherClient(Protocol):
    """The part of ``google.pubsub_v1.PublisherClient``, the generated client of the API, that is used here."""

    def publish(self, request: PublishRequest, *, retry: Retry, timeout: float) -> Any:
        """Return when Pub/Sub has all messages of the request; where it raises it has none of them."""
        ...


@dataclass(frozen=True)
class LetterFilter:
    """Which letters to replay.

    ``since`` and ``until`` are Unix seconds, UTC, and bound the time of dead-lettering: without an end, a letter
    that is refused again would be replayed for ever. ``limit`` counts letters; ``rate`` is letters a second.
    """

    until: float
    reason: str | None = None
    since: float = 0.0
    limit: int | None = None
    rate: float | None = None

    @property
    def page(self) -> int:
        """How many letters are published together: with a rate, those of one second."""
        return _PAGE if self.rate is None else max(1, min(_PAGE, int(self.rate)))

    def matches(self, letter: Letter) -> bool:
        """Say whether the letter is asked for."""
        asked_for = self.reason is None or letter.reason == self.reason
        return asked_for and self.since <= letter.published <= self.until


@dataclass
class Tally:
    """What a replay did, in letters."""

    replayed: int = 0
    past_window: int = 0
    not_asked_for: int = 0
    refused: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)

    def published(self, letters: Sequence[Letter]) -> None:
        """Count letters that were replayed."""
        self.replayed += len(letters)
        self.by_reason.update(letter.reason for letter in letters)

    def saw(self, wanted: bool) -> bool:
        """Count a letter that is not asked for; return whether it is."""
        self.not_asked_for += not wanted
        return wanted

    def found_timely(self, timely: bool) -> bool:
        """Count a letter that is past Meta's window; return whether it is not."""
        self.past_window += not timely
        return timely


class Replay:
    """Replays one queue. ``clock`` is Unix seconds, UTC; ``sleep`` takes seconds; ``progress`` hears of each page."""

    def __init__(
        self,
        queue: DeadLetterQueue,
        publisher: PublisherClient,
        topic_path: str,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._queue = queue
        self._publisher = publisher
        self._topic_path = topic_path
        self._clock = clock
        self._sleep = sleep

    def run(
        self, wanted: LetterFilter, tally: Tally, progress: Callable[[Tally], None], *, dry_run: bool = False
    ) -> None:
        """Replay what is wanted, count into ``tally`` and tell ``progress`` after each page."""
        with self._queue:
            for page in _pages(self._chosen(wanted, tally), wanted.page):
                if dry_run:
                    tally.published(page)
                else:
                    self._republish(page, tally)
                progress(tally)
                if wanted.rate and not dry_run:
                    self._sleep(len(page) / wanted.rate)

    def _chosen(self, wanted: LetterFilter, tally: Tally) -> Iterator[Letter]:
        """Yield the letters to replay; count those that are not asked for and those that are too late."""
        matching = (letter for letter in self._queue.letters() if tally.saw(wanted.matches(letter)))
        timely = (letter for letter in matching if tally.found_timely(not letter.is_past_window(int(self._clock()))))
        return islice(timely, wanted.limit)

    def _republish(self, letters: Sequence[Letter], tally: Tally) -> None:
        """Publish letters request by request; those of one are acknowledged before the next, so none goes twice."""
        for group in _requests(letters):
            try:
                self._publish(group, tally)
            except InvalidArgument:
                self._publish_one_by_one(group, tally)

    def _publish_one_by_one(self, letters: Sequence[Letter], tally: Tally) -> None:
        """Publish each letter by itself; one that Pub/Sub refuses stays a dead letter and is counted."""
        for letter in letters:
            try:
                self._publish([letter], tally)
            except InvalidArgument:
                tally.refused += 1

    def _publish(self, letters: Sequence[Letter], tally: Tally) -> None:
        request = PublishRequest(topic=self._topic_path, messages=list(map(_copy, letters)))
        try:
            self._publisher.publish(request, retry=Retry(timeout=CONFIRM_WITHIN), timeout=CONFIRM_WITHIN)
        except InvalidArgument:
            raise
        except GoogleAPIError as error:
            raise PublishFailed(
                f"{self._topic_path} did not take {len(letters)} letters ({type(error).__name__}). What was replayed "
                "before is no dead letter any more, all else still is: run the command again."
            ) from None
        self._queue.acknowledge(letters)
        tally.published(letters)


def _copy(letter: Letter) -> PubsubMessage:
    return PubsubMessage(data=letter.data, attributes=letter.replayed_attributes(), ordering_key=letter.ordering_key)


def _requests(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Divide letters into requests, in their order."""
    group: list[Letter] = []
    size = 0
    for letter in letters:
        if group and size + letter.size > MOST_BYTES:
            yield group
            group, size = [], 0
        group.append(letter)
        size += letter.size
    if group:
        yield group


def _pages(letters: Iterator[Letter], size: int) -> Iterator[list[Letter]]:
    while page := list(islice(letters, size)):
        yield page


@dataclass
class Group:
    """Letters of one reason and channel: how many items, and when the first was dead-lettered (Unix seconds, UTC)."""

    items: int = 0
    oldest: float = float("inf")


def by_reason_and_channel(letters: Iterable[Letter]) -> dict[tuple[str, str], Group]:
    """Group letters as an operator asks about them."""
    groups: defaultdict[tuple[str, str], Group] = defaultdict(Group)
    for letter in letters:
        group = groups[letter.reason, letter.channel]
        group.items += letter.count
        group.oldest = min(group.oldest, letter.published)
    return dict(groups)
