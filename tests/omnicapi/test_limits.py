"""The limits of what the services share: their values, and how they stand to each other."""

import inspect

from local.meta.rules.time import STORE_WINDOW, WEB_WINDOW
from local.process import GRACE
from local.pubsub.message import MAX_ATTRIBUTE_VALUE_BYTES, MAX_REQUEST_BYTES
from omnicapi.batching.batcher import Batcher
from omnicapi.bounds import ATTRIBUTE_BYTES, LONGEST_NAME, LONGEST_TEXT, ORDINARY_BYTES
from omnicapi.http import serving
from omnicapi.http.service import MAX_BODY
from omnicapi.messages import LARGEST_ITEM, MAX_BYTES
from omnicapi.outcomes import HEAD_BYTES
from omnicapi.settings import ServiceSettings
from omnicapi.storage.stored import CHUNK
from omnicapi.topology import PIPELINE
from omnicapi.window import DAY, MARGIN, MAX_AGE, MAX_AHEAD, NOT_SECONDS
from tests.limits import IF_MEANT, numbers, pinned


def test_the_limits_have_the_values_they_ought_to_have() -> None:
    assert numbers("omnicapi") == pinned("omnicapi"), IF_MEANT


def test_the_server_ends_before_cloud_run_kills_it() -> None:
    assert serving.GRACEFUL == 9
    assert serving.GRACEFUL < GRACE == 10


def test_the_server_is_one_process_that_keeps_connections_and_holds_any_number_of_requests() -> None:
    config = serving.config("handle.app:create_app()", {})
    assert config.workers == 1
    assert config.limit_concurrency is None
    assert (config.timeout_keep_alive, config.timeout_graceful_shutdown) == (75, 9)


def test_a_push_of_the_largest_message_is_taken() -> None:
    attributes = 100 * (256 + MAX_ATTRIBUTE_VALUE_BYTES)
    assert MAX_REQUEST_BYTES * 4 / 3 + attributes < MAX_BODY


def test_a_message_of_ours_fits_into_pubsubs() -> None:
    assert MAX_BYTES < LARGEST_ITEM < MAX_REQUEST_BYTES
    assert HEAD_BYTES < MAX_BYTES
    assert ATTRIBUTE_BYTES == MAX_ATTRIBUTE_VALUE_BYTES
    assert LONGEST_TEXT < ORDINARY_BYTES
    assert LONGEST_NAME > 1024, "a name in Cloud Storage has up to 1024 bytes"


def test_events_are_kept_clear_of_metas_windows() -> None:
    assert MAX_AGE == {"standard": WEB_WINDOW, "physical_store": STORE_WINDOW}
    assert 0 < MARGIN < DAY
    assert 0 < MAX_AHEAD < DAY
    assert NOT_SECONDS > 4_102_444_800, "the year 2100 in seconds"


def test_a_stored_file_is_read_in_pieces_that_cloud_storage_takes() -> None:
    assert CHUNK % (256 * 1024) == 0


def test_a_publish_is_given_up_before_its_message_comes_again() -> None:
    pushed = min(push.ack_deadline.total_seconds() for push in PIPELINE.pushes())
    assert ServiceSettings(google_cloud_project="project").publish_timeout < pushed


def test_a_batcher_that_closes_waits_no_longer_than_the_server() -> None:
    assert inspect.signature(Batcher.close).parameters["timeout"].default == serving.GRACEFUL
