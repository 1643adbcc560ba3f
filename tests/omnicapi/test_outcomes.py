import logging
from typing import Any

import msgspec
import pytest
from google.api_core.exceptions import GoogleAPIError
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.errors import PublishFailed
from omnicapi.messages import MAX_ITEMS, Origin, Outcome, Outcomes, Verdict
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher
from tests.examples import examples
from tests.omnicapi.recording import RecordingClient

NOW = 1_700_000_000_000


def outcome(verdict: Verdict = "sent", reason: str | None = None, **fields: Any) -> Outcome:
    return Outcome(stage="forward", verdict=verdict, channel="web", origin=Origin(), reason=reason, **fields)


def writer(client: RecordingClient) -> OutcomeWriter:
    return OutcomeWriter(Publisher(client, "project", "outcomes", 0.1), "forward", lambda: NOW)


def written(client: RecordingClient) -> list[Outcomes]:
    return [msgspec.json.decode(data, type=Outcomes) for _, data, _ in client.published]


@examples(25)
@given(verdicts=st.lists(st.sampled_from(["sent", "rejected", "dropped"]), max_size=40), factor=st.integers(1, 60))
def test_every_outcome_is_written_once_in_order_in_batches_that_count_them(
    verdicts: list[Verdict], factor: int
) -> None:
    client = RecordingClient()
    outcomes = [outcome(verdict, event_id=str(number)) for number, verdict in enumerate(verdicts * factor)]
    writer(client).write(outcomes)
    batches = written(client)
    assert [one.event_id for batch in batches for one in batch.outcomes] == [one.event_id for one in outcomes]
    assert all(len(batch.outcomes) == MAX_ITEMS for batch in batches[:-1])
    for batch, (_, _, attributes) in zip(batches, client.published, strict=True):
        assert attributes["count"] == str(len(batch.outcomes)) == str(sum(batch.counts.values()))
        assert batch.counts == {
            verdict: sum(one.verdict == verdict for one in batch.outcomes) for verdict in batch.counts
        }
    assert len({batch.batch_id for batch in batches}) == len(batches)


def test_an_outcome_is_stamped_with_the_time_of_its_decision_unless_it_has_one() -> None:
    client = RecordingClient()
    writer(client).write([outcome(), outcome(decided_ms=5)])
    (batch,) = written(client)
    assert batch.time_ms == NOW
    assert [one.decided_ms for one in batch.outcomes] == [NOW, 5]


def test_a_batch_says_which_request_to_meta_decided_it() -> None:
    client = RecordingClient()
    writer(client).write([outcome()], dataset="123", fbtrace_id="Abc", http_status=200)
    (batch,) = written(client)
    assert (batch.stage, batch.dataset, batch.fbtrace_id, batch.http_status) == ("forward", "123", "Abc", 200)
    assert client.published[0][2] == {"kind": "outcomes", "schema": "1", "count": "1", "stage": "forward"}


def test_the_log_has_counts_and_reasons_and_nothing_of_an_event(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "omnicapi"):
        writer(RecordingClient()).write(
            [outcome("rejected", "too_old", event_id="e-77", order_id="o-77", message="m-77")] * 2 + [outcome()]
        )
    (record,) = caplog.records
    noted = record.__dict__["json_fields"]
    assert noted["counts"] == {"rejected": 2, "sent": 1}
    assert noted["reasons"] == {"too_old": 2}
    assert "-77" not in str(noted)


def test_the_log_says_how_long_the_slowest_event_that_was_sent_took(caplog: pytest.LogCaptureFixture) -> None:
    unknown, refused = outcome(), outcome("rejected", received_ms=NOW - 9_000)
    with caplog.at_level(logging.INFO, "omnicapi"):
        writer(RecordingClient()).write(
            [outcome(received_ms=NOW - 40), outcome(received_ms=NOW - 700), refused, unknown]
        )
        writer(RecordingClient()).write([refused, unknown])
    noted = [record.__dict__["json_fields"] for record in caplog.records]
    assert [each.get("waited_ms") for each in noted] == [700, None]


def test_what_pubsub_did_not_take_is_an_error_and_is_not_logged_as_written(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "omnicapi"), pytest.raises(PublishFailed):
        writer(RecordingClient(GoogleAPIError("down"))).write([outcome()])
    assert caplog.records == []
