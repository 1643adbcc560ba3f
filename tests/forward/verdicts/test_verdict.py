"""What a verdict knows of its messages: which of them Pub/Sub has, and which it will never take."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from google.api_core.exceptions import InvalidArgument, ServiceUnavailable

from forward.signals import read_signals
from forward.verdicts.verdict import Verdict, has_taken, is_refused
from tests.forward.fakes import message, signal


def taken() -> Future[str]:
    future: Future[str] = Future()
    future.set_result("1")
    return future


def failed(error: Exception) -> Future[str]:
    future: Future[str] = Future()
    future.set_exception(error)
    return future


def cancelled() -> Future[str]:
    future: Future[str] = Future()
    future.cancel()
    return future


def verdict(what: str, letter: Future[str] | None = None) -> Verdict:
    (one,) = read_signals(message(signal("a")))
    outcome = one.outcome()
    outcome.verdict = "rejected" if what == "rejected" else "sent"
    return Verdict(one, outcome, letter=letter)


@pytest.mark.parametrize("future", [None, Future(), cancelled(), taken(), failed(ServiceUnavailable("try again"))])
def test_only_what_the_client_itself_says_no_to_is_refused(future: Future[str] | None) -> None:
    assert not is_refused(future)


def test_what_the_client_says_no_to_is_refused_and_what_a_topic_does_is_not() -> None:
    assert is_refused(failed(ValueError("too large")))
    assert is_refused(failed(TypeError("no bytes")))
    assert not is_refused(failed(InvalidArgument("of the topic")))


@pytest.mark.parametrize("future", [None, Future(), cancelled(), failed(ValueError("too large"))])
def test_a_rejected_event_is_kept_once_its_dead_letter_is_taken(future: Future[str] | None) -> None:
    assert not has_taken(future)
    assert not verdict("rejected", future).is_kept()
    assert verdict("rejected", taken()).is_kept()


def test_an_event_that_needs_no_dead_letter_is_kept() -> None:
    assert verdict("sent").is_kept()
    without = verdict("rejected")
    without.without_letter = True
    assert without.is_kept()
