"""What became of a signal for good, and which messages about it are published."""

from __future__ import annotations

from concurrent.futures import Future

import msgspec

from forward.signals import QueuedSignal
from omnicapi.messages import Outcome

MOST_FAILURES = 5
"""Attempts to write one verdict by itself that may break before it is given up: it must not hold up all others."""


class Verdict(msgspec.Struct, eq=False, gc=False):
    """An outcome that is final. ``http_status`` is that of Meta's answer, ``None`` where none was needed."""

    signal: QueuedSignal
    outcome: Outcome
    http_status: int | None = None
    letter: Future[str] | None = None
    """The dead letter on its way; where it cannot be taken it is made anew."""
    message: Future[str] | None = None
    """The message with the outcome on its way; where it cannot be taken it is made anew."""
    without_letter: bool = False
    """That no dead letter of it can exist."""
    failed_alone: int = 0
    """How often writing it, and nothing else, broke, or was refused for what it is."""

    @property
    def sent(self) -> bool:
        """Whether Meta took it."""
        return self.outcome.verdict == "sent"

    @property
    def needs_letter(self) -> bool:
        """Whether a dead letter belongs to it: what Meta has, or has from elsewhere, needs none."""
        return self.outcome.verdict == "rejected" and not self.without_letter

    def is_written(self) -> bool:
        """Say whether Pub/Sub has its outcome, and so its dead letter, which goes before."""
        return self.is_given_up() or has_taken(self.message)

    def is_given_up(self) -> bool:
        """Say whether its outcome can evidently never be written."""
        return self.failed_alone >= MOST_FAILURES

    def is_kept(self) -> bool:
        """Say whether its event lies at Meta or among the dead letters, so that its message is not needed for it."""
        return not self.needs_letter or has_taken(self.letter)


def is_refused(future: Future[str] | None) -> bool:
    """Say whether the client refused a message for what it is, its size say: it will again.

    What Pub/Sub itself calls invalid may be so for a setting of the topic, and is tried until somebody mends that.
    """
    if future is None or not future.done() or future.cancelled():
        return False
    return isinstance(future.exception(), ValueError | TypeError)


def has_taken(future: Future[str] | None) -> bool:
    """Say whether Pub/Sub has the message of a future."""
    return future is not None and future.done() and not future.cancelled() and future.exception() is None
