import random
import tracemalloc
from collections.abc import Iterator

import pytest

from ingest.readers.xlsx import strings as module
from ingest.readers.xlsx.strings import TOGETHER, Strings
from omnicapi.errors import UnreadableFile


def given_in(pieces: int, count: int, taken: list[int] | None = None) -> Iterator[list[str]]:
    for first in range(0, count, pieces):
        if taken is not None:
            taken.append(first)
        yield [f"text {number}" for number in range(first, min(count, first + pieces))]


@pytest.mark.parametrize("count", [1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 10_000])
@pytest.mark.parametrize("pieces", [1, 700])
def test_every_text_is_found_in_any_order(count: int, pieces: int) -> None:
    strings = Strings(given_in(pieces, count))
    numbers = list(range(count))
    random.Random(count).shuffle(numbers)
    assert [strings[number] for number in numbers] == [f"text {number}" for number in numbers]


def test_empty_texts_have_numbers_too() -> None:
    strings = Strings([["", "a", ""], [""], ["b"]])
    assert [strings[number] for number in range(5)] == ["", "a", "", "", "b"]


@pytest.mark.parametrize("number", [-1, 5, TOGETHER, 10**9])
def test_a_text_that_is_not_there_is_damage(number: int) -> None:
    strings = Strings([["a"] * 5])
    with pytest.raises(UnreadableFile, match="damaged"):
        strings[number]
    with pytest.raises(UnreadableFile, match="damaged"):
        Strings([])[number]


def test_texts_are_read_only_as_far_as_they_are_asked_for_and_each_time_as_many_as_there_are() -> None:
    taken: list[int] = []
    strings = Strings(given_in(TOGETHER, 300_000, taken))
    assert strings[5] == "text 5"
    at_first = len(taken)
    assert at_first * TOGETHER < 50_000
    assert strings[at_first * TOGETHER - 1]
    assert len(taken) == at_first
    assert strings[at_first * TOGETHER]
    assert len(taken) == 2 * at_first
    assert strings[200_000]
    assert len(taken) == 200_000 // TOGETHER + 1


def test_texts_take_a_fraction_of_their_size() -> None:
    tracemalloc.start()
    strings = Strings(
        [f"maria.silva{number}@example.com" for number in range(first, first + 1000)]
        for first in range(0, 100_000, 1000)
    )
    assert strings[99_999] == "maria.silva99999@example.com"
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 1_500_000


def test_long_texts_that_were_asked_for_are_not_all_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNPACKED", 1_000_000)
    count = 50 * TOGETHER
    strings = Strings([f"{number}{'x' * 1000}"] for number in range(count))
    held = []
    tracemalloc.start()
    for number in range(count):
        assert strings[number] == f"{number}{'x' * 1000}"
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert max(held) < 2_000_000
