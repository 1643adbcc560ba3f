"""The reader against Google's BigQuery and Cloud Storage clients: every row once, whatever happens to the tables."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable

from ingest.bigquery import assembly
from ingest.bigquery.__main__ import run
from ingest.bigquery.export import Export
from ingest.bigquery.export_state import AnotherRun, ExportState
from ingest.bigquery.reader import ExportReader, utc_now
from ingest.bigquery.settings import ExportSettings
from ingest.maps.folder import Folder, Maps
from ingest.topic.reader import TopicReader
from omnicapi.errors import ConfigurationError, PublishFailed, TransientError
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event
from tests.ingest.bigquery.stand_in import BigQuery, Row
from tests.ingest.fakes import Topics

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
T = int(NOW.timestamp()) * 1_000_000
DAY = 86_400_000_000
MAPS = Path(__file__).parents[3] / "maps"


def row(number: int, name: str = "purchase", age: int = 0) -> Row:
    return {
        "event_name": name,
        "event_timestamp": T - age * DAY - number,
        "event_params": [{"key": "currency", "value": {"string_value": "EUR"}}],
        "user_pseudo_id": f"{number}.1",
        "privacy_info": {"ads_storage": "Yes"},
        "ecommerce": {"transaction_id": f"o-{number}" if name == "purchase" else None, "purchase_revenue": 1.5},
        "batch_event_index": 1,
        "geo": {"country": "Brazil"},
    }


class Pipeline:
    """Runs of the reader over one export and one memory, and what they published."""

    def __init__(self, bigquery: BigQuery, storage: Any, folder: str) -> None:
        self.bigquery = bigquery
        self.storage = storage
        self.folder = folder
        self.published: list[dict[str, Any]] = []
        self.fail_after: int | None = None

    def reader(self, rows_at_a_time: int = 5000, other_events: str = "custom") -> ExportReader:
        file = Maps(Folder(MAPS)).ga4().file
        file.other_events = "drop" if other_events == "drop" else "custom"
        return ExportReader(
            Export(self.bigquery.client(), "project:analytics_1"),
            ExportState(self.storage, self.folder),
            self._publish,
            file,
            lambda: NOW,
            rows_at_a_time=rows_at_a_time,
        )

    def run(self, **options: Any) -> int:
        return self.reader(**options).run()

    def users(self) -> list[str]:
        return [row["user_pseudo_id"] for row in self.published]

    def _publish(self, rows: Any) -> None:
        if self.fail_after == 0:
            raise PublishFailed("no")
        if self.fail_after is not None:
            self.fail_after -= 1
        self.published += map(json.loads, rows)


@pytest.fixture(scope="module")
def running() -> Iterator[BigQuery]:
    stand_in = BigQuery()
    yield stand_in
    stand_in.close()


@pytest.fixture
def bigquery(running: BigQuery) -> BigQuery:
    running.tables.clear()
    running.queries.clear()
    running.refusal = None
    running.reason = "x"
    return running


@pytest.fixture
def pipeline(bigquery: BigQuery, storage_client: Any, bucket: Any) -> Pipeline:
    return Pipeline(bigquery, storage_client, f"gs://{bucket.name}/ga4-export")


def test_every_row_is_published_once_however_often_the_reader_runs(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261123", [row(n) for n in range(25)])
    assert [pipeline.run(rows_at_a_time=10) for _ in range(3)] == [25, 0, 0]
    assert sorted(pipeline.users()) == sorted(f"{n}.1" for n in range(25))


def test_a_daily_table_that_did_not_change_is_not_read_again_and_pays_nothing(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261123", [row(1)])
    pipeline.run()
    pipeline.run()
    assert len(pipeline.bigquery.queries) == 1


def test_rows_that_come_late_and_rows_that_come_twice(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261123", [row(1), row(1)])
    assert pipeline.run() == 1
    pipeline.bigquery.fill("events_20261123", [row(2), row(1), row(1), row(3)])
    assert pipeline.run() == 2
    assert pipeline.users() == ["1.1", "2.1", "3.1"]


def test_the_daily_table_takes_the_place_of_the_intraday_one(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_intraday_20261123", [row(1)])
    assert pipeline.run() == 1
    pipeline.bigquery.tables["events_intraday_20261123"] += [row(2)]
    assert pipeline.run() == 1
    pipeline.bigquery.fill("events_20261123", [row(1), row(2), row(3)])
    assert pipeline.run() == 1
    del pipeline.bigquery.tables["events_intraday_20261123"]
    assert pipeline.run() == 0
    assert pipeline.users() == ["1.1", "2.1", "3.1"]


def test_rows_older_than_meta_takes_and_names_that_go_nowhere_stay(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261110", [row(1, age=14)])
    pipeline.bigquery.fill("events_20261117", [row(2, age=7), row(-3, age=7)])
    pipeline.bigquery.fill("events_20261124", [row(4, "scroll"), row(5, "own"), row(6, "page_view")])
    pipeline.bigquery.fill("events_fresh_20261124", [row(7)])
    assert pipeline.run() == 3
    assert pipeline.users() == ["-3.1", "5.1", "6.1"]


def test_an_allow_list_reads_only_what_is_on_it(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261124", [row(4, "scroll"), row(5, "own"), row(6, "page_view")])
    assert pipeline.run(other_events="drop") == 1
    assert pipeline.users() == ["6.1"]


def test_a_crash_before_publishing_loses_nothing(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261123", [row(n) for n in range(25)])
    pipeline.fail_after = 1
    with pytest.raises(PublishFailed):
        pipeline.run(rows_at_a_time=10)
    pipeline.fail_after = None
    assert pipeline.run(rows_at_a_time=10) == 15
    assert len(set(pipeline.users())) == len(pipeline.users()) == 25


def test_a_crash_between_publishing_and_remembering_repeats_at_most_one_step_with_the_same_event_ids(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.bigquery.fill("events_20261123", [row(n, name) for n in range(6) for name in ("purchase", "page_view")])
    with monkeypatch.context() as patch:
        patch.setattr("ingest.bigquery.export_state.Day.add", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            pipeline.run(rows_at_a_time=5)
    assert pipeline.run(rows_at_a_time=5) == 12
    first, again = (event_ids(pipeline.published[start : start + 5]) for start in (0, 5))
    assert first == again
    assert len(set(event_ids(pipeline.published))) == 12


def event_ids(rows: list[dict[str, Any]]) -> list[str]:
    reader = TopicReader(Maps(Folder(MAPS)))
    message = PushMessage(json.dumps(rows).encode(), {"schema": "ga4_bq", "channel": "ga4"}, "m")
    found = list(reader.events(message, 0))
    assert all(isinstance(one, Event) for one in found)
    return [one.event_id or "" for one in found]


def test_two_runs_at_the_same_time_cannot_undo_what_the_other_remembers(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261123", [row(n) for n in range(4)])
    one, other = (ExportState(pipeline.storage, pipeline.folder).day("20261123") for _ in range(2))
    one.add([bytes(16)])
    with pytest.raises(AnotherRun):
        other.add([b"x" * 16])
    again = ExportState(pipeline.storage, pipeline.folder).day("20261123")
    assert (bytes(16) in again, b"x" * 16 in again, len(again)) == (True, False, 1)


def test_two_runs_that_finish_at_the_same_time(pipeline: Pipeline) -> None:
    one, other = (ExportState(pipeline.storage, pipeline.folder) for _ in range(2))
    one.finished("events_20261123", "1")
    with pytest.raises(AnotherRun):
        other.finished("events_20261123", "0")
    assert ExportState(pipeline.storage, pipeline.folder).version("events_20261123") == "1"


def test_runs_side_by_side_lose_nothing_and_repeat_no_more_than_one_step(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261123", [row(n) for n in range(20)])

    def side_by_side() -> None:
        try:
            pipeline.run(rows_at_a_time=5)
        except AnotherRun:
            return

    threads = [threading.Thread(target=side_by_side) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipeline.run()
    assert set(pipeline.users()) == {f"{n}.1" for n in range(20)}
    assert len(pipeline.published) <= 25


def test_what_is_too_old_is_forgotten(pipeline: Pipeline, bucket: Any) -> None:
    pipeline.bigquery.fill("events_20261117", [row(-1, age=7)])
    pipeline.run()
    old = ExportState(pipeline.storage, pipeline.folder)
    old.day("20261001").add([bytes(16)])
    old.finished("events_20261001", "1")
    pipeline.run()
    assert {blob.name for blob in bucket.list_blobs()} == {"ga4-export/20261117/00000000", "ga4-export/tables.json"}
    assert ExportState(pipeline.storage, pipeline.folder).version("events_20261001") is None


def test_what_others_keep_under_the_same_folder_stays(pipeline: Pipeline, bucket: Any) -> None:
    others = Pipeline(pipeline.bigquery, pipeline.storage, f"{pipeline.folder}/second-property")
    pipeline.bigquery.fill("events_20261123", [row(1)])
    assert (others.run(), pipeline.run(), others.run()) == (1, 1, 0)
    pipeline.bigquery.fill("events_20261123", [row(1), row(2)])
    assert others.run() == 1


@pytest.mark.parametrize(
    ("status", "says"), [(403, "roles/bigquery.dataViewer"), (404, "GA4_EXPORT"), (400, r"refuses .*\(x\)")]
)
def test_what_a_person_must_mend_says_so(pipeline: Pipeline, status: int, says: str) -> None:
    pipeline.bigquery.refusal = status
    with pytest.raises(ConfigurationError, match=says):
        pipeline.run()
    assert run(pipeline.reader) == 2


def test_a_quota_that_is_used_up_is_for_the_next_run(pipeline: Pipeline) -> None:
    pipeline.bigquery.refusal, pipeline.bigquery.reason = 403, "quotaExceeded"
    with pytest.raises(TransientError, match="quota"):
        pipeline.run()
    assert run(pipeline.reader) == 1


def test_a_table_that_goes_away_meanwhile_is_for_the_next_run(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_intraday_20261124", [row(1)])
    reader = pipeline.reader()
    [table] = reader.export.tables(["20261124"])
    pipeline.bigquery.tables.clear()
    with pytest.raises(TransientError, match="events_intraday_20261124 went away"):
        list(reader.export.rows(table, reader._filter(0), 10))


def test_a_bigquery_that_does_not_answer_is_for_the_next_run() -> None:
    class Silent:
        def list_tables(self, _: str) -> None:
            raise ServiceUnavailable("planted")

    with pytest.raises(TransientError, match="ServiceUnavailable") as caught:
        Export(Silent(), "p.d").tables([])
    assert "planted" not in str(caught.value)


def test_the_exit_code_says_who_goes_on(pipeline: Pipeline) -> None:
    pipeline.bigquery.fill("events_20261124", [row(1)])
    pipeline.fail_after = 0
    assert run(pipeline.reader) == 1
    pipeline.fail_after = None
    assert run(pipeline.reader) == 0


def test_the_command_publishes_as_any_producer_would(pipeline: Pipeline, topics: Topics) -> None:
    now = int(utc_now().timestamp()) * 1_000_000
    table = f"events_intraday_{utc_now():%Y%m%d}"
    pipeline.bigquery.fill(table, [{**row(n), "event_timestamp": now - n} for n in range(3)])
    settings = ExportSettings(
        google_cloud_project="project",
        ga4_export="project.analytics_1",
        ga4_export_state=pipeline.folder,
        maps=str(MAPS),
    )
    made = assembly.reader(settings, topics, pipeline.storage, pipeline.bigquery.client())
    assert made.run() == 3
    [message] = topics.on("event-of-interest")
    assert (message.attributes["schema"], message.attributes["channel"]) == ("ga4_bq", "ga4")
    found = list(TopicReader(Maps(Folder(MAPS))).events(PushMessage(message.data, message.attributes, "m"), 0))
    assert [one.order_id for event in found if isinstance(event, Event) for one in [event.custom_data]] == [
        "o-0",
        "o-1",
        "o-2",
    ]
