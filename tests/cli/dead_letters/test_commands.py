from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.dead_letters.commands import dead_letters, replay
from cli.dead_letters.replay import Tally

SignalAt = Callable[..., bytes]


@pytest.fixture
def run(broker: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", broker.endpoint)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", broker.project)
    app = typer.Typer()
    app.add_typer(dead_letters, name="dead-letters")
    app.command()(replay)

    def invoke(*words: str, expected: int = 0) -> str:
        result = CliRunner().invoke(app, [*words, "--wait", "0.2"], env={"COLUMNS": "160"}, catch_exceptions=False)
        assert result.exit_code == expected, result.output
        return " ".join(result.output.split())

    return invoke


def test_the_list_counts_by_topic_reason_and_channel(broker: Any, run: Callable[..., str], signal_at: SignalAt) -> None:
    broker.bury(signal_at(int(time.time())), reason="value_missing", channel="web")
    broker.bury(b"[]", topic="events", channel="store", count="12")

    shown = run("dead-letters", "list")

    assert "signals │ value_missing │ web │ 1 │ 0 h 0 min" in shown
    assert "events │ undeliverable │ store │ 12 │" in shown


def test_letters_of_an_instance_come_from_its_queue_and_go_back_to_its_topic(
    broker: Any, run: Callable[..., str], signal_at: SignalAt
) -> None:
    broker.make("brazil-signals")
    broker.bury(signal_at(int(time.time())), topic="brazil-signals", reason="value_missing", channel="web")
    of_brazil = ("--topic", "signals", "--instance", "brazil")

    assert "signals │ value_missing │ web │ 1 │" in run("dead-letters", "list", *of_brazil)
    assert run("dead-letters", "list", "--topic", "signals") == "No dead letters."
    assert "signals: 1 replayed (value_missing 1)" in run("replay", *of_brazil)
    assert len(broker.returned("brazil-signals")) == 1


def test_what_a_producer_wrote_is_shown_as_it_is(broker: Any, run: Callable[..., str]) -> None:
    broker.bury(b"{}", topic="events", channel="[/red][bold]x")
    assert "events │ undeliverable │ [/red][bold]x │ 1 │" in run("dead-letters", "list")


def test_letters_that_pubsub_refuses_are_told(broker: Any, run: Callable[..., str]) -> None:
    broker.bury(b"", topic="signals", reason="value_missing")
    assert "signals: 0 replayed, 0 past Meta's time window, 0 not asked for, 1 refused by Pub/Sub" in run("replay")


def test_an_empty_list_says_so(run: Callable[..., str]) -> None:
    assert run("dead-letters", "list", "--topic", "files") == "No dead letters."


def test_a_replay_says_what_it_did(broker: Any, run: Callable[..., str], signal_at: SignalAt) -> None:
    broker.bury(signal_at(int(time.time())), reason="value_missing")
    broker.bury(signal_at(int(time.time()) - 9 * 86_400), reason="value_missing")

    dry = run("replay", "--topic", "signals", "--dry-run", "--since", "2024-01-01")
    real = run("replay", "--topic", "signals", "--reason", "value_missing", "--limit", "10", "--rate", "1000")

    assert "signals: 1 would be replayed (value_missing 1), 1 past Meta's time window, 0 not asked for" in dry
    assert "signals: 1 replayed (value_missing 1), 1 past Meta's time window, 0 not asked for" in real
    assert len(broker.returned()) == 1


def test_an_interrupted_replay_says_what_it_did(
    broker: Any, run: Callable[..., str], signal_at: SignalAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_tally: Tally) -> None:
        raise KeyboardInterrupt

    for number in range(3):
        broker.bury(signal_at(int(time.time()), str(number)), reason="value_missing")
    monkeypatch.setattr("cli.dead_letters.commands._progress", lambda _topic: interrupt)

    shown = run("replay", "--topic", "signals", "--rate", "2", expected=130)

    assert "signals: 2 replayed (value_missing 2)" in shown
    assert broker.buried() == 1
