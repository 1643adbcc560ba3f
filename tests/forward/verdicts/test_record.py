"""What is told of a decision, and what happens to one that Pub/Sub does not take: written again, given up, told."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from forward.signals import QueuedSignal, read_signals
from forward.verdicts.memory import VerdictMemory
from forward.verdicts.record import Verdicts
from forward.verdicts.verdict import MOST_FAILURES, Verdict
from omnicapi.messages import Outcome, Outcomes
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher
from tests.forward.fakes import message, signal
from tests.omnicapi.recording import RecordingClient


@dataclass
class Picky(RecordingClient):
    """A client that refuses what goes to the topics ``refuses``, as Google's does a message that is too large."""

    refuses: set[str] = field(default_factory=set)
    most_outcomes: int = 100

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        if topic.rpartition("/")[2] in self.refuses or data.count(b'"verdict"') > self.most_outcomes:
            raise ValueError("jane@example.com")
        return super().publish(topic, data, **attributes)

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes that were taken."""
        taken = [data for topic, data, _ in self.published if topic.endswith("/outcomes")]
        return [outcome for data in taken for outcome in msgspec.json.decode(data, type=Outcomes).outcomes]

    def letters(self) -> int:
        """Return how many dead letters were taken."""
        return sum(topic.endswith("/dead") for topic, _, _ in self.published)


@dataclass
class Rig:
    client: Picky = field(default_factory=Picky)

    def __post_init__(self) -> None:
        outcomes = OutcomeWriter(Publisher(self.client, "project", "outcomes", 1.0), "forward", lambda: 0)
        self.verdicts = Verdicts(outcomes, Publisher(self.client, "project", "dead", 1.0), VerdictMemory(100), 1.0)

    def write_again(self, verdict: Verdict, times: int) -> None:
        for _ in range(times):
            self.verdicts._write_again([verdict])


def queued(event_id: str = "a", **more: Any) -> QueuedSignal:
    (one,) = read_signals(message(signal(event_id, **more)))
    return one


def rejected(one: QueuedSignal) -> Verdict:
    outcome = one.outcome()
    outcome.verdict, outcome.reason = "rejected", "event_time_too_old"
    return Verdict(one, outcome)


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, Any, Any, Any]]:
    """Return what the log says was given up: the text, and of which verdict, from where, for which error."""
    return [
        (record.getMessage(), said["verdict"], said["origin"], said["error"])
        for record in caplog.records
        if "error_path" in (said := record.__dict__["json_fields"]) and "verdict" in said
    ]


def test_an_event_that_was_sent_from_elsewhere_is_dropped_with_its_reason() -> None:
    rig = Rig()
    rig.verdicts.drop_duplicates([queued()])
    (outcome,) = rig.client.outcomes()
    assert (outcome.verdict, outcome.reason, outcome.field) == ("dropped", "duplicate", "event_id")
    assert outcome.message == "An event with this id was sent already from elsewhere; it was not sent again."


def test_an_item_that_is_no_signal_says_what_is_wrong_with_it() -> None:
    rig = Rig()
    one = msgspec.structs.replace(queued(), fault="it is a list")
    rig.verdicts.refuse_unreadable([one])
    (outcome,) = rig.client.outcomes()
    assert outcome.message == "This is no signal as handle writes it: it is a list. See its dead letter."
    assert rig.client.letters() == 1


def test_a_dead_letter_that_is_never_taken_is_given_up_after_its_tries_and_told_by_its_outcome(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = Rig(Picky(refuses={"dead"}))
    verdict = rejected(queued(origin={"message_id": "p", "index": 1}))
    rig.write_again(verdict, MOST_FAILURES - 1)
    assert (verdict.failed_alone, verdict.without_letter, told(caplog)) == (MOST_FAILURES - 1, False, [])
    rig.write_again(verdict, 1)
    assert (verdict.failed_alone, verdict.without_letter) == (0, True)
    assert told(caplog) == [("a dead letter cannot be written", "rejected", "message p item 1", "ValueError")]
    assert not rig.client.outcomes()
    rig.write_again(verdict, 1)
    assert [outcome.reason for outcome in rig.client.outcomes()] == ["event_time_too_old"]
    assert verdict.is_written()
    assert "jane" not in str([record.__dict__ for record in caplog.records])


def test_an_outcome_that_is_never_taken_is_given_up_after_its_tries(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(Picky(refuses={"outcomes"}))
    verdict = rejected(queued(origin={"message_id": "p", "index": 1}))
    rig.write_again(verdict, MOST_FAILURES - 1)
    assert (verdict.failed_alone, told(caplog)) == (MOST_FAILURES - 1, [])
    rig.write_again(verdict, 1)
    assert told(caplog) == [("an outcome cannot be written", "rejected", "message p item 1", "ValueError")]
    assert verdict.is_given_up()
    assert rig.client.letters() == 1, "what was taken is not written twice"


def test_what_is_taken_at_the_second_try_is_written_once_and_counts_no_failure() -> None:
    rig = Rig(Picky(refuses={"dead", "outcomes"}))
    verdict = rejected(queued())
    rig.write_again(verdict, 1)
    assert verdict.failed_alone == 1
    rig.client.refuses.clear()
    rig.write_again(verdict, 2)
    assert (verdict.failed_alone, verdict.is_written()) == (1, True)
    assert (rig.client.letters(), len(rig.client.outcomes())) == (1, 1)


def test_what_is_refused_together_is_taken_alone() -> None:
    rig = Rig(Picky(most_outcomes=1))
    both = [rejected(queued("a")), rejected(queued("b"))]
    rig.verdicts._write_again(both)
    assert [verdict.failed_alone for verdict in both] == [0, 0]
    assert sorted(str(outcome.event_id) for outcome in rig.client.outcomes()) == ["a", "b"]
    assert rig.client.letters() == 2


def test_one_whose_outcome_cannot_even_be_made_costs_no_other_a_try_or_a_second_outcome(
    poisoned_outcomes: None,
) -> None:
    rig = Rig()
    before, poison = rejected(queued("a")), rejected(queued("poison"))
    beside = rejected(queued("b"))
    before.http_status = 200  # the answer of another request, so that it is told apart from the others
    rig.verdicts._write_again([before, poison, beside])
    assert [verdict.failed_alone for verdict in (before, poison, beside)] == [0, 1, 0]
    assert sorted(str(outcome.event_id) for outcome in rig.client.outcomes()) == ["a", "b"]
