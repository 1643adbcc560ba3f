"""The promise, as a machine that tries to break it: every item reaches Meta at least once or says why not.

Handle and forward run as they are, with their batcher and threads. Messages are refused, repeated, reordered and lost
with a process; Meta refuses, fails, and takes events without an answer; Pub/Sub takes nothing or raises.
"""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.promise.world import EXPECTED, Fate, Item, World

IDS = st.sampled_from(["a", "b", "c"])
FATES: st.SearchStrategy[Fate] = st.sampled_from(["good", "good", "good", "bad", "bad", "denied", "invalid", "broken"])
TOPICS = st.sampled_from(["signals", "outcomes", "outcomes", "signals-dead-letter"])


class Promise(RuleBasedStateMachine):
    """Whatever happens in whatever order, at the end every item is accounted for."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.world = World(self.patch)

    @rule(content=st.lists(st.tuples(IDS, FATES), min_size=1, max_size=4))
    def publish(self, content: list[tuple[str, Fate]]) -> None:
        self.world.publish(content)

    @precondition(lambda self: self.world.events)
    @rule(choice=st.integers(0, 20), answered=st.booleans(), dies_at=st.sampled_from([None, None, 0, 1]))
    def deliver_to_handle(self, choice: int, answered: bool, dies_at: int | None) -> None:
        waiting = sorted(self.world.events)
        self.world.deliver_to_handle(waiting[choice % len(waiting)], acknowledged=answered, dies_at=dies_at)

    @precondition(lambda self: self.world.signals)
    @rule(choice=st.integers(0, 20), answered=st.booleans())
    def deliver_to_forward(self, choice: int, answered: bool) -> None:
        waiting = sorted(self.world.signals)
        self.world.deliver_to_forward(waiting[choice % len(waiting)], acknowledged=answered)

    @rule(answer=st.sampled_from(["lost", "failed", "killed"]))
    def let_meta_fail(self, answer: str) -> None:
        self.world.next_answers.append(answer)  # type: ignore[arg-type]  # one of its kinds

    @rule(topic=TOPICS, trouble=st.sampled_from(["raise", "fail"]))
    def let_publishing_fail(self, topic: str, trouble: str) -> None:
        self.world.trouble[topic] = trouble  # type: ignore[assignment]  # one of its kinds

    @precondition(lambda self: self.world.trouble)
    @rule()
    def let_publishing_work(self) -> None:
        self.world.trouble.clear()

    @rule()
    def kill_forward(self) -> None:
        self.world.kill_forward()

    def teardown(self) -> None:
        try:
            self.world.end_well()
            for item in self.world.items:
                self._is_accounted_for(item)
        finally:
            self.patch.undo()

    def _is_accounted_for(self, item: Item) -> None:
        world, place = self.world, item.place
        told = world.told[place]
        verdicts = {(one.verdict, one.reason) for one in told}
        assert world.taken[place] or told or world.letters[place], f"{item} disappeared"
        assert world.taken[place] <= 1 + world.may_send_again[place], f"{item} was sent again after it was accepted"
        assert told or place in world.may_be_silent, f"{item} has no outcome"
        if place not in world.may_repeat:
            assert len(told) <= 1, f"{item} has several outcomes"
            assert world.letters[place] <= 1, f"{item} has several dead letters"
            assert place in world.may_be_silent or bool(world.letters[place]) == (verdicts == {EXPECTED["bad"]})
        assert verdicts <= self._allowed(item)
        if ("rejected", "parameter_invalid") in verdicts:
            assert world.letters[place], f"{item} has no dead letter"
        twins = self._twins(item)
        if item.fate != "good":
            assert not world.taken[place]
        else:
            assert any(world.taken[twin.place] for twin in twins), f"{item} never reached Meta"
        if ("sent", None) in verdicts:
            assert world.taken[place], f"{item} is called sent and is not"
        if not world.may_repeat.intersection(twin.place for twin in twins):
            assert len(verdicts) <= 1

    def _allowed(self, item: Item) -> set[tuple[str, str | None]]:
        """Return the verdicts that an item can have: of events with one id one goes to Meta."""
        allowed = {EXPECTED.get(item.fate, ("sent", None))}
        if item.fate in {"good", "bad"} and len(self._twins(item)) > 1:
            allowed.add(("dropped", "duplicate"))
        return allowed

    def _twins(self, item: Item) -> list[Item]:
        return [one for one in self.world.items if one.event_id == item.event_id]


TestPromise = Promise.TestCase
