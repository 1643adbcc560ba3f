"""Whatever comes again, nothing is sent twice: redeliveries, duplicates, replays, and outcomes that failed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from omnicapi.errors import MetaUnavailable, PublishFailed
from tests.forward.fakes import MemoryMeta, message, messages, refused, signal, stage

TOO_OLD = (100, 2804003)


def test_what_was_decided_before_meta_failed_is_not_sent_again() -> None:
    a = stage(MemoryMeta(bad={"c": TOO_OLD}))
    a.meta.script.extend([refused(*TOO_OLD), lambda: None, refused(2, status=500)])
    redelivered = message(*map(signal, "abcd"))
    assert isinstance(a.receive(redelivered), MetaUnavailable)
    assert a.meta.taken == ["a", "b"]
    assert a.receive(redelivered) is None
    assert sorted(a.meta.taken) == ["a", "b", "d"]
    assert sorted(a.pubsub.fates()) == [
        ("a", "sent", None),
        ("b", "sent", None),
        ("c", "rejected", "event_time_too_old"),
        ("d", "sent", None),
    ]


def test_a_plain_redelivery_is_answered_from_memory() -> None:
    a = stage(MemoryMeta(bad={"b": TOO_OLD}))
    redelivered = message(*map(signal, "abc"))
    assert a.receive(redelivered) is None
    requests, fates = len(a.meta.requests), a.pubsub.fates()
    assert a.receive(redelivered) is None
    assert (len(a.meta.requests), a.pubsub.fates()) == (requests, fates)


def test_a_second_event_with_a_sent_id_is_dropped_and_told() -> None:
    a = stage()
    assert a.receive(message(signal("a"))) is None
    assert a.receive(message(signal("a"))) is None
    assert a.pubsub.fates() == [("a", "sent", None), ("a", "dropped", "duplicate")]
    assert a.meta.taken == ["a"]


def test_an_id_twice_in_one_message_is_sent_once() -> None:
    a = stage()
    assert a.receive(message(signal("a"), signal("a"), signal("b"))) is None
    assert sorted(a.meta.taken) == ["a", "b"]
    assert sorted(a.pubsub.fates(), key=str) == [
        ("a", "dropped", "duplicate"),
        ("a", "sent", None),
        ("b", "sent", None),
    ]


def test_a_corrected_row_with_the_id_of_a_rejected_one_is_sent() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.receive(message(signal("a"), signal("b")))
    a.meta.bad.clear()
    assert a.receive(message(signal("a"))) is None
    assert a.meta.taken == ["b", "a"]


def test_a_replayed_dead_letter_is_sent_although_its_origin_is_known() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.receive(message(signal("a"), signal("b")))
    ((letter, _),) = a.pubsub.dead_letters()
    a.meta.bad.clear()
    assert a.receive(message(letter)) is None
    assert a.meta.taken == ["b", "a"]
    assert a.pubsub.fates()[-1] == ("a", "sent", None)


def test_an_outcome_that_cannot_be_written_is_written_by_the_next_delivery_and_nothing_is_sent_again() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    assert isinstance(a.receive(redelivered), PublishFailed)
    a.pubsub.failing.clear()
    assert a.receive(redelivered) is None
    assert len(a.meta.requests) == 1
    assert a.pubsub.fates() == [("a", "sent", None), ("b", "sent", None)]
    assert {outcome.fbtrace_id for outcome in a.pubsub.outcomes()} == {"trace-1"}


def test_a_rejection_whose_outcome_failed_is_dead_lettered_once() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.pubsub.failing.add("outcomes")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    a.pubsub.failing.clear()
    assert a.receive(redelivered) is None
    assert len(a.pubsub.dead_letters()) == 1
    assert sorted(a.pubsub.fates()) == [("a", "rejected", "event_time_too_old"), ("b", "sent", None)]


def test_without_its_dead_letter_a_rejection_is_not_decided_but_the_others_are() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    a.pubsub.failing.add("signals-dead-letter")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    assert a.pubsub.fates() == [("b", "sent", None)]
    a.pubsub.failing.clear()
    assert a.receive(redelivered) is None
    assert a.meta.taken == ["b"]
    assert a.pubsub.fates()[-1] == ("a", "rejected", "event_time_too_old")


def test_nothing_more_is_sent_while_outcomes_cannot_be_written() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    assert isinstance(a.receive(message(signal("a"))), PublishFailed)
    assert isinstance(a.receive(message(signal("b"))), PublishFailed)
    assert a.meta.taken == ["a"]


def test_an_owed_outcome_is_written_even_if_its_message_is_redelivered_elsewhere() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    a.receive(message(signal("a")))
    a.pubsub.failing.clear()
    assert a.receive(message(signal("b"))) is None
    assert a.pubsub.fates() == [("a", "sent", None), ("b", "sent", None)]


def test_while_owed_outcomes_are_being_written_others_come_again_instead_of_waiting_in_line() -> None:
    a = stage()
    a.pubsub.failing.add("outcomes")
    a.receive(message(signal("a")))
    a.pubsub.failing.clear()
    a.pubsub.holding.clear()
    todo = messages("bcd")
    with ThreadPoolExecutor(3) as threads:
        results = [threads.submit(a.receive, one) for one in todo]
        time.sleep(1.5)
        a.pubsub.holding.set()
    assert sorted(type(result.result()).__name__ for result in results) == [
        "NoneType",
        "PublishFailed",
        "PublishFailed",
    ]
    assert all(a.receive(one) is None for one in todo)
    assert sorted(a.pubsub.fates()) == [(event_id, "sent", None) for event_id in "abcd"]
