"""One bad event must not cost the others: find it, send the rest (meta-capi.md §1.5).

Meta refuses a whole batch for one event and takes nothing of it, so sending its parts counts no event twice. Where
Meta's path names the event, that one is taken out and the rest is sent again. Where it does not, the batch is searched
from the front: halves until the first bad event stands alone. One bad event in 1000 costs at most 12 extra requests
(docs/adr/0032-finding-the-bad-event.md). An event is rejected only by an answer that names it or is about it alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from forward.meta.answer import Answer
from forward.meta.errors import Kind
from omnicapi.errors import MetaUnavailable, OmniCapiError
from omnicapi.logs import failure

log = logging.getLogger(__name__)

Send = Callable[[Sequence[int]], Answer]
"""Posts the events at these positions of the batch. Raises an :class:`OmniCapiError` where no answer can be had."""

Fate = Answer | OmniCapiError
"""What became of one event: the answer that decided it, or why nothing has decided it yet."""

HOPELESS = 20
"""Bad events found in one batch, with nothing taken beside them, after which the search is given up."""

_ONE_EVENT = frozenset({Kind.EVENT, Kind.TOO_LARGE})


class Isolation:
    """Sends one batch of ``count`` events and gives each its fate. ``extra_requests`` bounds the search.

    ``search_unclear`` also searches where Meta fails without saying why.
    """

    def __init__(self, send: Send, count: int, extra_requests: int, *, search_unclear: bool = False) -> None:
        self._send = send
        self._requests = extra_requests + 1
        self._searched = _ONE_EVENT | {Kind.UNCLEAR} if search_unclear else _ONE_EVENT
        self._fates: list[Fate] = [MetaUnavailable("A batch held more bad events than one search finds.")] * count
        self._rest = list(range(count))
        self._suspects = 0
        """How many at the front of the rest hold a bad event for certain."""
        self._part = count
        """How many of the rest to try next while there are no suspects."""
        self._named = 0
        self._found = 0
        """Bad events that Meta's path named, and those that the search found."""
        self._clean = 0
        """Events taken since the last bad one was found."""
        self._taken = False

    def run(self) -> list[Fate]:
        """Return one fate an event, in order.

        What the search does not reach within its requests, or after Meta stopped answering, stays undecided: it comes
        back with Pub/Sub's next delivery. It is always the end of the batch, so that few messages are half decided.
        """
        while self._rest and self._requests and not self._hopeless():
            self._requests -= 1
            part = self._rest[: self._next_size()]
            try:
                answer = self._send(part)
            except OmniCapiError as error:
                self._leave(error)
                break
            except Exception as error:
                if not self._decided():
                    raise
                # What Meta took before must not be forgotten for it.
                log.error("a request to Meta broke", extra=failure(error))  # noqa: TRY400 - its text could quote data
                self._leave(MetaUnavailable("A part of the batch could not be sent; it comes again."))
                break
            if answer.refusal is not None and answer.refusal.kind not in self._searched:
                self._leave(answer.undecided())
                break
            self._learn(len(part), answer)
        return self._fates

    def _decided(self) -> bool:
        return self._taken or bool(self._named + self._found)

    def _hopeless(self) -> bool:
        return not self._taken and self._named + self._found >= HOPELESS

    def _next_size(self) -> int:
        return max(1, self._suspects // 2) if self._suspects else min(self._part, len(self._rest))

    def _learn(self, size: int, answer: Answer) -> None:
        """Draw the conclusion from an answer about the first ``size`` of the rest."""
        if answer.refusal is None:
            self._take(size, answer)
        elif answer.named_event is not None and answer.named_event < size and answer.refusal.kind is Kind.EVENT:
            self._fates[self._rest.pop(answer.named_event)] = answer
            self._named += 1
            self._suspects = 0
        elif size == 1:
            self._found_bad(answer)
        elif answer.refusal.kind is Kind.TOO_LARGE:
            self._part, self._suspects = size // 2, 0
        else:
            self._suspects = size

    def _take(self, size: int, answer: Answer) -> None:
        for position in self._rest[:size]:
            self._fates[position] = answer
        del self._rest[:size]
        self._taken = True
        self._clean += size
        if self._suspects:
            self._suspects -= size
        elif self._found > 1:
            self._part = size * 2

    def _found_bad(self, answer: Answer) -> None:
        """Note the event that stands alone, and decide how far to look next.

        After the first bad event the whole rest is tried: mostly it was the only one. After that the last distance
        between two of them is the best guess, doubled as long as all is well.
        """
        rejected = answer.refusal is not None and answer.refusal.kind in _ONE_EVENT
        self._fates[self._rest.pop(0)] = answer if rejected else answer.undecided()
        self._found += 1
        self._part = len(self._rest) if self._found == 1 else self._clean + 1
        self._clean = self._suspects = 0

    def _leave(self, why: OmniCapiError) -> None:
        for position in self._rest:
            self._fates[position] = why
