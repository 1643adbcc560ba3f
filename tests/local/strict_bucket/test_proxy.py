"""The bucket stand-in answers Google's own client as Cloud Storage does.

The rules are those of https://cloud.google.com/storage/docs/request-preconditions and /docs/objects#naming.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from itertools import count

import pytest
import requests
from google.api_core.exceptions import BadRequest, NotFound, PreconditionFailed, TooManyRequests
from google.cloud.storage import Blob, Client

from local import bucket
from local.clients import storage_client
from local.ports import HOST, free_ports
from local.process import Process, base_environment, wait_healthy
from local.strict_bucket.answers import Refused
from local.strict_bucket.pace import Pace
from local.strict_bucket.proxy import FAULTS_PATH
from omnicapi.supplied import ROOT
from omnicapi.topology import Notification

STALE = 1
names = map("object {}/ä+%2F.csv".format, count())


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    (port,) = free_ports(1)
    url = f"http://{HOST}:{port}"
    command = bucket.command(port, "p", "elsewhere", Notification(topic="t", prefixes=("in/",)))
    log = tmp_path_factory.mktemp("bucket") / "log"
    # Nobody listens there: no object of this test notifies.
    environment = base_environment() | {"PUBSUB_EMULATOR_HOST": f"{HOST}:1"}
    server = Process("bucket", command, environment, directory=ROOT, log=log, health=url + bucket.HEALTH_PATH)
    server.start()
    wait_healthy([server])
    storage_client(url, "p").create_bucket("a-bucket")
    yield url
    server.stop()


@pytest.fixture
def client(url: str) -> Client:
    return storage_client(url, "p")


@pytest.fixture
def blob(client: Client) -> Blob:
    """Return an object that has been written once."""
    blob = client.bucket("a-bucket").blob(next(names))
    blob.upload_from_string(b"first")
    return blob


def content(blob: Blob) -> bytes:
    read: bytes = blob.bucket.blob(blob.name).download_as_bytes()
    return read


def rewrite(blob: Blob) -> None:
    blob.bucket.blob(blob.name).rewrite(blob.bucket.blob(blob.name), if_generation_match=0)


CHANGES: dict[str, Callable[[Blob], object]] = {
    "a rewrite onto what must not be there": rewrite,
    "a simple upload": lambda blob: blob.upload_from_string(b"new", if_generation_match=STALE),
    "an upload of what must not be there": lambda blob: blob.upload_from_string(b"new", if_generation_match=0),
    "a change of metadata": lambda blob: blob.patch(if_generation_match=STALE),
    "a deletion": lambda blob: blob.delete(if_generation_match=STALE),
    "a read": lambda blob: blob.download_as_bytes(if_generation_match=STALE),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_precondition_that_does_not_hold_is_412_and_changes_nothing(
    blob: Blob, change: Callable[[Blob], object]
) -> None:
    with pytest.raises(PreconditionFailed):
        change(blob.bucket.blob(blob.name))
    assert content(blob) == b"first"


def test_a_resumable_upload_is_refused_for_a_wrong_generation(blob: Blob) -> None:
    large = blob.bucket.blob(blob.name, chunk_size=256 * 1024)
    with pytest.raises(PreconditionFailed):
        large.upload_from_file(io.BytesIO(b"x" * 600_000), if_generation_match=STALE)
    assert content(blob) == b"first"


def test_a_resumable_upload_in_pieces_arrives_whole(blob: Blob) -> None:
    large = blob.bucket.blob(blob.name, chunk_size=256 * 1024)
    large.upload_from_file(io.BytesIO(b"x" * 600_000), if_generation_match=blob.generation)
    assert content(blob) == b"x" * 600_000


@pytest.mark.parametrize("act", [Blob.download_as_bytes, Blob.delete, Blob.reload], ids=["read", "delete", "look"])
def test_a_generation_that_is_gone_is_404(blob: Blob, act: Callable[[Blob], object]) -> None:
    old = blob.generation
    blob.upload_from_string(b"second")
    with pytest.raises(NotFound):
        act(blob.bucket.blob(blob.name, generation=old))
    assert content(blob) == b"second"


def test_what_holds_is_done(blob: Blob) -> None:
    copy = blob.bucket.blob(next(names))
    copy.rewrite(blob.bucket.blob(blob.name, generation=blob.generation), if_generation_match=0)
    assert content(copy) == b"first"
    copy.reload()
    copy.metadata = {"a": "b"}
    copy.patch(if_generation_match=copy.generation)
    copy.delete(if_generation_match=copy.generation)
    assert not copy.exists()


def test_the_link_to_an_objects_content_names_its_generation(blob: Blob) -> None:
    assert f"generation={blob.generation}" in blob.media_link
    (listed,) = blob.bucket.list_blobs(prefix=blob.name)
    assert f"generation={blob.generation}" in listed.media_link


@pytest.mark.parametrize("length", [1024, 1025])
def test_a_name_has_at_most_1024_bytes(client: Client, length: int) -> None:
    blob = client.bucket("a-bucket").blob("n" * length)
    if length > 1024:
        with pytest.raises(BadRequest):
            blob.upload_from_string(b"")
    else:
        blob.upload_from_string(b"")


@pytest.mark.parametrize("name", ["a\nb", "a\r\nSet-Cookie: x.csv", "..", ".well-known/acme-challenge/x"])
def test_a_name_that_no_object_can_have_is_400_and_such_an_object_is_nowhere(client: Client, name: str) -> None:
    blob = client.bucket("a-bucket").blob(name)
    with pytest.raises(BadRequest):
        blob.upload_from_string(b"")
    with pytest.raises(NotFound):
        blob.download_as_bytes()


@pytest.mark.parametrize("kind", ["md5_hash", "crc32c"])
def test_content_that_is_not_what_its_checksum_says_is_400(client: Client, kind: str) -> None:
    blob = client.bucket("a-bucket").blob(next(names))
    setattr(blob, kind, base64.b64encode(b"wrong").decode())
    with pytest.raises(BadRequest):
        blob.upload_from_string(b"content", checksum=None)
    assert not blob.exists()


def befall(url: str, **fault: object) -> None:
    requests.post(url + FAULTS_PATH, data=json.dumps([fault]), timeout=5).raise_for_status()


def test_a_lost_answer_leaves_the_work_done_and_the_second_try_is_412(url: str, client: Client) -> None:
    blob = client.bucket("a-bucket").blob(next(names))
    befall(url, kind="lost", method="POST")
    with pytest.raises(PreconditionFailed):
        blob.upload_from_string(b"ours", if_generation_match=0)
    assert content(blob) == b"ours"


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_that_passes_is_tried_again_by_the_client(url: str, blob: Blob, status: int) -> None:
    befall(url, kind="refused", method="GET", status=status)
    assert content(blob) == b"first"


def test_the_second_change_of_an_object_within_its_pace_is_429() -> None:
    now = 0.0
    pace = Pace(1.0, lambda: now)
    pace.check("b", "one")
    pace.changed("b", "one")
    pace.check("b", "two")
    with pytest.raises(Refused) as refused:
        pace.check("b", "one")
    assert refused.value.status == TooManyRequests.code
    now = 1.0
    pace.check("b", "one")


def test_a_resumable_upload_whose_checksum_is_wrong_is_400(client: Client) -> None:
    blob = client.bucket("a-bucket").blob(next(names), chunk_size=256 * 1024)
    blob.md5_hash = base64.b64encode(b"wrong").decode()
    with pytest.raises(BadRequest):
        blob.upload_from_file(io.BytesIO(b"x" * 600_000), checksum=None)
    assert not blob.exists()


def test_a_resumable_upload_that_was_overtaken_is_412_with_its_last_piece(blob: Blob) -> None:
    class Overtaken(io.BytesIO):
        """Content in the middle of which somebody else writes the object."""

        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0 and content(blob) == b"first":
                blob.bucket.blob(blob.name).upload_from_string(b"theirs")
            return super().read(size)

    large = blob.bucket.blob(blob.name, chunk_size=256 * 1024)
    with pytest.raises(PreconditionFailed):
        large.upload_from_file(Overtaken(b"x" * 600_000), if_generation_match=blob.generation)
    assert content(blob) == b"theirs"
