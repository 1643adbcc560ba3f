import logging
from typing import Any

import msgspec
import pytest
from google.api_core.exceptions import GoogleAPIError
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.errors import PublishFailed
from omnicapi.messages import LARGEST_ITEM, MAX_BYTES, MAX_ITEMS, Origin, Outcome, Outcomes, Verdict
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher
from tests.examples import examples
from tests.omnicapi.recording import RecordingClient

NOW = 1_700_000_000_000


def outcome(verdict: Verdict = "sent", reason: str | None = None, **fields: Any) -> Outcome:
    given: dict[str, Any] = {"channel": "web", "origin": Origin(), **fields}
    return Outcome(stage="forward", verdict=verdict, reason=reason, **given)


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
    writer(client).start([outcome()], dataset="123", fbtrace_id="Abc", http_status=200)
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


def test_outcomes_are_cut_by_bytes_as_well_as_by_count() -> None:
    client = RecordingClient()
    many = [outcome(event_id=f"e{n}", warnings=[f"{n}-{w}-" + "x" * 400 for w in range(20)]) for n in range(700)]
    writer(client).write(many)
    batches = written(client)
    assert [one.event_id for batch in batches for one in batch.outcomes] == [f"e{n}" for n in range(700)]
    assert max(len(data) for _, data, _ in client.published) <= MAX_BYTES
    assert [attributes["count"] for _, _, attributes in client.published] == [str(len(b.outcomes)) for b in batches]


def test_warnings_and_texts_of_an_outcome_are_bounded_in_number_and_length() -> None:
    client = RecordingClient()
    writer(client).write(
        [outcome(warnings=[f"user_data.em:{number}" for number in range(3500)], event_id="i" * 900_000)]
    )
    (batch,) = written(client)
    assert batch.outcomes[0].warnings[-2:] == ["user_data.em:19", "and 3480 more"]
    assert len(batch.outcomes[0].event_id or "") == 500


def test_an_outcome_of_more_rows_than_a_message_holds_is_written_in_parts() -> None:
    client = RecordingClient()
    writer(client).write([outcome("rejected", origin=Origin(object="a.csv", row=1, rows=tuple(range(1, 2_000_001))))])
    assert sum(len(one.origin.rows) for batch in written(client) for one in batch.outcomes) == 2_000_000
    assert max(len(data) for _, data, _ in client.published) <= 2 * MAX_BYTES


def test_a_failure_says_which_messages_were_taken() -> None:
    client = RecordingClient(silent=True)
    one = writer(client)
    sendings = one.start([outcome(event_id=str(number)) for number in range(MAX_ITEMS + 1)])
    client.futures[1].set_result("1")
    assert [failure is None for failure in one.confirm(sendings)] == [False, True]


def test_an_outcome_that_utf8_cannot_write_is_written_all_the_same() -> None:
    client = RecordingClient()
    writer(client).write([outcome(event_id="\ud800"), outcome(event_id="b")])
    assert [one.event_id for batch in written(client) for one in batch.outcomes] == ["?", "b"]


def test_an_outcome_that_nobody_shared_out_is_shortened_until_it_can_be_written() -> None:
    client = RecordingClient()
    origin = Origin(object="a.csv", row=1, rows=tuple(range(10**12, 10**12 + 700_000)))
    one = writer(client)
    assert one.confirm(one.start([outcome(origin=origin), outcome(event_id="b")])) == [None, None]
    assert max(len(data) for _, data, _ in client.published) <= LARGEST_ITEM
    assert [len(batch.outcomes[0].origin.rows) for batch in written(client)] == [100_000, 0]
