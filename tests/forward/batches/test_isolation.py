"""One bad event costs itself and few requests, whatever the position, and nothing valid is ever rejected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forward.batches.isolation import HOPELESS, Fate, Isolation
from forward.meta.answer import Answer
from omnicapi.errors import MetaRefusedUs, MetaUnavailable, OmniCapiError
from tests.forward import fakes

TOO_OLD = (100, 2804003)

accepted = cache(fakes.accepted)
refused = cache(fakes.refused)


class Batch:
    """A batch with bad events in it, and the requests that finding them cost."""

    def __init__(self, count: int, bad: set[int], *, named: bool = False, most_events: int = 1000) -> None:
        self.count = count
        self.bad = bad
        self.named = named
        self.most_events = most_events
        self.requests: list[list[int]] = []
        self.script: dict[int, Answer | OmniCapiError] = {}

    def send(self, positions: Sequence[int]) -> Answer:
        self.requests.append(list(positions))
        step = self.script.get(len(self.requests))
        if isinstance(step, OmniCapiError):
            raise step
        if step is not None:
            return step
        if len(positions) > self.most_events:
            return refused(None, status=413)
        for place, position in enumerate(positions):
            if position in self.bad:
                return refused(*TOO_OLD, named=place if self.named else None)
        return accepted(len(positions))

    def run(self, extra_requests: int = 150, *, search_unclear: bool = False) -> list[Fate]:
        return Isolation(self.send, self.count, extra_requests, search_unclear=search_unclear).run()

    @property
    def extra(self) -> int:
        return len(self.requests) - 1

    @property
    def taken(self) -> list[int]:
        """Positions Meta took, each as often as it did."""
        return [position for request in self.requests if not self.bad & set(request) for position in request]


def sent(fates: Sequence[Fate]) -> set[int]:
    return {i for i, fate in enumerate(fates) if isinstance(fate, Answer) and fate.refusal is None}


def rejected(fates: Sequence[Fate]) -> set[int]:
    return {i for i, fate in enumerate(fates) if isinstance(fate, Answer) and fate.refusal is not None}


def undecided(fates: Sequence[Fate]) -> set[int]:
    return {i for i, fate in enumerate(fates) if isinstance(fate, OmniCapiError)}


def test_a_clean_batch_is_one_request() -> None:
    batch = Batch(1000, set())
    assert sent(batch.run()) == set(range(1000))
    assert batch.extra == 0


def test_an_event_that_meta_names_costs_one_extra_request_at_every_position_of_1000() -> None:
    for position in range(1000):
        batch = Batch(1000, {position}, named=True)
        fates = batch.run()
        assert rejected(fates) == {position}
        assert len(sent(fates)) == 999
        assert batch.extra == 1


def test_an_event_that_meta_does_not_name_costs_at_most_12_extra_requests_at_every_position_of_1000() -> None:
    costs = []
    for position in range(1000):
        batch = Batch(1000, {position})
        fates = batch.run()
        assert rejected(fates) == {position}
        assert sent(fates) == set(range(1000)) - {position}
        costs.append(batch.extra)
    assert max(costs) <= 12


@given(st.integers(1, 300), st.sets(st.integers(0, 299), max_size=40), st.booleans())
def test_every_event_is_decided_once_and_rightly(count: int, bad: set[int], named: bool) -> None:
    bad = {position for position in bad if position < count}
    batch = Batch(count, bad, named=named)
    fates = batch.run(extra_requests=10_000)
    if not bad or len(bad) < HOPELESS:
        assert rejected(fates) == bad
        assert sent(fates) == set(range(count)) - bad
    assert rejected(fates) <= bad
    assert sent(fates).isdisjoint(bad)
    assert len(batch.taken) == len(set(batch.taken)) == len(sent(fates))


@given(st.sets(st.integers(0, 999), max_size=60), st.integers(0, 150))
def test_what_is_left_undecided_is_the_end_of_the_batch(bad: set[int], budget: int) -> None:
    batch = Batch(1000, bad)
    fates = batch.run(extra_requests=budget)
    left = undecided(fates)
    assert left == set(range(1000 - len(left), 1000))
    assert batch.extra <= budget


@given(st.sets(st.integers(0, 999), min_size=10, max_size=10))
def test_one_percent_scattered_and_unnamed_fits_the_default_budget(bad: set[int]) -> None:
    batch = Batch(1000, bad)
    fates = batch.run()
    assert rejected(fates) == bad
    assert not undecided(fates)


def test_ten_bad_events_that_meta_names_cost_ten_extra_requests() -> None:
    batch = Batch(1000, set(range(0, 1000, 100)), named=True)
    assert rejected(batch.run()) == batch.bad
    assert batch.extra == 10


def test_bad_rows_that_stand_together_cost_less_than_scattered_ones() -> None:
    together, scattered = Batch(1000, set(range(500, 510))), Batch(1000, set(range(50, 1000, 100)))
    assert rejected(together.run()) == together.bad
    assert rejected(scattered.run()) == scattered.bad
    assert together.extra < 40 < scattered.extra


@pytest.mark.parametrize("named", [True, False])
def test_a_batch_of_bad_events_only_is_given_up_early(named: bool) -> None:
    batch = Batch(1000, set(range(1000)), named=named)
    fates = batch.run()
    assert rejected(fates) == set(range(HOPELESS))
    assert batch.extra <= 2 * HOPELESS


def test_an_event_is_rejected_only_by_an_answer_that_names_it_or_is_about_it_alone() -> None:
    """Two events that Meta refuses only together are both sent."""

    class Together(Batch):
        def send(self, positions: Sequence[int]) -> Answer:
            self.requests.append(list(positions))
            return refused(*TOO_OLD) if {3, 6} <= set(positions) else accepted(len(positions))

    assert sent(Together(8, set()).run()) == set(range(8))


def test_a_name_that_points_outside_the_request_is_not_believed() -> None:
    batch = Batch(4, {2})
    batch.script[1] = refused(100, 2804019, named=4)
    assert rejected(batch.run()) == {2}


def test_a_request_that_is_too_large_is_sent_in_parts() -> None:
    batch = Batch(1000, set(), most_events=300)
    assert sent(batch.run()) == set(range(1000))
    assert [len(request) for request in batch.requests] == [1000, 500, 250, 250, 250, 250]


def test_an_event_too_large_alone_is_rejected_and_the_others_are_sent() -> None:
    class Giant(Batch):
        def send(self, positions: Sequence[int]) -> Answer:
            self.requests.append(list(positions))
            return refused(None, status=413) if 5 in positions else accepted(len(positions))

    fates = Giant(16, set()).run()
    assert rejected(fates) == {5}
    assert len(sent(fates)) == 15


@pytest.mark.parametrize(
    ("interruption", "kind"),
    [
        (refused(2, status=500), MetaUnavailable),
        (refused(4), MetaUnavailable),
        (refused(None, status=502), MetaUnavailable),
        (refused(190, 463, status=401), MetaRefusedUs),
        (refused(105), MetaRefusedUs),
        (MetaUnavailable("no answer"), MetaUnavailable),
        (MetaRefusedUs("no token"), MetaRefusedUs),
    ],
)
def test_an_interrupted_search_keeps_what_it_knows_and_decides_nothing_else(
    interruption: Answer | OmniCapiError, kind: type[OmniCapiError]
) -> None:
    batch = Batch(100, {30})
    batch.script[4] = interruption
    fates = batch.run()
    assert [len(request) for request in batch.requests] == [100, 50, 25, 12]
    assert sent(fates) == set(range(25))
    assert {type(fates[position]) for position in undecided(fates)} == {kind}
    assert undecided(fates) == set(range(25, 100))


class Flaky(Batch):
    """A batch in which some events make Meta fail with code 1, which says nothing."""

    def send(self, positions: Sequence[int]) -> Answer:
        self.requests.append(list(positions))
        return refused(1, status=500) if self.bad & set(positions) else accepted(len(positions))


def test_a_failure_for_no_known_reason_is_not_searched_at_first() -> None:
    batch = Flaky(100, {40})
    assert undecided(batch.run()) == set(range(100))
    assert batch.extra == 0


def test_a_batch_that_keeps_failing_is_searched_and_only_the_cause_stays_behind_undecided() -> None:
    batch = Flaky(100, {40})
    fates = batch.run(search_unclear=True)
    assert undecided(fates) == {40}
    assert sent(fates) == set(range(100)) - {40}


def test_no_budget_means_one_request() -> None:
    batch = Batch(10, {0})
    assert undecided(batch.run(extra_requests=0)) == set(range(10))
    assert batch.extra == 0


class Breaking(Batch):
    """A batch of which some request breaks in a way that nobody foresaw, by its number."""

    def __init__(self, count: int, bad: set[int], *, at: int, named: bool = False) -> None:
        super().__init__(count, bad, named=named)
        self.at = at

    def send(self, positions: Sequence[int]) -> Answer:
        if len(self.requests) + 1 == self.at:
            raise ZeroDivisionError
        return super().send(positions)


def test_what_breaks_before_anything_is_decided_is_raised() -> None:
    for batch in (Breaking(10, set(), at=1), Breaking(10, {3}, at=2)):
        with pytest.raises(ZeroDivisionError):
            batch.run()


@pytest.mark.parametrize(
    ("place", "at", "named", "taken", "bad"),
    [
        (30, 4, False, set(range(25)), set()),
        (0, 8, False, set(), {0}),
        (30, 2, True, set(), {30}),
    ],
)
def test_what_breaks_later_costs_only_what_was_not_decided_yet(
    place: int, at: int, named: bool, taken: set[int], bad: set[int], caplog: pytest.LogCaptureFixture
) -> None:
    fates = Breaking(100, {place}, at=at, named=named).run()
    assert (sent(fates), rejected(fates)) == (taken, bad)
    assert undecided(fates) == set(range(100)) - taken - bad
    assert {str(fates[position]) for position in undecided(fates)} == {
        "A part of the batch could not be sent; it comes again."
    }
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("ERROR", "a request to Meta broke")
    assert record.__dict__["json_fields"]["error"] == "ZeroDivisionError"


def test_an_event_that_was_named_and_one_that_was_found_are_both_decided() -> None:
    batch = Breaking(3, {0, 1, 2}, at=4)
    batch.script[1] = refused(*TOO_OLD, named=0)
    fates = batch.run()
    assert (rejected(fates), undecided(fates)) == ({0, 1}, {2})


def test_what_one_search_does_not_reach_says_so() -> None:
    fates = Batch(100, set(range(100))).run()
    assert {str(fates[position]) for position in undecided(fates)} == {
        "A batch held more bad events than one search finds."
    }


def test_a_search_for_unclear_failures_must_be_asked_for() -> None:
    batch = Flaky(100, {40})
    assert undecided(Isolation(batch.send, batch.count, 150).run()) == set(range(100))


def test_how_far_to_look_next_follows_the_distance_between_bad_events() -> None:
    batch = Batch(64, {5, 17, 18, 50})
    batch.run()
    assert [len(request) for request in batch.requests] == [
        64,
        32,
        16,
        8,
        4,
        2,
        1,
        1,
        58,
        29,
        14,
        7,
        3,
        2,
        1,
        1,
        12,
        6,
        3,
        1,
        1,
        2,
        4,
        8,
        16,
        14,
        7,
        3,
        1,
        13,
    ]


def test_a_size_that_was_too_large_is_not_tried_again_after_a_bad_event() -> None:
    batch = Batch(100, {0}, most_events=30)
    assert rejected(batch.run()) == {0}
    assert [len(request) for request in batch.requests] == [100, 50, 25, 12, 6, 3, 1, 99, 49, 24, 24, 24, 24, 3]
