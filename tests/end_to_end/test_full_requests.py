"""Events that come one per message reach Meta a thousand per request, through every room."""

import json
import time
from pathlib import Path

import pytest

from local.samples.server_container import SCHEMA, envelope
from local.stack import Options, Stack

pytestmark = pytest.mark.stack

EVENTS = 3000

SETTINGS = {
    # Longer than any machine needs to bring a thousand events, so that only a full request leaves.
    "forward": {"BATCH_LINGER": "30"},
    # On any machine the 250 pushes that forward holds open carry more than a thousand events then.
    "ingest-store": {"STORE_LINGER": "0.2"},
}


def test_events_published_one_by_one_leave_in_full_requests(tmp_path: Path) -> None:
    now = int(time.time())
    events = [json.dumps(envelope(index, now)).encode() for index in range(EVENTS)]
    with Stack(Options(tmp_path, retry_scale=0.01, settings=SETTINGS)) as stack:
        stack.publish("web", *events, schema=SCHEMA)
        stack.drained(120)
        assert [request.events for request in stack.meta.requests()] == [1000] * (EVENTS // 1000)
