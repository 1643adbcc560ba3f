import sys

import pytest

from ingest.collector.guesses import MOST_GUESSERS, MOST_KNOWN, WINDOW, Guesses, network_of
from tests.ingest.collector.conftest import Clock

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def guesses(clock: Clock) -> Guesses:
    return Guesses(3, clock)


def guess(guesses: Guesses, address: str, count: int = 3) -> None:
    for number in range(count):
        guesses.was_wrong(address, "crm", f"guess {number}")


def test_an_address_may_try_so_many_wrong_keys_and_then_waits(guesses: Guesses, clock: Clock) -> None:
    guess(guesses, HERE, 2)
    assert guesses.may_try(HERE, "crm", "another")
    guess(guesses, HERE, 2)
    assert not guesses.may_try(HERE, "crm", "another")
    clock.now = WINDOW - 0.1
    assert not guesses.may_try(HERE, "crm", "another")
    clock.now = WINDOW
    assert guesses.may_try(HERE, "crm", "another")


def test_other_addresses_do_not_wait(guesses: Guesses) -> None:
    guess(guesses, HERE)
    assert guesses.may_try(ELSEWHERE, "crm", "another")


def test_a_key_that_opened_the_channel_from_there_goes_on_opening_it(guesses: Guesses) -> None:
    guesses.was_right(HERE, "crm", "right")
    guess(guesses, HERE)
    assert guesses.may_try(HERE, "crm", "right")
    assert not guesses.may_try(HERE, "app", "right")


def test_what_opened_the_channel_elsewhere_is_no_help_to_who_guesses_here(guesses: Guesses) -> None:
    guesses.was_right(ELSEWHERE, "crm", "right")
    guess(guesses, HERE)
    assert not guesses.may_try(HERE, "crm", "right")


def test_an_old_key_that_a_back_end_repeats_is_one_guess(guesses: Guesses) -> None:
    for _ in range(50):
        guesses.was_wrong(HERE, "crm", "of last year")
    assert guesses.may_try(HERE, "crm", "another")


def test_a_network_of_ipv6_is_one_address(guesses: Guesses) -> None:
    for number in range(3):
        guesses.was_wrong(f"2001:db8::{number + 1:x}", "crm", f"guess {number}")
    assert not guesses.may_try("2001:db8::ffff:1", "crm", "another")
    assert guesses.may_try("2001:db8:0:1::1", "crm", "another")


@pytest.mark.parametrize("address", ["::1", "::ffff:198.51.100.7", "198.51.100.7:443", "", "unknown", "\0" * 5000])
def test_any_text_stands_for_somebody(address: str) -> None:
    assert len(network_of(address)) < 50


def test_neither_guessers_nor_keys_fill_the_memory(guesses: Guesses) -> None:
    guess(guesses, HERE)
    guesses.was_right(HERE, "crm", "right")
    for number in range(MOST_GUESSERS + 5):
        guesses.was_wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", "c" * 100, "k" * 5000)
    for number in range(MOST_KNOWN + 5):
        guesses.was_right(HERE, "crm", str(number))
    counts, known = guesses._counts, guesses._known
    assert (len(counts), len(known)) == (MOST_GUESSERS, MOST_KNOWN)
    held = sum(map(sys.getsizeof, [counts, known, *counts, *counts.values(), *known]))
    assert held + MOST_GUESSERS * sys.getsizeof(b"k" * 16) < 10_000_000
