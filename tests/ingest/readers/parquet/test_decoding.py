import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
from arro3.core import Array, DataType, Field, fixed_size_list_array, list_array, struct_array
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.parquet.decoding import BATCH, decode
from ingest.readers.parquet.messages import BytesWanted, Columns, Damaged, End, Job, Message, Rows
from tests.examples import examples
from tests.ingest.parquet_files import TEXT, numbers, parquet, texts

EPOCH = datetime.fromtimestamp(0, UTC)


class Asker:
    """Has a file, and hears the messages; answers with at most ``most`` bytes at a time."""

    def __init__(self, data: bytes, most: int = 10**9) -> None:
        self.data = data
        self.most = most
        self.messages: list[Message] = []
        self._answer = b""

    def send(self, message: Message) -> None:
        if isinstance(message, BytesWanted):
            self._answer = self.data[message.offset :][: min(message.size, self.most)]
        else:
            self.messages.append(message)

    def recv_bytes(self) -> bytes:
        return self._answer


def messages(data: bytes, skip: int = 0, deepest: int = 8, most: int = 10**9) -> list[Message]:
    asker = Asker(data, most)
    decode(cast("Any", asker), Job(len(data), skip, deepest, 0))
    return asker.messages


def decoded(columns: dict[str, Array], **options: Any) -> dict[str, list[Any]]:
    names, *rows, end = messages(parquet(columns, **options))
    assert isinstance(names, Columns)
    assert isinstance(end, End)
    batches = [batch.columns for batch in rows if isinstance(batch, Rows)]
    return {name: [v for batch in batches for v in batch[index]] for index, name in enumerate(names.names)}


def same(array: Array, values: Sequence[Any], **options: Any) -> None:
    assert decoded({"a": array}, **options) == {"a": list(values)}


@given(st.lists(st.none() | st.text()), st.sampled_from(["string", "large_string", "string_view"]))
def test_texts_of_every_kind_come_out_as_they_are(values: list[str | None], kind: str) -> None:
    same(Array(values, getattr(DataType, kind)()), values)


@given(st.data(), st.sampled_from([8, 16, 32, 64]), st.booleans())
def test_whole_numbers_of_every_width_come_out_exactly(data: Any, bits: int, signed: bool) -> None:
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    values = data.draw(st.lists(st.none() | st.integers(least, most)))
    same(Array(values, getattr(DataType, f"{'' if signed else 'u'}int{bits}")()), values)


@given(st.lists(st.none() | st.floats(allow_nan=False)))
def test_numbers_with_a_fraction_come_out_exactly(values: list[float | None]) -> None:
    same(Array(values, DataType.float64()), values)


@given(st.lists(st.floats(-(2.0**20), 2.0**20, width=32)))
def test_a_number_of_single_precision_is_as_short_as_it_was_written(values: list[float]) -> None:
    [found] = decoded({"a": Array(values, DataType.float32())}).values()
    assert Array(found, DataType.float32()).to_pylist() == values
    # 0.1 and not 0.10000000149011612
    assert all(len(Decimal(repr(one)).normalize().as_tuple().digits) <= 9 for one in found)


@given(st.lists(st.decimals(-(10**9), 10**9, places=4)), st.sampled_from([(20, 4), (60, 4), (15, 4)]))
def test_decimals_keep_their_digits(values: list[Decimal], precision: tuple[int, int]) -> None:
    kind = DataType.decimal256 if precision[0] > 38 else DataType.decimal128
    [found] = decoded({"a": texts([format(one, "f") for one in values], kind(*precision))}).values()
    assert [format(one, "f") for one in found] == [format(one, "f") for one in values]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@examples(30)
@given(st.lists(st.none() | st.integers(-(2**33), 2**33)))
def test_a_moment_without_a_zone_stays_without_one(unit: Any, values: list[int | None]) -> None:
    factor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    stored = numbers([None if one is None else one * factor for one in values], DataType.timestamp(unit))
    [found] = decoded({"a": stored}).values()
    plain = EPOCH.replace(tzinfo=None)
    assert [None if one is None else datetime.fromisoformat(one) for one in found] == [
        None if one is None else plain + timedelta(seconds=one) for one in values
    ]


@pytest.mark.parametrize("zone", ["UTC", "America/Sao_Paulo", "-03:00", "Nowhere/At_All"])
def test_a_moment_with_a_zone_is_written_in_utc_with_all_its_digits(zone: str) -> None:
    stored = numbers([1_719_852_447_123_456_789, None], DataType.timestamp("ns", tz=zone))
    same(stored, ["2024-07-01T16:47:27.123456789Z", None])


def test_a_moment_that_no_calendar_has_spoils_no_other() -> None:
    stored = numbers([0, 2**62, 1, None, -(2**62)], DataType.timestamp("ms"))
    same(stored, ["1970-01-01T00:00:00", 2**62, "1970-01-01T00:00:00.001", None, -(2**62)])


def test_days_and_times_of_day() -> None:
    same(texts(["2024-07-01", None], DataType.date32()), ["2024-07-01", None])
    same(texts(["2024-07-01", None], DataType.date64()), ["2024-07-01", None])
    same(numbers([3_723_000_000], DataType.time64("us")), ["01:02:03"])


def test_yes_no_and_nothing() -> None:
    same(Array([True, None, False], DataType.bool()), [True, None, False])
    same(Array([None, None], DataType.bool()), [None, None])


def test_words_of_a_dictionary_and_bytes() -> None:
    same(texts(["a", None, "b", "a"]).cast(DataType.dictionary(DataType.int32(), TEXT)), ["a", None, "b", "a"])
    same(Array([b"abc", None, b"\xff"], DataType.binary()), [b"abc", None, b"\xff"])


def test_bytes_of_a_fixed_number_are_an_id_or_a_hash() -> None:
    same(Array([UUID(int=7).bytes, None], DataType.binary(16)), [str(UUID(int=7)), None])
    same(Array([b"\xab" * 32], DataType.binary(32)), ["ab" * 32])


def test_lists_are_values() -> None:
    letters = list_array(Array([0, 2, 2], DataType.int32()), texts(["a", None]))
    pairs = fixed_size_list_array(Array([1, 2, 3, 4], DataType.int8()), 2)
    assert decoded({"a": letters, "b": pairs}) == {"a": [["a", None], []], "b": [[1, 2], [3, 4]]}


def customers(deep: Array, required: bool) -> Array:
    field = Field("zip", deep.type, nullable=not required)
    absent = Array([False, True], DataType.bool())
    address = struct_array([deep], fields=[field], mask=absent)
    return struct_array([texts(["a@x", "b@x"]), address], fields=[Field("em", TEXT), Field("address", address.type)])


@pytest.mark.parametrize("required", [True, False])
def test_structs_are_taken_apart_and_what_one_has_not_its_members_have_not(required: bool) -> None:
    found = decoded({"customer": customers(texts(["01310", "lies"]), required)})
    assert found == {"customer.em": ["a@x", "b@x"], "customer.address.zip": ["01310", None]}


def test_structs_deeper_than_wanted_are_objects() -> None:
    data = parquet({"customer": customers(texts(["01310", "x"]), required=False)})
    assert messages(data, deepest=2) == [
        Columns(["customer.em", "customer.address"]),
        Rows([["a@x", "b@x"], [{"zip": "01310"}, None]]),
        End(),
    ]


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip(6)", "brotli(3)", "lz4", "lz4_raw", "zstd(3)"])
def test_every_compression_is_read(compression: str) -> None:
    values = [f"customer-{number % 7}" for number in range(500)]
    same(texts(values), values, compression=compression)
    same(texts(values), values, compression=compression, dictionary_enabled=False, encoding="delta_byte_array")


@pytest.mark.parametrize("version", ["parquet_1_0", "parquet_2_0"])
@pytest.mark.parametrize("group", [100, 10_000])
def test_rows_are_passed_over_wherever_batches_and_row_groups_end(version: str, group: int) -> None:
    count = 2 * BATCH + 100
    data = parquet({"a": numbers(range(count), DataType.int64())}, max_row_group_size=group, writer_version=version)
    for skip in (0, 1, 99, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 99, count, count + 5):
        _, *rows, end = messages(data, skip)
        assert isinstance(end, End)
        assert [v for one in rows if isinstance(one, Rows) for v in one.columns[0]] == list(range(skip, count))


def test_short_answers_are_asked_for_again() -> None:
    data = parquet({"a": numbers(range(5000), DataType.int64()), "b": texts(["x"] * 5000)})
    assert messages(data, most=1000) == messages(data)


@pytest.mark.parametrize("spoil", [slice(4, 40), slice(-200, -150), slice(-8, -4)])
def test_what_is_damaged_is_told_and_no_panic(spoil: slice) -> None:
    data = bytearray(parquet({"a": texts(["x" * 50, "y" * 50]), "b": numbers([1, 2], DataType.int64())}))
    data[spoil] = b"\xff" * len(data[spoil])
    assert isinstance(messages(bytes(data))[-1], Damaged)


def test_no_memory_and_nobody_listening_are_no_damage() -> None:
    class Failing(Asker):
        def __init__(self, error: BaseException) -> None:
            super().__init__(parquet({"a": texts(["x"])}))
            self.error = error

        def send(self, message: Message) -> None:
            if not isinstance(message, BytesWanted):
                raise self.error
            super().send(message)

    for error in (MemoryError(), BrokenPipeError()):
        asker = Failing(error)
        with pytest.raises(type(error)):
            decode(cast("Any", asker), Job(len(asker.data), 0, 8, 0))
        assert asker.messages == []


def test_not_a_number_is_what_the_file_says() -> None:
    [found] = decoded({"a": Array([math.nan, 1.0], DataType.float64())}).values()
    assert math.isnan(found[0])
    assert found[1] == 1.0
