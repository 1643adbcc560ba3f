"""Outcomes in, reports out, through a real bucket server."""

import json
from typing import Any

import msgspec
import pytest

from ingest.files.intake import Files
from ingest.ledger.ledger import ACCEPTED
from ingest.maps.folder import Maps
from ingest.reports.accounts import Accounts
from ingest.reports.closing import close
from ingest.reports.html import as_html
from ingest.reports.intake import Reports
from ingest.reports.report import Report
from ingest.reports.settlement import Settlement
from ingest.reports.summary import File
from ingest.storage.bucket import Bucket
from ingest.storage.objects import Objects
from omnicapi.errors import TransientError
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin, Outcome, Outcomes
from omnicapi.storage.stored import StoredContent
from tests.ingest.fakes import NOW_MS, Topics, notification, now_ms
from tests.ingest.files.test_intake import HEAD, row
from tests.loops import run

NAME = "incoming/store/a.csv"


class Pipeline:
    """Ingest's files and reports, and what the other stages would say."""

    def __init__(self, client: Any, bucket: Any, topics: Topics, maps: Maps) -> None:
        self.client, self.bucket, self.topics = client, bucket, topics
        self.files = Files(Bucket(client), maps, topics.queues(), now_ms)
        self.time = 0.0
        settlement = Settlement(Bucket(client), maps, clock=lambda: self.time)
        self.reports = Reports(Bucket(client), settlement, linger=0.0, timeout=30.0)

    def drop(self, content: str | bytes, name: str = NAME) -> list[Event]:
        blob = self.bucket.blob(name)
        blob.upload_from_string(content)
        before = len(self.topics.events())
        self.files.receive(notification(self.bucket.name, name, blob.generation))
        return self.topics.events()[before:]

    def end(self, *outcomes: Outcome) -> None:
        batch = Outcomes(batch_id="b", stage="forward", time_ms=NOW_MS, counts={}, outcomes=list(outcomes))
        run(self.reports.receive(PushMessage(msgspec.json.encode(batch))))

    def end_refusals(self) -> None:
        for message in self.topics.on("outcomes"):
            run(self.reports.receive(PushMessage(message.data)))

    def report(self, folder: str = "store/a.csv") -> dict[str, Any]:
        made: dict[str, Any] = json.loads(self.text(f"reports/{folder}/report.json"))
        return made

    def text(self, name: str) -> str:
        content: bytes = self.bucket.blob(name).download_as_bytes()
        return content.decode("utf-8-sig")

    def names(self, prefix: str) -> list[str]:
        return [blob.name for blob in self.client.list_blobs(self.bucket, prefix=prefix)]


@pytest.fixture
def pipeline(storage_client: Any, bucket: Any, topics: Topics, maps: Maps) -> Pipeline:
    return Pipeline(storage_client, bucket, topics, maps)


def outcome(event: Event, verdict: Any = "sent", **more: Any) -> Outcome:
    return Outcome(
        stage="forward",
        verdict=verdict,
        channel="store",
        origin=event.origin,
        dataset="1",
        fbtrace_id="TRACE",
        decided_ms=NOW_MS + 1000,
        identifiers=["em", "ph"],
        **more,
    )


def test_a_report_is_under_way_until_every_row_has_ended(pipeline: Pipeline) -> None:
    first, second, third = pipeline.drop(HEAD + row(1) + row(2) + row(3))
    assert (pipeline.report()["complete"], pipeline.report()["rows"]) == (False, 3)
    pipeline.end(outcome(first))
    pipeline.end(outcome(second))
    assert (pipeline.report()["complete"], pipeline.report()["accounted"]) == (False, 1)
    pipeline.time += 60
    pipeline.end(outcome(second))
    assert (pipeline.report()["complete"], pipeline.report()["accounted"]) == (False, 2)
    pipeline.end(outcome(third))
    made = pipeline.report()
    assert (made["complete"], made["verdicts"], made["coverage"]) == (True, {"sent": 3}, {"em": 3, "ph": 3})
    assert (made["fbtrace_ids"], made["datasets"], made["channel"]) == (["TRACE"], {"1": 3}, "store")
    assert [moment["what"] for moment in made["time_line"]] == ["dropped", "read to its end", "answered by Meta"]
    assert "Complete." in pipeline.text("reports/store/a.csv/report.html")


def test_outcomes_that_come_twice_or_before_the_file_is_read_change_nothing(pipeline: Pipeline) -> None:
    events = pipeline.drop(HEAD + row(1) + row(2, "bad") + row(3))
    for _ in range(2):
        pipeline.end(*map(outcome, events))
        pipeline.end_refusals()
    assert pipeline.report()["verdicts"] == {"sent": 2, "rejected": 1}


def test_rows_to_mend_come_back_and_only_what_meta_took_stays_in_the_ledger(pipeline: Pipeline) -> None:
    content = HEAD + row(1) + row(2) + row(3, "bad")
    first, second = pipeline.drop(content)
    pipeline.end(outcome(first), outcome(second, "rejected", reason="meta_refused", message="See row 3.", code="100/1"))
    pipeline.end_refusals()
    made = pipeline.report()
    assert made["rejected_file"] == "reports/store/a.csv/rejected.csv"
    lines = pipeline.text(made["rejected_file"]).splitlines()
    assert lines[0] == HEAD.strip() + ";omnicapi_reason"
    assert [line.split(";")[4] for line in lines[1:]] == ["customer-2", "customer-3"]
    assert "meta_refused: See row 3." in lines[1]
    assert [name for name in pipeline.names("ledger/") if not name.endswith(ACCEPTED)] == []
    [again] = pipeline.drop(content, "incoming/store/again.csv")
    assert again.event_id == second.event_id
    reasons = {one.reason for one in pipeline.topics.outcomes() if one.origin.object == "incoming/store/again.csv"}
    assert reasons == {"already_sent", "event_time_unreadable"}


def test_a_row_that_is_sent_after_all_stays_in_the_ledger(pipeline: Pipeline) -> None:
    content = HEAD + row(1)
    [event] = pipeline.drop(content)
    pipeline.end(outcome(event, "rejected", reason="meta_refused"))
    pipeline.end(outcome(event))
    assert pipeline.report()["verdicts"] == {"sent": 1}
    assert pipeline.drop(content, "incoming/store/again.csv") == []


def test_an_event_that_is_still_under_way_is_not_sent_a_second_time(pipeline: Pipeline) -> None:
    pipeline.drop(HEAD + row(1))
    assert pipeline.drop(HEAD + row(1) + row(2), "incoming/store/b.csv")[0].custom_data.order_id == "ATN2"
    [skipped] = pipeline.topics.outcomes()
    assert (skipped.verdict, skipped.reason, skipped.origin.row) == ("dropped", "under_way", 2)


def test_a_second_file_of_the_same_name_has_a_report_of_its_own(pipeline: Pipeline) -> None:
    pipeline.end(*map(outcome, pipeline.drop(HEAD + row(1))))
    [second] = pipeline.drop(HEAD + row(2))
    pipeline.end(outcome(second))
    folder = f"store/a.{second.origin.generation}.csv"
    assert pipeline.report(folder)["generation"] == int(second.origin.generation or 0)
    assert pipeline.report()["generation"] != pipeline.report(folder)["generation"]


def test_a_file_whose_name_is_a_reports_takes_no_other_files_folder(pipeline: Pipeline) -> None:
    pipeline.end(*map(outcome, pipeline.drop(HEAD + row(1), f"{NAME}/report.json.csv")))
    pipeline.end(*map(outcome, pipeline.drop(HEAD + row(2))))
    assert pipeline.report()["file"] == NAME
    assert pipeline.report("store/a.csv/report.json.csv")["file"] == f"{NAME}/report.json.csv"


def test_a_file_that_cannot_be_read_has_a_report_that_says_why(pipeline: Pipeline) -> None:
    pipeline.drop("", "incoming/store/empty.csv")
    made = pipeline.report("store/empty.csv")
    assert (made["complete"], made["rows"], made["error"]) == (True, 0, "The file is empty.")
    assert "could not be read" in pipeline.text("reports/store/empty.csv/report.html")


def test_a_file_without_a_row_for_meta_is_complete_with_its_refusals(pipeline: Pipeline) -> None:
    pipeline.drop(HEAD + row(1, "bad"))
    pipeline.end_refusals()
    made = pipeline.report()
    assert made["complete"]
    assert made["reasons"][0]["examples"] == [
        {"row": 2, "message": next(str(one.message) for one in pipeline.topics.outcomes())}
    ]


def test_a_report_left_out_by_a_crash_is_written_when_the_notification_comes_again(pipeline: Pipeline) -> None:
    [event] = pipeline.drop(HEAD + row(1))
    pipeline.end(outcome(event))
    pipeline.bucket.blob("reports/store/a.csv/report.json").delete()
    pipeline.files.receive(notification(pipeline.bucket.name, NAME, int(event.origin.generation or 0)))
    assert pipeline.report()["complete"]


def test_what_is_no_row_of_a_file_is_none_of_it(pipeline: Pipeline) -> None:
    pipeline.end(
        Outcome(stage="forward", verdict="sent", channel="web", origin=Origin(message_id="1")),
        Outcome(stage="ingest", verdict="rejected", channel="x", origin=Origin(bucket="b", object="o", generation="1")),
    )
    assert pipeline.names("") == []


def test_what_is_no_outcome_is_passed_over_and_logged_without_its_content(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    run(pipeline.reports.receive(PushMessage(b'{"planted"', message_id="7")))
    [said] = caplog.records
    assert (said.levelname, said.json_fields["message_id"]) == ("ERROR", "7")  # type: ignore[attr-defined]
    assert "planted" not in str(said.__dict__)


def test_a_report_that_was_made_of_less_does_not_stand_over_a_later_one(
    pipeline: Pipeline, storage_client: Any, maps: Maps, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pipeline.drop(HEAD + row(1) + row(2))
    elsewhere = Settlement(Bucket(storage_client), maps)
    made: list[Report] = []

    def slowly(one: Report) -> bytes:
        made.append(one)
        if len(made) == 1:  # meanwhile another instance hears of the last row, and writes the whole report
            file = File(pipeline.bucket.name, NAME, one.generation)
            Accounts(Bucket(storage_client).objects(file.bucket), file).add(0, [outcome(second)])
            elsewhere.settle(file)
        return as_html(one)

    monkeypatch.setattr("ingest.reports.settlement.as_html", slowly)
    pipeline.time += 60
    pipeline.end(outcome(first))
    assert [one.complete for one in made] == [False, True, True]
    assert (pipeline.report()["complete"], pipeline.report()["verdicts"]) == (True, {"sent": 2})
    assert "Complete." in pipeline.text("reports/store/a.csv/report.html")


def test_two_who_close_a_file_at_once_keep_all_that_was_accepted(pipeline: Pipeline, storage_client: Any) -> None:
    events = pipeline.drop(HEAD + row(1) + row(2))
    file = File(pipeline.bucket.name, NAME, int(events[0].origin.generation or 0))
    objects = Bucket(storage_client).objects(file.bucket)
    accounts = Accounts(objects, file)
    accounts.add(0, list(map(outcome, events)))

    class Overtaken(Objects):
        def read(self, name: str) -> StoredContent | None:
            there = super().read(name)
            if name.endswith("/published") and there is None:
                close(objects, file, "store", accounts)
            return there

    close(Overtaken(storage_client, file.bucket), file, "store", accounts)
    assert pipeline.drop(HEAD + row(1) + row(2), "incoming/store/again.csv") == []


def test_outcomes_that_are_not_kept_in_time_come_again(storage_client: Any, bucket: Any, maps: Maps) -> None:
    reports = Reports(Bucket(storage_client), Settlement(Bucket(storage_client), maps), linger=5.0, timeout=0.01)
    place = Origin(bucket=bucket.name, object=NAME, generation="1", row=2)
    late = Outcome(stage="forward", verdict="sent", channel="store", origin=place)
    batch = Outcomes(batch_id="b", stage="forward", time_ms=1, counts={}, outcomes=[late])
    with pytest.raises(TransientError):
        run(reports.receive(PushMessage(msgspec.json.encode(batch))))
    reports.close()
