from __future__ import annotations

import hashlib
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.consent.opt_out_list import OptOutList, read_opt_out_list
from omnicapi.errors import BadSettings

hashes = st.binary(max_size=16).map(lambda data: hashlib.sha256(data).hexdigest())


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@given(st.sets(hashes, max_size=50), hashes)
def test_the_list_holds_exactly_what_it_was_given(listed: set[str], other: str) -> None:
    people = OptOutList(listed)
    assert all(map(people.holds, listed))
    assert people.holds(other) == (other in listed)
    assert len(people) == len(listed)


def test_a_hash_with_an_appendix_is_the_same_person() -> None:
    assert OptOutList([sha256("jane")]).holds(f"{sha256('jane')}.AQQCAQIB")


def test_people_take_eight_bytes_each() -> None:
    tracemalloc.start()
    try:
        people = OptOutList(sha256(str(number)) for number in range(50_000))
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(people) == 50_000
    assert kept < 50_000 * 8 * 1.1 + 100_000
    assert peak < kept * 1.5
    assert people.holds(sha256("77"))
    assert not people.holds(sha256("-77"))


def test_a_file_may_hold_comments_blank_lines_and_capitals() -> None:
    text = f"\ufeff# asked to be forgotten\r\n\r\n{sha256('a').upper()}\r\n  {sha256('b')}  \n{sha256('a')}"
    people = read_opt_out_list(text.encode().split(b"\n"), "list.txt")
    assert len(people) == 2
    assert people.holds(sha256("a"))
    assert people.holds(sha256("b"))


@pytest.mark.parametrize("wrong", ["jane@example.com", sha256("a")[:63], f"{sha256('a')}0", f"0x{sha256('a')[:62]}"])
def test_a_line_that_is_no_hash_stops_the_list_and_is_not_quoted(wrong: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read_opt_out_list([sha256("b").encode(), b"", wrong.encode()], "gs://bucket/list.txt")
    assert "gs://bucket/list.txt" in str(refused.value)
    assert "line 3" in str(refused.value)
    assert wrong not in str(refused.value)


@pytest.mark.parametrize("text", ["", "\n\n", "# exported on Monday"])
def test_a_file_without_anybody_is_not_used(text: str) -> None:
    with pytest.raises(BadSettings, match=r"list\.txt cannot be used: it is empty.*`# nobody`"):
        read_opt_out_list(text.encode().split(b"\n"), "list.txt")


@pytest.mark.parametrize("text", ["# nobody", "# exported on Monday\r\n# Nobody\r\n"])
def test_a_file_may_say_that_it_holds_nobody(text: str) -> None:
    assert len(read_opt_out_list(text.encode().split(b"\n"), "list.txt")) == 0


def test_an_empty_list_holds_nobody() -> None:
    assert not OptOutList().holds(sha256("a"))
    assert sys.getsizeof(OptOutList()) < 1000
