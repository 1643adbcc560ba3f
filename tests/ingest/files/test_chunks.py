import io
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.files import chunks as module
from ingest.files.chunks import FIRST, Chunk, FileInput, Start, chunks, next_stretch, resumed
from ingest.ledger.records import Progress
from ingest.maps.folder import Maps
from ingest.readers.file_types import read
from ingest.readers.table import USUAL, Position, ReadOptions, Table
from ingest.rows import conversion
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Origin
from omnicapi.publishing.publisher import encode
from tests.examples import examples
from tests.ingest.files.test_intake import HEAD, row, workbook
from tests.ingest.orders.test_orders import HEAD as ORDERS_HEAD
from tests.ingest.orders.test_orders import map_of
from tests.ingest.orders.test_orders import row as order_row
from tests.ingest.parquet_files import as_texts

REMEMBERED = 3


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 4)
    monkeypatch.setattr(module, "STRETCH_ROWS", 8)
    monkeypatch.setattr(module, "WARM_UP_ROWS", REMEMBERED)
    monkeypatch.setattr("ingest.events.event_ids.EventIds.__init__.__defaults__", (REMEMBERED,))


def source(maps: Maps, text: str) -> FileInput:
    return FileInput(io.BytesIO(text.encode()), maps.get("store"), Origin(object="incoming/store/a.csv"), USUAL)


def events(several: list[Chunk]) -> list[bytes]:
    return [bytes(event) for chunk in several for event in chunk.events]


def text(numbers: list[int]) -> str:
    return HEAD + "".join(row(number) if number else row(0, "bad") for number in numbers)


@examples(40)
@given(numbers=st.lists(st.integers(0, 3), min_size=1, max_size=25), data=st.data())
def test_a_file_gives_the_same_events_wherever_reading_goes_on(maps: Maps, numbers: list[int], data: Any) -> None:
    file = text([1, *numbers])
    whole = list(chunks(source(maps, file), 5))
    assert [chunk.last for chunk in whole] == [False] * (len(whole) - 1) + [True]
    assert [chunk.start.row for chunk in whole[1:]] == [chunk.end.row for chunk in whole[:-1]]
    done = data.draw(st.integers(0, len(whole) - 1))
    known = [Progress(chunk.start, chunk.end) for chunk in whole[:done]]
    rest = list(chunks(source(maps, file), 5, resumed(FIRST, known)))
    assert events(rest) == events(whole[done:])
    assert [chunk.start for chunk in rest] == [chunk.start for chunk in whole[done:]]


def test_rows_of_a_format_without_offsets_are_passed_over_where_that_is_fast(maps: Maps) -> None:
    head, *lines = (line.split(";") for line in text([number % 3 + 1 for number in range(20)]).splitlines())
    data = as_texts([[name or f"c{number}" for number, name in enumerate(head)], *lines])

    def opened() -> FileInput:
        return FileInput(io.BytesIO(data), maps.get("store"), Origin(object="incoming/store/a.parquet"), USUAL)

    whole = list(chunks(opened(), 5))
    for done in range(len(whole)):
        known = [Progress(chunk.start, chunk.end) for chunk in whole[:done]]
        assert events(list(chunks(opened(), 5, resumed(FIRST, known)))) == events(whole[done:])
    assert next_stretch(opened(), FIRST.position) is None


GROUPED = map_of({"total": "row", "within": 2})


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders are forgotten soon, and what is read again is no more than they need."""
    monkeypatch.setattr("ingest.orders.orders.REMEMBERED", REMEMBERED)
    monkeypatch.setattr(module, "WARM_UP_ROWS", 2 * REMEMBERED + 2)


def grouped(lines: list[str], end: str = "") -> FileInput:
    """A file in which a line is the order that it belongs to, ``-`` none, and ``?`` after it makes it unreadable."""
    rows = [order_row(one[0].strip("-"), "a", "?" if "?" in one else "10.00") for one in lines]
    content = ORDERS_HEAD + "".join(f"{one}\n" for one in rows) + end
    return FileInput(io.BytesIO(content.encode()), GROUPED, Origin(object="incoming/store/a.csv"), USUAL)


LINES = st.lists(
    st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "8", "9", "-", "1?", "-?"]), min_size=1, max_size=60
)


@pytest.mark.usefixtures("forgetful")
@settings(examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(lines=LINES, data=st.data())
def test_orders_are_the_same_at_once_in_chunks_resumed_and_shared(lines: list[str], data: Any) -> None:
    lines = ["1", *lines]
    at_once = list(conversion.events(grouped(lines).stream, GROUPED, Origin(object="incoming/store/a.csv"), 5))
    numbers = [number for one in at_once for number in one.origin.rows or (one.origin.row,)]
    assert sorted(number or 0 for number in numbers) == list(range(2, 2 + len(lines)))
    whole = list(chunks(grouped(lines), 5))
    assert sorted(all_told(whole)) == sorted(map(encode, at_once))
    done = data.draw(st.integers(0, len(whole) - 1))
    known = [Progress(chunk.start, chunk.end) for chunk in whole[:done]]
    rest = list(chunks(grouped(lines), 5, resumed(FIRST, known)))
    assert list(map(told, rest)) == list(map(told, whole[done:]))
    assert all_told(shared_out(lambda: grouped(lines))) == all_told(whole)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize(
    "lines",
    [
        *([str(number % period) for number in range(60)] for period in (2, 3, 4, 5)),
        ["1", "1", "1", "1", "2", "2", "1?", "1", "1", "1", "1"],
    ],
)
def test_an_order_whose_rows_never_end_is_the_same_wherever_reading_goes_on(lines: list[str]) -> None:
    whole = list(chunks(grouped(lines), 5))
    for done in range(len(whole)):
        known = [Progress(chunk.start, chunk.end) for chunk in whole[:done]]
        rest = list(chunks(grouped(lines), 5, resumed(FIRST, known)))
        assert list(map(told, rest)) == list(map(told, whole[done:]))


@pytest.mark.usefixtures("forgetful")
def test_an_order_that_a_broken_end_cuts_off_is_accounted_for_in_one_chunk_alone() -> None:
    several: list[Chunk] = []
    reading = chunks(grouped(["1", "2", "2", "3", "4", "4"] * 5, '"never closed;' + "x" * 200_000), 5)
    with pytest.raises(UnreadableFile):
        deque(map(several.append, reading))
    assert sum(chunk.accounted for chunk in several) == 30
    last = several[-1].refused[-1]
    assert (last.reason, last.origin.rows) == ("order_incomplete", (30, 31))


def told(chunk: Chunk) -> list[bytes]:
    return [*map(bytes, chunk.events), *map(encode, chunk.refused)]


def all_told(several: list[Chunk]) -> list[bytes]:
    return [*events(several), *(encode(one) for chunk in several for one in chunk.refused)]


def shared_out(opened: Callable[[], FileInput]) -> list[Chunk]:
    """The chunks of all stretches of a file, each read by somebody else."""
    start: Start | None = FIRST
    shared: list[Chunk] = []
    while start is not None:
        following = next_stretch(opened(), start.position)
        shared += chunks(opened(), 5, start, following.position if following else None)
        start = following
    return shared


def test_every_row_is_accounted_for_and_no_chunk_is_larger_than_it_may_be(maps: Maps) -> None:
    several = list(chunks(source(maps, text([1, 0, 2, 3, 0, 1, 2])), 5))
    assert [chunk.accounted for chunk in several] == [2, 4, 1]
    assert [len(chunk.refused) for chunk in several] == [1, 1, 0]
    assert several[1].rows == [4, 5, 7]
    assert len(several[0].content().digests) == len(several[0].events)


def test_a_chunk_that_was_published_is_kept_by_nobody(maps: Maps) -> None:
    taken = chunks(source(maps, text([1] * 30)), 0)
    first = weakref.ref(next(taken))
    next(taken)
    assert first() is None


def test_a_chunk_of_large_events_ends_earlier(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CHUNK_BYTES", 1)
    assert [chunk.accounted for chunk in chunks(source(maps, text([1, 2, 3])), 5)] == [1, 1, 1]


def test_stretches_divide_a_file_between_whoever_reads_them(maps: Maps) -> None:
    file = text([number % 3 + 1 for number in range(30)])
    whole = list(chunks(source(maps, file), 5))
    shared = shared_out(lambda: source(maps, file))
    assert events(shared) == events(whole)
    assert [chunk.last for chunk in shared].count(True) == 1


def test_a_spreadsheet_goes_on_without_the_rows_before(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(text([number % 3 + 1 for number in range(60)]))
    opened = replace(source(maps, ""), stream=io.BytesIO(data), origin=Origin(object="incoming/store/a.xlsx"))
    whole = list(chunks(opened, 5))
    known = [Progress(chunk.start, chunk.end) for chunk in whole[:12]]
    begun: list[int] = []

    def noted(name: str, stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
        begun.append(start.row)
        return read(name, stream, options, start)

    monkeypatch.setattr(module, "read", noted)
    rest = list(chunks(opened, 5, resumed(FIRST, known)))
    assert events(rest) == events(whole[12:])
    assert begun == [whole[11].start.row]


def test_a_spreadsheet_is_not_shared(maps: Maps) -> None:
    jsonless = FileInput(io.BytesIO(b"no"), maps.get("store"), Origin(object="incoming/store/a.xlsx"), USUAL)
    assert next_stretch(jsonless, FIRST.position) is None


def test_what_comes_before_a_row_that_cannot_be_read_is_a_chunk(maps: Maps) -> None:
    rows = "".join(row(number) for number in range(60))
    several: list[Chunk] = []
    reading = chunks(source(maps, HEAD + rows + '"never closed;' + "x" * 200_000), 5)
    with pytest.raises(UnreadableFile):
        deque(map(several.append, reading))
    assert sum(chunk.accounted for chunk in several) == 60
    assert not any(chunk.last for chunk in several)


def test_reading_goes_on_far_enough_before_for_the_ids() -> None:
    known = [Progress(Position(row), Position(row + 2)) for row in (0, 2, 4)]
    assert resumed(FIRST, known) == Start(Position(6), Position(2))
    assert resumed(FIRST, known[:1]) == Start(Position(2), FIRST.warm_up)
    assert resumed(FIRST, []) is FIRST
