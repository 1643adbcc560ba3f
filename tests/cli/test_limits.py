"""The limits of the command line: their values, and how they stand to each other."""

from cli.dead_letters.queue import LEASE
from cli.dead_letters.replay import CONFIRM_WITHIN, MOST_BYTES
from local.pubsub.message import MAX_REQUEST_BYTES
from local.pubsub.resources import MIN_ACK_DEADLINE
from tests.limits import IF_MEANT, numbers, pinned


def test_the_limits_have_the_values_they_ought_to_have() -> None:
    assert numbers("cli") == pinned("cli"), IF_MEANT


def test_a_letter_is_replayed_while_nobody_else_is_given_it() -> None:
    assert MIN_ACK_DEADLINE < CONFIRM_WITHIN < LEASE <= 600


def test_letters_that_are_published_together_fit_into_a_request() -> None:
    assert MOST_BYTES < MAX_REQUEST_BYTES
