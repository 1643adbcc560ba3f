"""What the page shows of its two events is what the code makes of them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from handle.datasets import only_dataset
from handle.step import Setup, handle
from ingest.maps.field_map import parse
from ingest.maps.folder import Folder, Maps
from ingest.rows.conversion import events
from ingest.topic.reader import TopicReader
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.publishing.publisher import encode

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-an-event-travels.md").read_text(encoding="utf-8")
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
CSV, MAP, ROW_EVENT, ROW_SIGNAL, TAG_EVENT, TAG_SIGNAL = re.findall(r"```(?:json|text)\n(.*?)```", PAGE, re.DOTALL)
NOW = 1_795_953_600


def signals(made: list[Event]) -> Any:
    return as_json(handle(made, Setup(only_dataset("123456789012345")), NOW).signals)


def as_json(items: Iterable[Any]) -> Any:
    return [json.loads(encode(item)) for item in items]


def only_events(made: Iterable[Event | Outcome]) -> list[Event]:
    return [item for item in made if isinstance(item, Event)]


def test_the_row_becomes_the_event_and_the_signal_that_the_page_shows() -> None:
    origin = Origin(object="incoming/store/orders.csv")
    made = only_events(events(io.BytesIO(CSV.encode()), parse("store", MAP.encode()), origin, NOW * 1000))

    assert as_json(made) == [json.loads(ROW_EVENT)]
    assert signals(made) == [json.loads(ROW_SIGNAL)]


def test_the_tags_event_becomes_the_event_and_the_signal_that_the_page_shows() -> None:
    envelope = next(
        text for text in re.findall(r"```json channel=web\n(.*?)```", SOURCES, re.DOTALL) if "sgtm-event" in text
    )
    message = PushMessage(envelope.encode(), {"channel": "web", "schema": "sgtm-event/1"}, "1234567890")
    made = only_events(TopicReader(Maps(Folder(ROOT / "maps"))).events(message, NOW * 1000))

    assert as_json(made) == [json.loads(TAG_EVENT)]
    assert signals(made) == [json.loads(TAG_SIGNAL)]
