"""Whatever comes again, nothing is sent twice: redeliveries, duplicates, replays, and outcomes that failed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from forward.meta.errors import BARE_REFUSAL
from omnicapi.errors import MetaRefusedUs, MetaUnavailable, PublishFailed
from tests.forward.fakes import MemoryMeta, message, refused, signal, stage

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


def test_an_outcome_that_cannot_be_written_is_owed_and_its_accepted_event_is_acknowledged_in_the_end() -> None:
    a = stage().impatient()
    a.pubsub.failing.add("outcomes")
    redelivered = message(signal("a"), signal("b"))
    assert a.receive(redelivered) is None
    assert isinstance(a.receive(redelivered), PublishFailed)
    assert a.forward.health()["owed"] == 2
    a.pubsub.failing.clear()
    a.wait_until_paid()
    assert a.receive(redelivered) is None
    assert len(a.meta.requests) == 1
    assert a.pubsub.fates() == [("a", "sent", None), ("b", "sent", None)]
    assert {outcome.fbtrace_id for outcome in a.pubsub.outcomes()} == {"trace-1"}
    assert "owed" not in a.forward.health()


def test_a_message_is_not_acknowledged_before_its_outcomes_are_written_while_there_is_time() -> None:
    a = stage(verdict_timeout=30.0)
    a.pubsub.failing.add("outcomes")
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(a.receive, message(signal("a")))
        while not a.forward.debts.count():
            time.sleep(0.005)
        assert not answer.done()
        a.pubsub.failing.clear()
        assert answer.result() is None
    assert a.pubsub.fates() == [("a", "sent", None)]


def test_a_process_that_stops_acknowledges_what_meta_accepted_and_says_what_is_owed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    a = stage(verdict_timeout=30.0)
    a.pubsub.failing.add("outcomes")
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(a.receive, message(signal("a", origin={"message_id": "m7", "index": 3})))
        while not a.forward.debts.count():
            time.sleep(0.005)
        a.forward.intake.stop()
        assert answer.result() is None
    (told,) = [record for record in caplog.records if record.message == "stopping with verdicts owed"]
    noted = told.__dict__["json_fields"]
    assert (noted["count"], noted["places"], noted["fbtrace_ids"]) == (1, ["message m7 item 3"], ["trace-1"])
    a.pubsub.failing.clear()
    a.wait_until_paid()


def test_a_rejection_whose_outcome_failed_is_dead_lettered_once() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD})).impatient()
    a.pubsub.failing.add("outcomes")
    redelivered = message(signal("a"), signal("b"))
    assert a.receive(redelivered) is None
    a.pubsub.failing.clear()
    a.wait_until_paid()
    assert a.receive(redelivered) is None
    assert len(a.pubsub.dead_letters()) == 1
    assert sorted(a.pubsub.fates()) == [("a", "rejected", "event_time_too_old"), ("b", "sent", None)]


def test_a_message_of_which_meta_has_nothing_is_kept_until_its_outcomes_are_written() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD})).impatient()
    a.pubsub.failing.add("outcomes")
    alone = message(signal("a"))
    assert isinstance(a.receive(alone), PublishFailed)
    a.pubsub.failing.clear()
    a.wait_until_paid()
    assert a.receive(alone) is None
    assert (len(a.pubsub.dead_letters()), a.pubsub.fates()) == (1, [("a", "rejected", "event_time_too_old")])
    assert len(a.meta.requests) == 1


def test_without_its_dead_letter_a_rejection_keeps_its_message_but_is_not_sent_again() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD})).impatient()
    a.pubsub.failing.add("signals-dead-letter")
    redelivered = message(signal("a"), signal("b"))
    assert isinstance(a.receive(redelivered), PublishFailed)
    assert a.pubsub.fates() == [("b", "sent", None)]
    requests = len(a.meta.requests)
    a.pubsub.failing.clear()
    a.wait_until_paid()
    assert a.receive(redelivered) is None
    assert (a.meta.taken, len(a.meta.requests)) == (["b"], requests)
    assert a.pubsub.fates()[-1] == ("a", "rejected", "event_time_too_old")
    assert len(a.pubsub.dead_letters()) == 1


def test_nothing_more_is_sent_while_outcomes_cannot_be_written_so_that_no_more_is_owed_than_was_under_way() -> None:
    a = stage().impatient()
    a.pubsub.failing.add("outcomes")
    assert a.receive(message(signal("a"))) is None
    assert isinstance(a.receive(message(signal("b"))), PublishFailed)
    assert a.meta.taken == ["a"]
    assert a.forward.debts.count() == 1


def test_an_owed_outcome_is_written_though_no_message_comes() -> None:
    a = stage().impatient()
    a.pubsub.failing.add("outcomes")
    a.receive(message(signal("a")))
    a.pubsub.failing.clear()
    a.wait_until_paid()
    assert a.pubsub.fates() == [("a", "sent", None)]


def test_two_events_with_one_id_in_a_message_of_which_the_first_is_refused_both_have_their_outcome() -> None:
    a = stage()
    a.meta.script.append(refused(*TOO_OLD, named=0))
    both = message(
        signal("a", origin={"message_id": "m", "index": 0}),
        signal("a", origin={"message_id": "m", "index": 1}),
        signal("x", origin={"message_id": "m", "index": 2}),
    )
    assert a.receive(both) is None
    by_item = {outcome.origin.index: outcome.verdict for outcome in a.pubsub.outcomes()}
    assert by_item == {0: "rejected", 1: "sent", 2: "sent"}
    requests = len(a.meta.requests)
    assert a.receive(both) is None
    assert (len(a.meta.requests), len(a.pubsub.outcomes())) == (requests, 3)


def test_items_with_one_id_that_are_all_refused_are_each_refused_once() -> None:
    a = stage(MemoryMeta(bad={"a": TOO_OLD}))
    one, other = message(signal("a"), signal("a"), signal("b")), message(signal("a"))
    assert [a.receive(each) for each in (one, other, one, other)] == [None] * 4
    assert sorted(a.pubsub.fates(), key=str) == [("a", "rejected", "event_time_too_old")] * 3 + [("b", "sent", None)]
    assert len(a.pubsub.dead_letters()) == 3


def test_a_duplicate_is_told_once_however_often_its_message_comes() -> None:
    a = stage()
    a.receive(message(signal("a")))
    a.meta.script.append(refused(2, status=500))
    mixed = message(signal("a"), signal("b"))
    assert isinstance(a.receive(mixed), MetaUnavailable)
    assert a.receive(mixed) is None
    assert a.pubsub.fates() == [("a", "sent", None), ("a", "dropped", "duplicate"), ("b", "sent", None)]


def test_a_duplicate_of_a_stopped_dataset_is_told_all_the_same() -> None:
    a = stage()
    a.receive(message(signal("a")))
    a.forward.gates.of("456").stop(float("inf"), BARE_REFUSAL)
    mixed = message(signal("a"), signal("b", dataset="456"))
    assert isinstance(a.receive(mixed), MetaRefusedUs)
    assert isinstance(a.receive(mixed), MetaRefusedUs)
    assert a.pubsub.fates() == [("a", "sent", None), ("a", "dropped", "duplicate")]


def test_an_item_that_is_no_signal_costs_only_itself() -> None:
    a = stage()
    broken = signal("jane@example.com", event_time="soon", origin={"message_id": "m", "index": 0})
    mixed = message(broken, signal("a"), {"channel": "crm"})
    assert a.receive(mixed) is None
    assert a.receive(mixed) is None
    assert a.meta.taken == ["a"]
    assert sorted(a.pubsub.fates(), key=str) == [
        ("a", "sent", None),
        (None, "rejected", "signal_unreadable"),
        (None, "rejected", "signal_unreadable"),
    ]
    places = {(outcome.origin.message_id, outcome.origin.index, outcome.channel) for outcome in a.pubsub.outcomes()}
    assert places >= {("m", 0, "web"), (mixed.message_id, 2, "crm")}
    assert [letter for letter, _ in a.pubsub.dead_letters()] == [broken, {"channel": "crm"}]
    assert "jane" not in str([outcome.message for outcome in a.pubsub.outcomes()])
