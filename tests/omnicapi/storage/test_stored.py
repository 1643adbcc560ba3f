import gzip

import pytest
from google.api_core.exceptions import NotFound
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.storage import stored
from omnicapi.storage.gzipped import DAMAGE, LAYERS, is_declared, not_unpacked, unpacked
from omnicapi.storage.stored import BrokenTransfer, DamagedObject, StoredObject
from tests.strict_bucket import StrictBucket, StrictStorage


def bucket() -> StrictBucket:
    return StrictStorage().bucket("drops")


def found(bucket: StrictBucket, name: str = "a") -> StoredObject:
    there = stored.find(bucket, name)
    assert there is not None
    return there


@given(st.binary(max_size=500), st.lists(st.integers(0, 600), max_size=6), st.integers(1, 64))
def test_an_object_reads_like_a_file_of_its_bytes_wherever_reading_goes(
    data: bytes, places: list[int], chunk: int
) -> None:
    drops = bucket()
    drops.put("a", data, "gzip")
    with stored.open_stored(drops, found(drops), chunk) as stream:
        for place in places:
            stream.seek(place)
            assert stream.read(7) == data[place : place + 7]
        stream.seek(0)
        assert stream.read() == data
        assert stream.seek(-1, 2) == max(0, len(data) - 1)


def test_the_whole_of_an_object_is_one_request() -> None:
    drops = bucket()
    drops.put("a", b"x" * 100_000)
    pieces: list[int] = []

    def counted(piece: bytes) -> bytes:
        pieces.append(len(piece))
        return piece

    drops.arriving = counted
    assert stored.content(drops, found(drops)) == b"x" * 100_000
    assert pieces == [100_000]


@pytest.mark.parametrize("layers", range(LAYERS + 1))
def test_what_is_stored_packed_is_unpacked(layers: int) -> None:
    drops, data = bucket(), b"plain"
    for _ in range(layers):
        data = gzip.compress(data)
    drops.put("a", data, "gzip")
    assert stored.content(drops, found(drops)) == b"plain"


def test_bytes_that_only_look_packed_stay_as_they_are() -> None:
    drops = bucket()
    drops.put("digests", b"\x1f\x8b\x08 but eight bytes of a digest")
    assert stored.content(drops, found(drops, "digests")) == b"\x1f\x8b\x08 but eight bytes of a digest"


@pytest.mark.parametrize("cut", [1, 8, 15])
def test_a_packed_object_that_is_cut_off_is_never_shorter(cut: int) -> None:
    drops = bucket()
    drops.put("a", gzip.compress(b"a line\n" * 9)[:-cut], "gzip")
    with pytest.raises(DamagedObject, match="a is stored packed"):
        stored.content(drops, found(drops))
    with pytest.raises(DAMAGE), stored.open_stored(drops, found(drops)) as stream:
        unpacked(stream).read()


def test_an_answer_that_breaks_off_is_no_end() -> None:
    drops = bucket()
    drops.put("a", b"0123456789")
    drops.arriving = lambda piece: piece[:-1]
    with pytest.raises(BrokenTransfer, match="9 bytes arrived instead of 10"):
        stored.content(drops, found(drops))


def test_other_bytes_than_were_stored_are_noticed_at_the_end() -> None:
    drops = bucket()
    drops.put("a", b"0123456789")
    drops.arriving = lambda piece: piece.replace(b"7", b"1")
    with stored.open_stored(drops, found(drops), 5) as stream:
        assert stream.read(5) == b"01234"
        with pytest.raises(BrokenTransfer, match="checksum"):
            stream.read()


def test_a_generation_that_is_replaced_while_it_is_read_is_not_mixed_with_the_next() -> None:
    drops = bucket()
    drops.put("a", b"first " * 10)
    with stored.open_stored(drops, found(drops), 6) as stream:
        assert stream.read(6) == b"first "
        drops.put("a", b"second" * 10)
        with pytest.raises(NotFound):
            stream.read(6)


def test_an_object_that_is_replaced_between_two_calls_is_read_as_it_is_then() -> None:
    drops = bucket()
    drops.put("a", b"first")
    look = drops.get_blob
    looks: list[str] = []

    def replaced(name: str) -> object:
        there = look(name)
        looks.append(name)
        if len(looks) == 1:
            drops.put("a", b"second")
        return there

    drops.get_blob = replaced  # type: ignore[method-assign, assignment]
    read = stored.current(drops, "a")
    assert read is not None
    assert (read.content, read.generation) == (b"second", drops.objects["a"].generation)
    assert stored.current(drops, "b") is None


def test_an_object_that_never_stands_still_is_tried_again_later() -> None:
    drops = bucket()
    drops.put("a", b"0")
    look = drops.get_blob

    def replaced(name: str) -> object:
        there = look(name)
        drops.put("a", b"1")
        return there

    drops.get_blob = replaced  # type: ignore[method-assign, assignment]
    with pytest.raises(BrokenTransfer, match="replaced each time"):
        stored.current(drops, "a")


@pytest.mark.parametrize(
    ("encoding", "declared", "refused"),
    [
        (None, False, False),
        ("", False, False),
        ("gzip", True, False),
        ("GZIP", True, False),
        ("x-gzip", True, False),
        ("utf-8", False, False),
        ("identity", False, False),
        ("br", False, True),
        ("deflate, gzip", True, True),
    ],
)
def test_content_encodings_are_gzip_or_refused_or_nothing(encoding: str | None, declared: bool, refused: bool) -> None:
    assert is_declared(encoding) == declared
    assert (not_unpacked(encoding) is not None) == refused
