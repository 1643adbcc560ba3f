"""What is in work stays within its bound, a lone request is always admitted, and everything is given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.errors import Overloaded
from omnicapi.http.admission import ITEM, Admission
from omnicapi.http.asgi import BODY_SECONDS, RETRY_AFTER
from omnicapi.http.serving import HEAD_SECONDS
from omnicapi.off_loop import LIGHT
from omnicapi.settings import ServiceSettings
from tests.examples import examples

MOST = 100

requests = st.lists(st.lists(st.integers(1, 60), max_size=6), min_size=1, max_size=8)


@given(requests)
@examples(200)
def test_several_requests_hold_no_more_than_the_bound_and_in_the_end_nothing(sizes: list[list[int]]) -> None:
    admission = Admission(MOST)
    shares = [admission.request() for _ in sizes]
    for position in range(6):
        for share, wanted in zip(shares, sizes, strict=True):
            if position < len(wanted):
                others = admission.taken - share.held
                try:
                    share.take(wanted[position])
                except Overloaded:
                    assert others
                    assert admission.taken + wanted[position] > MOST
                    share.__exit__(None, None, None)
                else:
                    assert admission.taken <= MOST or not others
    for share in shares:
        share.__exit__(None, None, None)
    assert admission.taken == 0


def test_a_lone_request_is_admitted_whatever_its_size() -> None:
    admission = Admission(MOST)
    with admission.request() as share:
        share.take(10 * MOST)
        with pytest.raises(Overloaded), admission.request() as another:
            another.check(1)
    assert admission.taken == 0


def test_what_was_admitted_and_turned_out_larger_keeps_others_away() -> None:
    admission = Admission(MOST)
    with admission.request() as share:
        share.take(1)
        share.add(MOST)
        with pytest.raises(Overloaded), admission.request() as another:
            another.take(1)


def test_the_bounds_have_the_values_that_are_documented() -> None:
    assert (ITEM, LIGHT, HEAD_SECONDS, BODY_SECONDS, RETRY_AFTER) == (1000, 32_768, 10.0, 30.0, "5")
    assert ServiceSettings(google_cloud_project="p").in_work_bytes == 64_000_000
