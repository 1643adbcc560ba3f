"""Packing loses nothing, plain messages stay readable, and no message unpacks to more than one may hold."""

from __future__ import annotations

import tracemalloc

import msgspec
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.errors import BadMessage
from omnicapi.intake.push import PushMessage, items, stream
from omnicapi.packed import ATTRIBUTE, MOST_UNPACKED, WORTHWHILE, plain
from omnicapi.packed import packed as pack

ZSTD = {ATTRIBUTE: "zstd"}


@given(st.binary(max_size=5000), st.integers(0, 50))
def test_what_was_packed_is_what_comes_out(data: bytes, times: int) -> None:
    whole = data * times
    assert plain(*pack(whole, "zstd")) == whole
    assert pack(whole, "identity") == (whole, {})


@given(st.binary(min_size=1, max_size=200))
def test_data_that_is_no_packed_message_is_refused_without_being_quoted(data: bytes) -> None:
    with pytest.raises(BadMessage) as refused:
        plain(data, ZSTD)
    assert repr(data)[2:-1] not in str(refused.value) or len(data) < 4


def test_only_what_is_long_enough_to_save_something_is_packed() -> None:
    assert pack(b"x" * (WORTHWHILE - 1), "zstd")[1] == {}
    data, attributes = pack(b"x" * WORTHWHILE, "zstd")
    assert attributes == ZSTD
    assert len(data) < 100


@pytest.mark.parametrize("spoil", [lambda data: data[:-3], lambda data: data + b"x", lambda data: data[:20] + b"?" * 9])
def test_a_damaged_message_is_refused(spoil: object) -> None:
    assert callable(spoil)
    data, attributes = pack(bytes(range(256)) * 100, "zstd")
    with pytest.raises(BadMessage):
        plain(spoil(data), attributes)


@pytest.mark.parametrize("encoding", ["gzip", "br", "", "zstd, zstd"])
def test_an_encoding_that_nobody_here_writes_is_refused(encoding: str) -> None:
    with pytest.raises(BadMessage, match="content-encoding"):
        plain(b"[]", {ATTRIBUTE: encoding})


def test_as_much_as_a_plain_message_may_hold_can_be_unpacked_and_no_byte_more() -> None:
    assert len(plain(zstd.compress(b" " * MOST_UNPACKED), ZSTD)) == MOST_UNPACKED == 10_000_000
    with pytest.raises(BadMessage, match="10,000,000"):
        plain(zstd.compress(b" " * (MOST_UNPACKED + 1)), ZSTD)


def test_a_bomb_of_gigabytes_takes_no_more_memory_than_a_message() -> None:
    packer = zstd.ZstdCompressor()
    bomb = b"".join(packer.compress(bytes(10**7)) for _ in range(300)) + packer.flush()
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(BadMessage):
            plain(bomb, ZSTD)
        assert tracemalloc.get_traced_memory()[1] < 3 * MOST_UNPACKED
    finally:
        tracemalloc.stop()


def test_a_frame_that_wants_to_look_far_back_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.compression_level: 1}
    packer = zstd.ZstdCompressor(options=options)
    data = packer.compress(b"x" * 100_000) + packer.flush()
    with pytest.raises(BadMessage):
        plain(data, ZSTD)


def test_readers_take_packed_and_plain_messages_alike() -> None:
    numbers = list(range(2000))
    data, attributes = pack(msgspec.json.encode(numbers), "zstd")
    for message in (PushMessage(data, attributes), PushMessage(msgspec.json.encode(numbers))):
        assert list(stream(message, int)) == numbers
        assert items(message, int) == numbers


def test_a_packed_message_that_holds_no_such_items_is_told_as_a_plain_one_is() -> None:
    data, attributes = pack(msgspec.json.encode(["x"] * 2000), "zstd")
    with pytest.raises(BadMessage, match=r"\[0\]"):
        list(stream(PushMessage(data, attributes, "m"), int))
