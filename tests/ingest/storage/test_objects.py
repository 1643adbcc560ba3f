import gzip

import pytest

from ingest.storage.objects import ABSENT, Objects
from omnicapi.errors import ConfigurationError
from tests.strict_bucket import StrictBucket, StrictStorage


def kept() -> tuple[Objects, StrictBucket]:
    storage = StrictStorage()
    return Objects(storage, "drops"), storage.bucket("drops")


def test_an_object_is_written_only_in_place_of_the_generation_that_was_seen() -> None:
    objects, _ = kept()
    first = objects.write("a", b"1", generation=ABSENT)
    assert first is not None
    assert objects.write("a", b"2", generation=ABSENT) is None
    second = objects.write("a", b"2", generation=first)
    assert objects.write("a", b"3", generation=first) is None
    read = objects.read("a")
    assert read is not None
    assert (read.content, read.generation) == (b"2", second)


@pytest.mark.parametrize("there", [False, True])
def test_a_write_whose_answer_was_lost_is_still_ours(there: bool) -> None:
    objects, drops = kept()
    seen = objects.write("a", b"1") if there else ABSENT
    drops.loses = {"a"}.__contains__
    assert objects.write("a", b"2", metadata={"of": "us"}, generation=seen) == drops.objects["a"].generation
    assert drops.objects["a"].metadata["of"] == "us"


def test_what_another_wrote_is_not_taken_for_ours() -> None:
    objects, drops = kept()
    drops.put("a", b"1")
    drops.loses = {"a"}.__contains__
    assert objects.write("a", b"2", generation=ABSENT) is None
    objects.write("b", b"1", generation=ABSENT)
    assert objects.write("b", b"1", generation=ABSENT) is None


def test_an_object_is_deleted_only_as_the_generation_that_was_seen() -> None:
    objects, drops = kept()
    first = objects.write("a", b"1")
    second = objects.write("a", b"2")
    objects.delete("a", first)
    assert list(drops.objects) == ["a"]
    objects.delete("a", second)
    objects.delete("a", second)
    objects.delete("a")
    assert not drops.objects


def test_an_object_that_somebody_stored_anew_and_packed_is_read_as_it_was() -> None:
    objects, drops = kept()
    drops.put("ledger", gzip.compress(b"12345678"), "gzip")
    read = objects.read("ledger")
    assert read is not None
    assert read.content == b"12345678"
    drops.put("ledger", gzip.compress(b"12345678")[:-1], "gzip")
    with pytest.raises(ConfigurationError, match="ledger is stored packed with gzip, and damaged"):
        objects.read("ledger")
