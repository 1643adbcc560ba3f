"""The limits of ingest: their values, and how they stand to each other."""

import msgspec

from ingest.collector.access import SHORTEST_KEY
from ingest.collector.collector import MOST_EVENTS
from ingest.events import event_ids
from ingest.files.chunk_publisher import LONGEST_WAIT_MS, SLOW
from ingest.files.chunks import MAX_CHUNK_BYTES, MAX_ROWS, STRETCH_ROWS, WARM_UP_ROWS
from ingest.ledger.ledger import STALE
from ingest.ledger.records import ABANDONED
from ingest.maps.file import OrdersEntry
from ingest.orders import orders
from ingest.readers.lines import BLOCK, MAX_LINE
from ingest.readers.packed import FLOOR, MOST_HELD
from ingest.reports.page import PAGE_ROWS
from ingest.reports.settlement import BETWEEN
from ingest.settings import CollectSettings, FilesSettings, ReportsSettings
from omnicapi.http.service import MAX_BODY
from omnicapi.messages import MAX_BYTES, MAX_ITEMS
from omnicapi.topology import FILES, OUTCOMES, PIPELINE
from tests.limits import IF_MEANT, numbers, pinned

DEADLINES = {push.topic: push.ack_deadline.total_seconds() for push in PIPELINE.pushes()}
WITHIN: int = msgspec.json.schema(OrdersEntry)["$defs"]["OrdersEntry"]["properties"]["within"]["maximum"]
"""Rows among which an order's rows may stand, at most."""


def test_the_limits_have_the_values_they_ought_to_have() -> None:
    assert numbers("ingest") == pinned("ingest"), IF_MEANT


def test_a_chunk_reads_again_all_rows_that_ids_and_orders_are_remembered_for() -> None:
    assert WARM_UP_ROWS > event_ids.REMEMBERED
    assert WARM_UP_ROWS > orders.REMEMBERED + 2 * WITHIN


def test_an_order_is_remembered_longer_than_its_rows_may_be_apart() -> None:
    assert orders.REMEMBERED >= WITHIN == 10_000


def test_a_shared_file_is_asked_for_in_whole_chunks() -> None:
    assert STRETCH_ROWS % MAX_ROWS == 0
    assert MAX_BYTES < MAX_CHUNK_BYTES
    assert MAX_ITEMS < MAX_ROWS


def test_a_claim_outlives_every_request_that_could_have_made_it() -> None:
    assert STALE > max(DEADLINES.values()) == 600
    assert SLOW < ABANDONED < STALE


def test_reading_and_reporting_end_before_pubsub_comes_again() -> None:
    settings = FilesSettings(google_cloud_project="project")
    assert settings.file_seconds + settings.publish_timeout + ABANDONED < DEADLINES[FILES]
    assert ReportsSettings(google_cloud_project="project").reports_timeout < DEADLINES[OUTCOMES]
    assert ReportsSettings(google_cloud_project="project").reports_linger < BETWEEN


def test_a_file_waits_for_an_earlier_report_for_less_than_its_notification_lasts() -> None:
    attempts = min(push.dead_letter.attempts for push in PIPELINE.pushes() if push.dead_letter)
    pauses = min(push.retry.maximum.total_seconds() for push in PIPELINE.pushes() if push.retry)
    assert attempts * pauses > 2 * LONGEST_WAIT_MS / 1000


def test_a_key_of_the_collector_cannot_be_guessed() -> None:
    assert SHORTEST_KEY >= 16


def test_a_request_to_the_collector_is_smaller_than_any_body_and_makes_few_messages() -> None:
    assert CollectSettings(google_cloud_project="project").collect_max_bytes < MAX_BODY
    assert MOST_EVENTS <= 10 * MAX_ITEMS


def test_what_is_read_at_once_is_less_than_what_is_held() -> None:
    assert BLOCK < MAX_LINE < MOST_HELD
    assert FLOOR < MOST_HELD
    assert PAGE_ROWS >= MAX_ROWS
