from hypothesis import given
from hypothesis import strategies as st

from local.pubsub.policies import IMMEDIATELY, RetryPolicy
from local.pubsub.pushing.push_backoff import PushBackoff


def test_a_retry_doubles_from_the_minimum_to_the_maximum() -> None:
    policy = RetryPolicy(10, 600)
    assert [policy.delay(failures) for failures in range(1, 9)] == [10, 20, 40, 80, 160, 320, 600, 600]


def test_without_a_policy_a_retry_is_immediate() -> None:
    assert IMMEDIATELY.delay(1) == IMMEDIATELY.delay(50) == 0


@given(st.floats(0, 600), st.floats(0, 600), st.integers(1, 100_000))
def test_a_delay_stays_in_its_bounds_and_never_shrinks(minimum: float, span: float, failures: int) -> None:
    policy = RetryPolicy(minimum, minimum + span)
    assert minimum <= policy.delay(failures) <= policy.delay(failures + 1) <= minimum + span


def test_the_pause_doubles_with_every_round_of_failures() -> None:
    backoff = PushBackoff(maximum=1)
    now, pauses = 100.0, []
    for _ in range(6):
        backoff.nacked(sent=now, now=now)
        pauses.append(round(backoff.remaining(now), 6))
        now += backoff.remaining(now)
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1, 1]


def test_a_round_counts_once_however_many_pushes_were_under_way() -> None:
    backoff = PushBackoff(maximum=60)
    for _ in range(256):
        backoff.nacked(sent=0, now=1)
    assert round(backoff.remaining(1), 6) == 0.1


def test_an_acknowledgement_ends_the_pause() -> None:
    backoff = PushBackoff(maximum=60)
    backoff.nacked(sent=0, now=1)
    backoff.nacked(sent=1.1, now=1.2)
    backoff.acked()
    assert backoff.remaining(1.2) == 0
    backoff.nacked(sent=1.2, now=1.3)
    assert round(backoff.remaining(1.3), 6) == 0.1


def test_a_maximum_of_zero_never_pauses() -> None:
    backoff = PushBackoff(maximum=0)
    backoff.nacked(sent=0, now=1)
    assert backoff.remaining(1) == 0
