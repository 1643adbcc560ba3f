from cli.demo.accounts import Account, EventKey, accounts, problems
from omnicapi.messages import Origin, Outcome, Verdict


def outcome(row: int, verdict: Verdict = "sent", channel: str = "store") -> Outcome:
    return Outcome(
        stage="forward",
        verdict=verdict,
        channel=channel,
        origin=Origin(object="a.csv", row=row),
        event_id=f"id{row}",
        event_name="Purchase",
        dataset="1",
    )


def key(row: int) -> EventKey:
    return ("1", "Purchase", f"id{row}")


def test_events_are_counted_by_channel_and_verdict() -> None:
    outcomes = [outcome(1), outcome(2, "rejected"), outcome(3, "dropped"), outcome(4), outcome(5, channel="web")]
    assert accounts({"store": 4, "web": 1}, outcomes) == [
        Account("store", read=4, sent=2, rejected=1, dropped=1),
        Account("web", read=1, sent=1, rejected=0, dropped=0),
    ]


def test_outcomes_of_a_channel_nobody_fed_are_shown_too() -> None:
    assert accounts({}, [outcome(1)]) == [Account("store", read=0, sent=1, rejected=0, dropped=0)]


def test_when_everything_adds_up_there_is_no_problem() -> None:
    outcomes = [outcome(1), outcome(2, "rejected")]
    assert not list(problems(accounts({"store": 2}, outcomes), [[each] for each in outcomes], [key(1)]))


def test_a_lost_event_is_a_problem() -> None:
    found = list(problems(accounts({"store": 2}, [outcome(1)]), [[outcome(1)]], [key(1)]))
    assert found == ["store: 2 events were put in, 1 have a verdict."]


def test_an_event_nobody_put_in_is_a_problem() -> None:
    assert list(problems(accounts({"store": 0}, [outcome(1)]), [[outcome(1)]], [key(1)]))


def test_two_verdicts_that_differ_are_a_problem_and_two_alike_are_none() -> None:
    closed = accounts({"store": 1}, [outcome(1)])
    assert list(problems(closed, [[outcome(1, "rejected"), outcome(1)]], [key(1)])) == ["a.csv row 1 has two verdicts."]
    assert not list(problems(closed, [[outcome(1), outcome(1)]], [key(1)]))


def test_what_meta_did_not_take_may_not_be_called_sent() -> None:
    found = list(problems(accounts({"store": 1}, [outcome(1)]), [[outcome(1)]], []))
    assert found == ["1 events are reported as sent, but Meta has not accepted them."]


def test_what_meta_took_must_be_called_sent() -> None:
    rejected = outcome(1, "rejected")
    found = list(problems(accounts({"store": 1}, [rejected]), [[rejected]], [key(1)]))
    assert found == ["Meta accepted 1 events of which no outcome says so."]
