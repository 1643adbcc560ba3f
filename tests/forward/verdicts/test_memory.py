"""A redelivered signal is answered from memory; everything else is sent, and nothing is claimed for ever."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from forward.signals import QueuedSignal, read_signals
from forward.verdicts.memory import Claim, VerdictMemory
from forward.verdicts.verdict import Verdict
from tests.forward import fakes


def queued(event_id: str, row: int = 1, message_id: str = "m", **changes: str) -> QueuedSignal:
    signal = fakes.signal(event_id, origin={"object": "a.csv", "row": row}, **changes)
    return read_signals(fakes.message(signal, message_id=message_id))[0]


def items_of_one_message(*ids: str) -> list[QueuedSignal]:
    signals = [fakes.signal(event_id, origin={"message_id": "p", "index": n}) for n, event_id in enumerate(ids)]
    return read_signals(fakes.message(*signals, message_id="m"))


def verdict(signal: QueuedSignal, *, sent: bool) -> Verdict:
    outcome = signal.outcome()
    outcome.verdict = "sent" if sent else "rejected"
    return Verdict(signal, outcome)


def decide(memory: VerdictMemory, signal: QueuedSignal, *, sent: bool) -> None:
    memory.remember([verdict(signal, sent=sent)])


def kinds(claim: Claim) -> tuple[int, int, int]:
    """Return how many are fresh, duplicates and for later."""
    return len(claim.fresh), len(claim.duplicates), len(claim.later)


NOTHING = (0, 0, 0)
FRESH = (1, 0, 0)
DUPLICATE = (0, 1, 0)


def test_an_unknown_event_is_fresh() -> None:
    assert kinds(VerdictMemory(10).claim([queued("a")])) == FRESH


def test_what_was_sent_is_not_sent_again_when_it_is_redelivered_or_published_again() -> None:
    memory = VerdictMemory(10)
    decide(memory, queued("a"), sent=True)
    assert kinds(memory.claim([queued("a")])) == NOTHING
    assert kinds(memory.claim([queued("a", message_id="published twice")])) == NOTHING


def test_a_second_event_with_the_id_of_a_sent_one_is_a_duplicate() -> None:
    memory = VerdictMemory(10)
    decide(memory, queued("a", row=1), sent=True)
    assert kinds(memory.claim([queued("a", row=2)])) == DUPLICATE


def test_the_same_id_in_another_dataset_or_under_another_name_is_another_event() -> None:
    memory = VerdictMemory(10)
    decide(memory, queued("a"), sent=True)
    assert kinds(memory.claim([queued("a", dataset="456")])) == FRESH
    assert kinds(memory.claim([queued("a", event_name="Lead")])) == FRESH


def test_a_rejected_event_is_answered_when_redelivered_but_goes_through_corrected_or_replayed() -> None:
    memory = VerdictMemory(10)
    decide(memory, queued("a", message_id="m1"), sent=False)
    assert kinds(memory.claim([queued("a", message_id="m1")])) == NOTHING
    replayed = memory.claim([queued("a", message_id="m2")])
    assert kinds(replayed) == FRESH
    memory.release(replayed, replayed.fresh)
    assert kinds(memory.claim([queued("a", row=2, message_id="m3")])) == FRESH


def test_an_event_that_is_being_sent_is_waited_for() -> None:
    memory = VerdictMemory(10)
    first = memory.claim([queued("a"), queued("b", row=2)])
    second = memory.claim([queued("a"), queued("b", row=2), queued("c", row=3)])
    assert kinds(second) == (1, 0, 2)
    assert second.waits == [first.done]
    memory.release(first, first.fresh[:1])
    assert not first.done.done()
    memory.release(first, first.fresh[1:])
    assert first.done.done()
    assert kinds(memory.claim(second.later)) == (2, 0, 0)


def test_an_event_twice_in_one_message_waits_for_its_own_first_copy() -> None:
    memory = VerdictMemory(10)
    claim = memory.claim([queued("a", row=1), queued("a", row=2)])
    assert kinds(claim) == (1, 0, 1)
    assert claim.waits == [claim.done]
    decide(memory, claim.fresh[0], sent=True)
    memory.release(claim, claim.fresh)
    assert kinds(memory.claim(claim.later)) == DUPLICATE


def test_a_refused_item_does_not_spend_the_id_for_another_item_of_its_message() -> None:
    memory = VerdictMemory(10)
    first, second = both = items_of_one_message("a", "a")
    decide(memory, first, sent=False)
    assert kinds(memory.claim([first])) == NOTHING
    claim = memory.claim([second])
    assert kinds(claim) == FRESH
    decide(memory, second, sent=True)
    memory.release(claim, claim.fresh)
    assert kinds(memory.claim(both)) == NOTHING
    assert memory.has_decided(both)
    assert not memory.has_decided([queued("b")])


def test_a_duplicate_is_decided_when_it_is_claimed() -> None:
    memory = VerdictMemory(10)
    decide(memory, queued("a", row=1), sent=True)
    second = queued("a", row=2)
    assert kinds(memory.claim([second])) == DUPLICATE
    assert kinds(memory.claim([second])) == NOTHING
    assert kinds(memory.claim([queued("a", row=2, message_id="another")])) == DUPLICATE


@given(st.integers(0, 20), st.integers(1, 60))
def test_at_least_the_last_decisions_are_remembered_and_at_most_twice_as_many(size: int, decisions: int) -> None:
    memory = VerdictMemory(size)
    signals = [queued(f"e{number}", row=number) for number in range(decisions)]
    for signal in signals:
        decide(memory, signal, sent=True)
    remembered = [not memory.claim([signal]).fresh for signal in signals]
    assert all(remembered[-size:] if size else [])
    assert sum(remembered) <= 2 * size + 1


def test_of_many_threads_one_gets_each_event() -> None:
    memory = VerdictMemory(1000)
    claims: list[Claim] = []
    signals = [queued(f"e{number}", row=number) for number in range(200)]
    threads = [threading.Thread(target=lambda: claims.append(memory.claim(signals))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(claim.fresh) for claim in claims) == 200


def test_decisions_of_the_older_generation_count_as_those_of_the_recent() -> None:
    memory = VerdictMemory(1)
    refused, taken = queued("refused"), queued("taken", row=2)
    memory.remember([verdict(refused, sent=False), verdict(taken, sent=True)])
    assert not memory._recent.count, "both are in the older generation now"
    assert kinds(memory.claim([refused, taken])) == NOTHING
    assert memory.has_decided([refused, taken])
    assert memory.was_any_sent([taken])
    assert not memory.was_any_sent([refused])


def test_a_claim_names_its_duplicates() -> None:
    memory = VerdictMemory(10)
    decide(memory, queued("a", row=1), sent=True)
    again = queued("a", row=2)
    assert memory.claim([again]).duplicates == [again]
