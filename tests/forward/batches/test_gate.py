"""A dataset that cannot be served pauses or stops by itself, tries again by itself, and says why."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forward.batches.gate import LONGEST_PAUSE, TOLERATED_FAILURES, Gate, Gates
from forward.meta.errors import ALL_REJECTED, BY_CODE, NO_ANSWER, THROTTLED, UNAVAILABLE
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from tests.forward.fakes import Clock

TOKEN = BY_CODE[190]
PROBE = 30.0


class Rig:
    """A gate and its clock."""

    def __init__(self, rejection_run: int = 10, began: float = 1000.0, probe: float = PROBE) -> None:
        self.clock = Clock(began)
        self.gate = Gate("123", probe, rejection_run, self.clock)

    @property
    def open(self) -> bool:
        try:
            self.gate.check()
        except (MetaUnavailable, MetaRefusedUs):
            return False
        return True

    def round_of_failures(self, requests: int = 4) -> None:
        """Let requests that began together fail one after the other."""
        since = self.clock()
        for _ in range(requests):
            self.clock.now += 0.01
            self.gate.failed(since, UNAVAILABLE)


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    return [(record.levelname, record.__dict__["json_fields"]) for record in caplog.records]


def test_a_new_gate_is_open() -> None:
    rig = Rig()
    rig.gate.check()
    rig.gate.enter()
    assert rig.gate.describe() is None


def test_requests_that_fail_together_count_once_and_a_few_rounds_are_tolerated() -> None:
    rig = Rig()
    for _ in range(TOLERATED_FAILURES):
        rig.round_of_failures()
        assert rig.open
    rig.round_of_failures()
    assert not rig.open


def test_an_acceptance_between_failures_starts_the_count_again() -> None:
    rig = Rig()
    for _ in range(10):
        rig.round_of_failures()
        rig.gate.accepted(rig.clock())
    assert rig.open


def test_no_answer_at_all_pauses_at_once() -> None:
    rig = Rig()
    rig.gate.failed(rig.clock(), NO_ANSWER, at_once=True)
    assert not rig.open


def test_pauses_grow_up_to_a_limit_and_are_spread() -> None:
    rig = Rig()
    pauses = []
    for _ in range(12):
        rig.round_of_failures(1)
        about = rig.gate.describe()
        if about is not None:
            end = rig.gate._until
            pauses.append(end - rig.clock())
            rig.clock.now = end
            rig.gate.enter()
    assert all(longest / 2 <= pause <= longest for pause, longest in zip(pauses, [1, 2, 4, 8, 16, 30], strict=False))
    assert all(pause <= LONGEST_PAUSE for pause in pauses)
    assert len(set(pauses)) == len(pauses)


def test_the_shortest_pause_is_half_of_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda shortest, longest: shortest)
    rig = Rig()
    rig.clock.now = 100.0
    rig.gate.failed(rig.clock(), NO_ANSWER, at_once=True)
    assert rig.gate._until == 100.5


def test_when_a_pause_is_over_one_batch_tries_and_the_others_wait_for_it() -> None:
    rig = Rig()
    rig.gate.pause(THROTTLED, 60.0)
    rig.clock.now += 60
    rig.gate.enter()
    with pytest.raises(MetaUnavailable, match="throttled"):
        rig.gate.enter()
    rig.gate.accepted(rig.clock())
    rig.gate.enter()
    assert rig.open


def test_a_trial_that_never_ends_is_followed_by_another() -> None:
    rig = Rig()
    rig.gate.pause(THROTTLED, 1.0)
    for _ in range(3):
        rig.clock.now += PROBE
        rig.gate.enter()
        assert not rig.open


def test_an_acceptance_that_was_under_way_when_the_gate_closed_does_not_open_it() -> None:
    rig = Rig()
    before = rig.clock()
    rig.clock.now += 1
    rig.gate.stop(rig.clock(), TOKEN)
    rig.gate.accepted(before)
    assert not rig.open


def test_a_refused_sender_stops_the_dataset_until_a_probe_passes(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    rig.gate.stop(rig.clock(), TOKEN)
    with pytest.raises(MetaRefusedUs, match="token_invalid"):
        rig.gate.check()
    rig.clock.now += PROBE
    rig.gate.check()
    rig.gate.enter()
    with pytest.raises(MetaRefusedUs):
        rig.gate.enter()
    caplog.clear()
    rig.gate.accepted(rig.clock())
    assert rig.open
    assert told(caplog) == [("WARNING", {"dataset": "123", "reason": "token_invalid"})]


def test_every_failed_probe_is_an_error_an_alert_can_match_but_not_every_request_that_was_under_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = Rig()
    since = rig.clock()
    with caplog.at_level(logging.INFO, "forward"):
        for _ in range(4):
            rig.clock.now += 1
            rig.gate.stop(since, TOKEN)
        rig.clock.now += PROBE
        rig.gate.enter()
        rig.gate.stop(rig.clock(), TOKEN)
    assert [(level, about["event"]) for level, about in told(caplog)] == [("ERROR", "circuit_open")] * 2


def test_a_stop_is_not_turned_into_a_pause() -> None:
    rig = Rig()
    rig.gate.stop(rig.clock(), TOKEN)
    rig.gate.pause(THROTTLED, 1.0)
    rig.clock.now += 2
    with pytest.raises(MetaRefusedUs):
        rig.gate.check()


def test_a_refused_event_shows_that_meta_works_but_not_that_the_sender_is_welcome() -> None:
    paused, stopped = Rig(), Rig()
    paused.gate.pause(UNAVAILABLE, 1.0)
    stopped.gate.stop(stopped.clock(), TOKEN)
    for rig in (paused, stopped):
        rig.clock.now += PROBE
        rig.gate.enter()
        rig.gate.answered(rig.clock())
    assert paused.open
    assert not stopped.open


def test_a_longer_pause_is_not_shortened() -> None:
    rig = Rig()
    rig.gate.pause(THROTTLED, 300.0)
    rig.gate.pause(UNAVAILABLE, 1.0)
    rig.clock.now += 200
    assert not rig.open


@given(st.lists(st.integers(1, 5), max_size=20))
def test_a_run_of_rejections_stops_the_dataset_before_more_than_the_run_are_dead_lettered(counts: list[int]) -> None:
    rig = Rig(rejection_run=10)
    dead_lettered = sum(count for count in counts if rig.gate.may_reject(rig.clock(), count))
    assert dead_lettered <= 10
    assert rig.open == (sum(counts) <= 10)


def test_an_acceptance_ends_a_run_of_rejections() -> None:
    rig = Rig(rejection_run=10)
    for _ in range(5):
        assert rig.gate.may_reject(rig.clock(), 10)
        rig.gate.accepted(rig.clock())


def test_one_dataset_stops_and_the_others_go_on_and_health_tells_which_and_why() -> None:
    clock = Clock(0.0)
    gates = Gates(PROBE, 10, clock)
    gates.of("1").stop(0.0, ALL_REJECTED)
    gates.of("2").pause(THROTTLED, 12.4)
    gates.of("3").enter()
    assert gates.of("1") is gates.of("1")
    health = gates.health()
    assert set(health) == {"1", "2"}
    assert health["1"] == {
        "state": "stopped",
        "reason": "rejections_in_a_row",
        "remedy": ALL_REJECTED.remedy,
        "next_try_seconds": 30,
    }
    assert (health["2"]["state"], health["2"]["next_try_seconds"]) == ("pausing", 12)


def test_each_change_is_one_line_with_all_that_an_alert_or_a_person_asks_for(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    with caplog.at_level(logging.INFO, "forward"):
        rig.gate.pause(THROTTLED, 12.345)
        rig.clock.now += PROBE
        rig.gate.accepted(rig.clock())
        rig.gate.stop(rig.clock(), TOKEN)
    assert [(record.levelname, record.getMessage(), record.__dict__["json_fields"]) for record in caplog.records] == [
        ("WARNING", "dataset pauses", {"dataset": "123", "reason": THROTTLED.reason, "seconds": 12.3}),
        ("WARNING", "dataset open again", {"dataset": "123", "reason": THROTTLED.reason}),
        (
            "ERROR",
            "dataset stopped",
            {"event": "circuit_open", "dataset": "123", "reason": "token_invalid", "remedy": TOKEN.remedy},
        ),
    ]


def test_a_gate_that_was_stopped_and_opened_is_as_good_as_new() -> None:
    rig = Rig()
    rig.gate.stop(rig.clock(), TOKEN)
    rig.clock.now += PROBE
    rig.gate.accepted(rig.clock())
    for _ in range(TOLERATED_FAILURES):
        rig.round_of_failures(1)
        assert rig.open
    rig.gate.pause(THROTTLED, 1.0)
    with pytest.raises(MetaUnavailable, match="Dataset 123"):
        rig.gate.check()
    assert (rig.gate.describe() or {})["state"] == "pausing"


def test_times_count_from_the_first_second_of_the_clock_on() -> None:
    rig = Rig(began=0.0, probe=0.25)
    rig.gate.failed(rig.clock(), NO_ANSWER, at_once=True)
    assert not rig.open
    rig.gate.accepted(rig.clock())
    rig.gate.pause(THROTTLED, 0.25)
    rig.clock.now = 0.25
    assert rig.open
    rig.gate.stop(rig.clock(), TOKEN)
    rig.clock.now = 0.5
    assert rig.open
    rig.gate.accepted(rig.clock())
    rig.gate.pause(THROTTLED, 0.25)
    rig.clock.now = 0.75
    assert rig.open


def test_a_request_that_began_at_the_very_moment_of_a_change_came_after_it(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    for _ in range(TOLERATED_FAILURES + 1):
        rig.gate.failed(rig.clock(), UNAVAILABLE)
    assert not rig.open
    rig.gate.accepted(rig.clock())
    assert rig.open
    caplog.clear()
    for _ in range(2):
        rig.gate.stop(rig.clock(), TOKEN)
    assert len(told(caplog)) == 2


def test_health_says_in_how_many_seconds_the_next_batch_tries() -> None:
    rig = Rig()
    rig.gate.stop(rig.clock(), TOKEN)
    assert (rig.gate.describe() or {})["next_try_seconds"] == PROBE
    rig.clock.now += 2 * PROBE
    assert (rig.gate.describe() or {})["next_try_seconds"] == 0


def test_every_dataset_has_its_own_name_and_run_of_rejections() -> None:
    gates = Gates(PROBE, 3, Clock(1000.0))
    assert gates.of("1").may_reject(1000.0, 3)
    assert not gates.of("1").may_reject(1000.0, 1)
    assert gates.of("2").may_reject(1000.0, 3)
    with pytest.raises(MetaRefusedUs, match="Dataset 1 takes nothing now"):
        gates.of("1").check()
