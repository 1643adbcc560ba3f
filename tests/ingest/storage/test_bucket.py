import gzip
import random
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, PreconditionFailed, ServiceUnavailable
from google.cloud.storage import Blob

from ingest.readers.table import ReadOptions
from ingest.storage.bucket import MOST_METADATA, SOURCE_GENERATION, Bucket, Dropped, together
from omnicapi.errors import ConfigurationError, TransientError, UnreadableFile
from omnicapi.storage.errors import ObjectGone
from tests.ingest.fakes import failure, make_fail
from tests.strict_bucket import StrictBucket, StrictStorage

NAME = "incoming/store/a b.csv"


def drop(bucket: Any, content: bytes = b"a;b\n", name: str = NAME, **metadata: str) -> int:
    blob = bucket.blob(name)
    blob.metadata = metadata
    blob.upload_from_string(content, content_type="text/csv")
    generation: int = blob.generation
    return generation


def found(storage_client: Any, bucket: Any, generation: int) -> Dropped:
    return Bucket(storage_client).find(bucket.name, NAME, generation)


def content(storage_client: Any, dropped: Dropped) -> bytes:
    with Bucket(storage_client).open(dropped) as stream:
        return stream.read()


def names(storage_client: Any, bucket: Any) -> list[str]:
    return sorted(blob.name for blob in storage_client.list_blobs(bucket))


def test_an_object_is_found_and_read_at_its_generation(storage_client: Any, bucket: Any) -> None:
    generation = drop(bucket, b"x" * 100, uploaded_by="erp")
    dropped = found(storage_client, bucket, generation)
    assert (dropped.size, dropped.content_type, dropped.metadata) == (100, "text/csv", {"uploaded_by": "erp"})
    assert content(storage_client, dropped) == b"x" * 100


def test_an_object_that_was_replaced_or_deleted_is_gone(storage_client: Any, bucket: Any) -> None:
    first = drop(bucket, b"1")
    dropped = found(storage_client, bucket, first)
    second = drop(bucket, b"2")
    with pytest.raises(ObjectGone):
        found(storage_client, bucket, first)
    with pytest.raises(ObjectGone):
        content(storage_client, dropped)
    bucket.blob(NAME).delete()
    with pytest.raises(ObjectGone):
        found(storage_client, bucket, second)


def test_a_moved_object_keeps_what_it_was_and_says_what_became_of_it(storage_client: Any, bucket: Any) -> None:
    generation = drop(bucket, b"1", uploaded_by="erp")
    moved = Bucket(storage_client).move(found(storage_client, bucket, generation), "processed/a.csv", {"events": "1"})
    blob = bucket.get_blob(moved)
    assert names(storage_client, bucket) == [moved] == ["processed/a.csv"]
    assert blob.download_as_bytes() == b"1"
    assert blob.content_type == "text/csv"
    assert blob.metadata == {"uploaded_by": "erp", "events": "1", SOURCE_GENERATION: str(generation)}


def test_a_large_object_is_copied_in_several_calls(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = drop(bucket, b"1")
    rewrite, tokens = Blob.rewrite, iter(["more", None])

    def in_two(blob: Any, source: Any, token: str | None, **options: Any) -> tuple[str | None, int, int]:
        if token is None:
            return next(tokens), 1, 2
        done: tuple[str | None, int, int] = rewrite(blob, source, **options)
        return done

    monkeypatch.setattr(Blob, "rewrite", in_two)
    Bucket(storage_client).move(found(storage_client, bucket, generation), "processed/a.csv", {})
    assert names(storage_client, bucket) == ["processed/a.csv"]


def strict(name: str = NAME, data: bytes = b"1", content_encoding: str | None = None) -> tuple[StrictBucket, Dropped]:
    """A bucket that answers as Cloud Storage does, and an object that was dropped there."""
    storage = StrictStorage()
    generation = storage.bucket("drops").put(name, data, content_encoding)
    return storage.bucket("drops"), Bucket(storage).find("drops", name, generation)


def test_a_copy_whose_answer_was_lost_is_the_only_one() -> None:
    drops, dropped = strict()
    drops.loses = {"processed/a.csv"}.__contains__
    assert Bucket(drops.client).move(dropped, "processed/a.csv", {}) == "processed/a.csv"
    assert list(drops.objects) == ["processed/a.csv"]


def test_a_copy_never_takes_the_place_of_another_file() -> None:
    drops, dropped = strict()
    drops.put("processed/a.csv", b"of yesterday")
    moved = Bucket(drops.client).move(dropped, "processed/a.csv", {})
    assert moved == f"processed/a.{dropped.generation}.csv"
    assert drops.objects["processed/a.csv"].data == b"of yesterday"
    assert Bucket(drops.client).find_moved("drops", NAME, dropped.generation) is None, "it was moved to another name"


def test_a_moved_object_stays_packed_as_it_was() -> None:
    drops, dropped = strict(data=gzip.compress(b"a;b\n"), content_encoding="gzip")
    moved = Bucket(drops.client).move(dropped, "processed/store/a b.csv", {})
    assert drops.objects[moved].content_encoding == "gzip"
    found = Bucket(drops.client).find_moved("drops", NAME, dropped.generation)
    assert found is not None
    assert content(drops.client, found) == b"a;b\n"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.xlsx", "a.zip"])
def test_a_packed_object_is_read_as_its_name_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.storage.bucket.CHUNK", 1000)
    file = b"".join(b"%d;b\n" % number for number in range(5000))
    by_name = gzip.compress(file) if name.endswith(".gz") else file
    drops, dropped = strict(name, gzip.compress(by_name), "gzip")
    assert content(drops.client, dropped) == by_name
    drops, dropped = strict(name, by_name, "gzip")
    assert content(drops.client, dropped) == by_name, "what is called packed need not be"
    assert dropped.is_packed
    with Bucket(drops.client).open(dropped) as stream:
        stream.seek(4000)
        assert stream.read(5) == by_name[4000:4005]
        assert stream.seek(0, 2) == len(by_name)


@pytest.mark.parametrize("cut", [1, 9, 5000])
def test_a_packed_object_that_is_cut_off_never_ends_early(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.storage.bucket.CHUNK", 1000)
    packed = gzip.compress(random.Random(1).randbytes(20_000))
    drops, dropped = strict(data=packed[:-cut], content_encoding="gzip")
    with pytest.raises(UnreadableFile, match="damaged, cut off"):
        content(drops.client, dropped)


def test_a_packed_object_unpacks_no_further_than_a_packed_file() -> None:
    drops, dropped = strict(data=gzip.compress(gzip.compress(bytes(5_000_000))), content_encoding="gzip")
    with pytest.raises(UnreadableFile, match="more than 4,000,000 bytes"):
        content(drops.client, dropped)
    drops, dropped = strict("a.csv.gz", gzip.compress(gzip.compress(random.Random(1).randbytes(5000))), "gzip")
    with pytest.raises(UnreadableFile, match="more than 4,000 bytes"):
        read_to_the_end_of_little(drops, dropped)


def read_to_the_end_of_little(drops: StrictBucket, dropped: Dropped) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.packed.FLOOR", 4000)
        with Bucket(drops.client, ReadOptions(max_packing=0)).open(dropped) as stream:
            stream.seek(0, 2)


def test_an_encoding_that_nobody_unpacks_is_named() -> None:
    drops, dropped = strict(data=b"\x0b\x02", content_encoding="br")
    with pytest.raises(UnreadableFile, match="Content-Encoding: br"):
        content(drops.client, dropped)


@pytest.mark.parametrize(
    ("name", "second"),
    [("processed/a.csv", "processed/a.{}.csv"), ("processed/x.y/a", "processed/x.y/a.{}")],
)
def test_a_later_file_of_the_same_name_destroys_nothing(
    storage_client: Any, bucket: Any, name: str, second: str
) -> None:
    generations = []
    for text in (b"1", b"2"):
        generations.append(drop(bucket, text))
        Bucket(storage_client).move(found(storage_client, bucket, generations[-1]), name, {})
    assert names(storage_client, bucket) == sorted([name, second.format(generations[1])])
    assert bucket.blob(name).download_as_bytes() == b"1"


def test_a_move_that_broke_off_after_the_copy_can_be_repeated(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = drop(bucket, b"1")
    dropped = found(storage_client, bucket, generation)
    make_fail(monkeypatch, "Blob.delete", failure(ServiceUnavailable))
    broken = Bucket(storage_client)
    with pytest.raises(TransientError):
        broken.move(dropped, "processed/a.csv", {})
    assert names(storage_client, bucket) == [NAME, "processed/a.csv"]
    assert Bucket(storage_client).move(dropped, "processed/a.csv", {}) == "processed/a.csv"
    assert names(storage_client, bucket) == ["processed/a.csv"]


def test_a_newer_object_of_the_same_name_stays(storage_client: Any, bucket: Any) -> None:
    dropped = found(storage_client, bucket, drop(bucket, b"1"))
    Bucket(storage_client).move(dropped, "processed/a.csv", {})
    drop(bucket, b"2")
    assert Bucket(storage_client).move(dropped, "processed/a.csv", {}) == "processed/a.csv"
    assert bucket.blob(NAME).download_as_bytes() == b"2"


def test_an_original_that_vanishes_this_very_moment_is_no_trouble(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = found(storage_client, bucket, drop(bucket, b"1"))
    make_fail(monkeypatch, "Blob.delete", failure(PreconditionFailed))
    racing = Bucket(storage_client)
    assert racing.move(dropped, "processed/a.csv", {}) == "processed/a.csv"


def test_two_instances_moving_to_one_name_get_one_each(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = found(storage_client, bucket, drop(bucket, b"1"))
    make_fail(monkeypatch, "Blob.rewrite", failure(PreconditionFailed))
    racing = Bucket(storage_client)
    assert racing.move(dropped, "processed/a.csv", {}) == f"processed/a.{dropped.generation}.csv"


def test_a_name_that_others_keep_taking_is_tried_again_later(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = found(storage_client, bucket, drop(bucket, b"1"))
    make_fail(monkeypatch, "Blob.rewrite", failure(PreconditionFailed), times=2)
    with pytest.raises(TransientError, match="someone else"):
        Bucket(storage_client).move(dropped, "processed/a.csv", {})


def test_a_note_is_plain_text(storage_client: Any, bucket: Any) -> None:
    Bucket(storage_client).note(bucket.name, "rejected/a.csv.reason.txt", "São Paulo\n")
    blob = bucket.get_blob("rejected/a.csv.reason.txt")
    assert blob.download_as_bytes().decode() == "São Paulo\n"
    assert blob.content_type.startswith("text/plain")


def test_a_bucket_that_does_not_answer_is_tried_again(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_fail(monkeypatch, "Bucket.get_blob", failure(ServiceUnavailable))
    flaky = Bucket(storage_client)
    with pytest.raises(TransientError, match=r"did not answer \(ServiceUnavailable\)"):
        flaky.find(bucket.name, NAME, 1)


def test_a_bucket_that_is_closed_to_us_is_a_matter_of_configuration(
    storage_client: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_fail(monkeypatch, "Bucket.get_blob", failure(Forbidden))
    closed = Bucket(storage_client)
    with pytest.raises(ConfigurationError, match=r"roles/storage\.objectUser"):
        closed.find(bucket.name, NAME, 1)


def test_metadata_that_cloud_storage_would_not_take_gives_way_to_ours() -> None:
    ours = {"omnicapi-rows": "7"}
    assert together({"campaign": "x" * (MOST_METADATA - 22)}, ours) == {"campaign": "x" * (MOST_METADATA - 22), **ours}
    assert together({"campaign": "\u00e9" * (MOST_METADATA // 2)}, ours) == ours
    assert MOST_METADATA == 8192
