import io

from rich.console import Console
from rich.table import Table

from cli.demo.accounts import Account
from cli.demo.tables import account_table, meta_line, reason_table, retry_line, trace_lines
from local.meta.received import Summary
from omnicapi.messages import Origin, Outcome


def printed(table: Table) -> list[list[str]]:
    output = io.StringIO()
    Console(file=output, width=160).print(table)
    lines = output.getvalue().replace("│", "┃").splitlines()
    return [[cell.strip() for cell in line.split("┃")[1:-1]] for line in lines if "┃" in line]


def test_each_channel_has_a_line_and_the_last_line_is_their_sum() -> None:
    lines = printed(account_table([Account("store", 5, 3, 1, 1), Account("web", 2, 2, 0, 0)]))
    assert lines[0] == ["Channel", "read", "sent", "rejected", "dropped"]
    assert lines[1:] == [["store", "5", "3", "1", "1"], ["web", "2", "2", "0", "0"], ["all", "7", "5", "1", "1"]]


def test_nothing_put_in_gives_a_table_of_zeros() -> None:
    assert printed(account_table([]))[1:] == [["all", "0", "0", "0", "0"]]


def test_a_reason_names_the_place_the_field_and_the_remedy() -> None:
    outcome = Outcome(
        stage="handle",
        verdict="rejected",
        channel="store",
        origin=Origin(object="incoming/a.csv", row=7),
        reason="currency_missing",
        field="custom_data.currency",
        message="Map a column [A] to it.",
    )
    line = printed(reason_table([outcome]))[1]
    assert line == [
        "store",
        "a.csv row 7",
        "handle",
        "currency_missing (custom_data.currency)",
        "Map a column [A] to it.",
    ]


def test_a_reason_may_concern_no_field() -> None:
    outcome = Outcome(stage="ingest", verdict="dropped", channel="x", origin=Origin(message_id="1"), reason="not_json")
    assert printed(reason_table([outcome]))[1] == ["x", "message 1", "ingest", "not_json", ""]


def test_trace_ids_are_counted_by_request() -> None:
    def sent(row: int, trace: str | None) -> Outcome:
        origin = Origin(object="a.csv", row=row)
        return Outcome(stage="forward", verdict="sent", channel="x", origin=origin, fbtrace_id=trace)

    outcomes = [sent(1, "A"), sent(2, "B"), sent(3, "B"), sent(4, None)]
    assert trace_lines(outcomes) == ["fbtrace_id B: 2 events", "fbtrace_id A: 1 events"]


def test_metas_side_is_one_sentence() -> None:
    summary = Summary(
        requests=3,
        accepted_requests=2,
        accepted_events=9,
        distinct_events=8,
        duplicates=[],
        batch_sizes={},
        answers={500: 1, 200: 2},
        refused={},
    )
    assert meta_line(summary) == "Meta answered 3 requests (2 × 200, 1 × 500) and accepted 8 events."


def test_redeliveries_are_named_by_subscription() -> None:
    assert retry_line([("a-push", 0), ("b-push", 3)]) == "Pub/Sub delivered again: 3 of b-push."
    assert retry_line([("a-push", 0)]) == "Pub/Sub delivered again: nothing."
