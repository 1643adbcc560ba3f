import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.batching.batch import Limits


@given(
    linger=st.floats(0, 5),
    under_load=st.floats(0, 10),
    fills=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 50)), min_size=1, max_size=20),
)
def test_a_batch_stays_for_its_linger_and_beyond_only_at_a_pace_that_fills_it_in_time(
    linger: float, under_load: float, fills: list[tuple[float, int]]
) -> None:
    bounds = Limits(count=1000, size=10**6, linger=linger, linger_under_load=under_load)
    now, count, due = 0.0, 0, linger
    for pause, items in fills:
        now, count = now + pause, count + items
        latest, due = due, bounds.due(0.0, now, count, 0)
        assert linger <= due <= max(linger, under_load)
        assert due == linger or count / due >= bounds.count / under_load * 0.999
        assert due <= max(linger, now + linger)
        assert due >= latest, "a sender that sleeps until then must not sleep too long"


def test_a_batch_whose_bytes_fill_fast_is_waited_for_like_one_whose_items_do() -> None:
    bounds = Limits(count=1000, size=100, linger=0.25, linger_under_load=2.0)
    assert bounds.due(0.0, 0.25, 1, 30) == pytest.approx(0.5)  # nothing may come for longer than a linger
    assert bounds.due(0.0, 0.5, 1, 30) == pytest.approx(0.6)
